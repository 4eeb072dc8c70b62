"""What a village was told (宣传公示): meetings, and what was posted on its boards."""

import datetime as dt
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from villages.models.withdrawable import Withdrawable, WithdrawableQuerySet


class PublicityKind(models.TextChoices):
    """How a village was told, and of what."""

    MEETING = "meeting", _("Village meeting")
    EXIT_LIST = "exit_list", _("List of households lifted out of poverty posted")
    ALLOWANCE_LIST = "allowance_list", _("List of households on subsistence allowance posted")
    POLICY = "policy", _("Policy posted")


BOARD_KINDS = [PublicityKind.EXIT_LIST, PublicityKind.ALLOWANCE_LIST, PublicityKind.POLICY]


class PublicityEventQuerySet(WithdrawableQuerySet):
    def on_show(self, on: dt.date) -> Self:
        """What hangs on a board on the day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), kind__in=BOARD_KINDS, starts_on__lte=on)


class PublicityEvent(Withdrawable):
    """A village meeting (院坝会) on a day, or something posted on the board of a village or group from one day to another."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="publicity_events", verbose_name=_("village")
    )
    group = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group"),
        help_text=_("Empty: the whole village."),
    )
    kind = models.CharField(_("kind"), max_length=14, choices=PublicityKind)
    topic = models.CharField(_("topic"), max_length=200)
    place = models.CharField(_("place"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day on the board; empty: it still hangs there.")
    )
    attendance = models.PositiveIntegerField(_("people present"), null=True, blank=True)
    held_by = models.CharField(_("by whom"), max_length=120, help_text=_("Who spoke, or who posted it."))

    evidence = models.ManyToManyField(
        "evidence.EvidenceFile", blank=True, related_name="+", verbose_name=_("photos and documents")
    )

    objects = PublicityEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("publicity event")
        verbose_name_plural = _("publicity events")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            *Withdrawable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="publicity_event_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                # Said twice: a comparison with nothing would pass.
                condition=Q(kind=PublicityKind.MEETING, ends_on__isnull=False, attendance__isnull=False)
                & Q(ends_on=F("starts_on"), attendance__gte=1)
                | ~Q(kind=PublicityKind.MEETING) & Q(attendance=None),
                name="publicity_event_meeting_attended",
                violation_error_message=_("A meeting is on one day and says how many were present; a board does not."),
            ),
        ]
        indexes = [
            models.Index(fields=["village", "kind", "starts_on"], name="publicity_event_village_day"),
            models.Index(fields=["starts_on"], name="publicity_event_start"),
        ]

    def __str__(self) -> str:
        return f"{self.village} {self.starts_on} {self.topic}"

    @property
    def is_meeting(self) -> bool:
        return self.kind == PublicityKind.MEETING

    @property
    def audit_area_path(self) -> str:
        return self.village.path
