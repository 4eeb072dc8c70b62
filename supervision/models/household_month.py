"""One row a household and month: what roll-ups count."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models import HouseholdStatus, Tier, Verdict
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class HouseholdMonthQuerySet(ScopedQuerySet):
    def of_month(self, month: dt.date) -> Self:
        return self.filter(month=month)


class HouseholdMonth(Scoped):
    """How one household stood at the end of one month (or today, in the running one), and what happened to it in the month.

    A derived table: repaired from dirty marks, rebuilt by `refresh_rollups --full`. Everything that is counted by month is
    counted from here, so that lists and figures cannot disagree.
    """

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="months",
        verbose_name=_("household"),
        db_constraint=False,
        db_index=False,  # the unique constraint begins with it
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", verbose_name=_("village"), db_constraint=False, db_index=False
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=HouseholdStatus)
    persons = models.PositiveSmallIntegerField(_("persons"))
    registered = models.PositiveSmallIntegerField(_("registered in the month"), help_text=_("0 or 1."))
    exited = models.PositiveSmallIntegerField(_("exited in the month"), help_text=_("0 or 1."))
    exited_persons = models.PositiveSmallIntegerField(_("persons exited in the month"))
    relapsed = models.PositiveSmallIntegerField(_("returned to poverty in the month"), help_text=_("0 or 1."))
    helpers = models.PositiveSmallIntegerField(_("helpers at the end of the month"))
    visit_state = models.PositiveSmallIntegerField(_("visit"), null=True, help_text=_("State of the visit check."))
    visits = models.PositiveSmallIntegerField(_("visits"))
    verdict = models.PositiveSmallIntegerField(_("verdict"), choices=Verdict, null=True)

    objects = HouseholdMonthQuerySet.as_manager()

    class Meta:
        verbose_name = _("household month")
        verbose_name_plural = _("household months")
        ordering = ["-month", "household"]
        constraints = [models.UniqueConstraint(fields=["household", "month"], name="household_month_once")]
        indexes = [models.Index(fields=["village", "month"], name="household_month_village")]

    def __str__(self) -> str:
        return f"{self.household} {self.month:%Y-%m}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id
