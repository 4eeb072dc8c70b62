"""What was promised on a visit."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class FollowUpQuerySet(ScopedQuerySet):
    def open(self) -> Self:
        """Promises that are neither kept nor dropped."""
        return self.filter(done_on=None, visit__withdrawn_at=None)

    def late(self, on: dt.date) -> Self:
        """Open promises whose day has passed."""
        return self.open().filter(due_on__lt=on)


class FollowUp(Scoped):
    """Something to be done for the household by a day, promised on a visit."""

    view_permission: ClassVar[str] = "visits.view"
    scoped_through: ClassVar[str] = "visit"

    visit = models.ForeignKey("assistance.Visit", models.PROTECT, related_name="follow_ups", verbose_name=_("visit"))
    text = models.CharField(_("what is to be done"), max_length=300)
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("done by")
    )
    evidence = models.ManyToManyField(
        "evidence.EvidenceFile", blank=True, related_name="+", verbose_name=_("evidence of the outcome")
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on=None) | ~Q(outcome=""),
                name="follow_up_done_with_outcome",
                violation_error_message=_("Say what came of it."),
            )
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(done_on=None), name="follow_up_open_due")]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_household_id(self) -> int:
        return self.visit.household_id

    @property
    def audit_area_path(self) -> str:
        return self.visit.household.village.path
