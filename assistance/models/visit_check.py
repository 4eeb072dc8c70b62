"""The monthly visit check: one row a household and month."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class VisitState(models.IntegerChoices):
    """Due is whoever is not NOT_DUE; the visit rate is MET ÷ due."""

    MET = 1, _("Visited")
    MISSED = 2, _("Not visited")
    PENDING = 3, _("Due this month")
    NOT_DUE = 4, _("Not due")


DUE_STATES = [VisitState.MET, VisitState.MISSED, VisitState.PENDING]


class NotDueReason(models.TextChoices):
    """Why a household owes no visit in a month."""

    NO_HELPER = "no_helper", _("Nobody answered for it")
    OFF_ROLL = "off_roll", _("Not on the roll")
    TOO_SHORT = "too_short", _("Had a helper on too few days of the month")


class VisitCheckRun(Scoped):
    """One run of the check over an area and month: the standard it applied and what it counted."""

    view_permission: ClassVar[str] = "visits.checks"
    area_lookup: ClassVar[str] = "area__path"

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="visit_check_runs", verbose_name=_("area"))
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    as_of = models.DateField(_("as of"), help_text=_("The last day of the month, or the day of the run before that."))
    basis = models.JSONField(_("basis"), help_text=_("The visit standard applied."))
    basis_digest = models.CharField(_("digest of the basis"), max_length=64)
    counts = models.JSONField(_("counts"), default=dict)
    job = models.ForeignKey(
        "jobs.JobRun", models.PROTECT, null=True, related_name="visit_check_runs", verbose_name=_("job")
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit check run")
        verbose_name_plural = _("visit check runs")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["month", "basis_digest"], name="visit_run_month_basis")]

    def __str__(self) -> str:
        return f"{self.area} {self.month:%Y-%m}"

    @property
    def audit_area_path(self) -> str:
        return self.area.path


class VisitCheckQuerySet(ScopedQuerySet):
    def of_month(self, month: dt.date) -> Self:
        return self.filter(month=month)

    def due(self) -> Self:
        """Households that owe a visit in their month."""
        return self.exclude(state=VisitState.NOT_DUE)


class VisitCheck(Scoped):
    """Whether one household was visited in one month, with the facts used.

    Lists, counts, the first page and scorecards read this row; nothing else decides who was visited. `accounting_on` is the day
    whose helpers answer for the month (docs/adr/0006). A derived table, written set-wise; accounted for by its run.
    """

    view_permission: ClassVar[str] = "visits.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="visit_checks",
        verbose_name=_("household"),
        db_constraint=False,
        db_index=False,  # the unique constraint begins with it
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    state = models.PositiveSmallIntegerField(_("state"), choices=VisitState)
    not_due_reason = models.CharField(_("why not due"), max_length=9, choices=NotDueReason, blank=True)
    is_away = models.BooleanField(
        _("away"), help_text=_("Away for most of the month: any contact counts, a phone call too.")
    )
    due_days = models.PositiveSmallIntegerField(_("days with a helper"))
    away_days = models.PositiveSmallIntegerField(_("days away"))
    visits = models.PositiveSmallIntegerField(
        _("visits"), help_text=_("All contacts in the month, of whatever method.")
    )
    counted_visits = models.PositiveSmallIntegerField(_("visits that count"))
    late_entries = models.PositiveSmallIntegerField(_("visits entered late"))
    first_counted_on = models.DateField(_("first visit that counts"), null=True)
    accounting_on = models.DateField(_("accounting day"), null=True)
    run = models.ForeignKey(
        VisitCheckRun,
        models.PROTECT,
        related_name="checks",
        verbose_name=_("last changed by"),
        db_constraint=False,
        db_index=False,
    )

    objects = VisitCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit check")
        verbose_name_plural = _("visit checks")
        ordering = ["-month", "household"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "month"],
                name="visit_check_once",
                violation_error_message=_("The month of this household has been checked already."),
            )
        ]
        indexes = [models.Index(fields=["month", "state"], name="visit_check_month_state")]

    def __str__(self) -> str:
        return f"{self.household} {self.month:%Y-%m}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id
