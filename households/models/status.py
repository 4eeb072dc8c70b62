"""Status events."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from households.models.household import HouseholdStatus, PovertyCause
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class StatusEventKind(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    EXIT_PREPARED = "exit_prepared", _("Exit prepared")
    EXIT_WITHDRAWN = "exit_withdrawn", _("Exit withdrawn")
    EXITED = "exited", _("Exited poverty")
    RELAPSED = "relapsed", _("Returned to poverty")
    REMOVED = "removed", _("Removed after review")
    DISSOLVED = "dissolved", _("Household dissolved")
    MOVED_OUT = "moved_out", _("Moved out of the district")


STATUS_AFTER = {
    StatusEventKind.REGISTERED: HouseholdStatus.ON_ROLL,
    StatusEventKind.EXIT_PREPARED: HouseholdStatus.PRE_EXIT,
    StatusEventKind.EXIT_WITHDRAWN: HouseholdStatus.ON_ROLL,
    StatusEventKind.EXITED: HouseholdStatus.EXITED,
    StatusEventKind.RELAPSED: HouseholdStatus.RELAPSED,
    StatusEventKind.REMOVED: HouseholdStatus.REMOVED,
    StatusEventKind.DISSOLVED: HouseholdStatus.DISSOLVED,
    StatusEventKind.MOVED_OUT: HouseholdStatus.MOVED_OUT,
}


class StatusEventQuerySet(ScopedQuerySet, AppendOnlyQuerySet):  # type: ignore[override]
    """Scoped, and only ever added to."""

    def exits_in(self, year: int) -> Self:
        """Exits of a year that still stood at its end, one a household: neither a return to poverty nor a removal followed."""
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        later = StatusEvent.objects.filter(
            Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")),
            household=OuterRef("household"),
            kind__in=[StatusEventKind.EXITED, StatusEventKind.RELAPSED, StatusEventKind.REMOVED],
            occurred_on__lte=last,
        )
        return self.filter(~Exists(later), kind=StatusEventKind.EXITED, occurred_on__range=(first, last))


class StatusEvent(Scoped, AppendOnly):
    """One change of a household's status, with its day, its reason and who wrote it. Never changed or deleted: a wrong one is
    answered by another."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="status_events",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    kind = models.CharField(_("kind"), max_length=14, choices=StatusEventKind)
    occurred_on = models.DateField(_("occurred on"))
    persons = models.PositiveSmallIntegerField(
        _("persons"), help_text=_("Members of the household on the day, as counted when the event was written.")
    )
    cause = models.CharField(_("cause"), max_length=2, choices=PovertyCause, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = StatusEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("status event")
        verbose_name_plural = _("status events")
        ordering = ["household", "-occurred_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=StatusEventKind.RELAPSED) | ~Q(cause=""),
                name="status_relapse_has_a_cause",
                violation_error_message=_("A return to poverty needs its cause."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="status_event_has_a_reason",
                violation_error_message=_("A change of status needs a reason."),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "occurred_on"], name="status_household_day"),
            models.Index(fields=["kind", "occurred_on"], name="status_kind_day"),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.kind} {self.occurred_on}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
