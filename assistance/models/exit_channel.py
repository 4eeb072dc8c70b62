"""By which channels (六个一批) persons left poverty."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.models.measure import Batch
from households.models import StatusEvent
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class ExitChannelQuerySet(ScopedQuerySet):
    def of_exits_in(self, year: int) -> Self:
        """Channels of the exits of a year that stood at its end."""
        return self.filter(exit__in=StatusEvent.objects.exits_in(year).order_by().values("pk"))


class ExitChannel(Scoped):
    """One person, at one exit, owes it to one channel; several are possible, so channels are never added up.

    Figures count distinct persons and distinct households within a channel; the overlap is shown beside them.
    """

    view_permission: ClassVar[str] = "measures.view"
    scoped_through: ClassVar[str] = "household"

    exit = models.ForeignKey(
        "households.StatusEvent", models.PROTECT, related_name="channels", verbose_name=_("exit"), db_index=False
    )
    household = models.ForeignKey(
        "households.Household", models.PROTECT, related_name="exit_channels", verbose_name=_("household")
    )
    member = models.ForeignKey(
        "households.Member", models.PROTECT, related_name="exit_channels", verbose_name=_("person")
    )
    batch = models.CharField(_("batch"), max_length=10, choices=Batch)
    enrolment = models.ForeignKey(
        "assistance.Enrolment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="exit_channels",
        verbose_name=_("enrolment"),
        help_text=_("The measure that it rests on; empty: declared without one."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = ExitChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("exit channel")
        verbose_name_plural = _("exit channels")
        ordering = ["exit", "member", "batch"]
        constraints = [
            models.UniqueConstraint(
                fields=["exit", "member", "batch"],
                name="exit_channel_once",
                violation_error_message=_("This channel is on file for the person already."),
            )
        ]
        indexes = [models.Index(fields=["batch", "exit"], name="exit_channel_batch")]

    def __str__(self) -> str:
        return f"{self.household} {self.batch}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
