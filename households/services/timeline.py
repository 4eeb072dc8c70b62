"""Everything that happened to a household, newest first, from rows that say so themselves."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import Household, StatusEventKind
from jiangjin.common.components import TimelineEvent
from jiangjin.common.registries import Registry

STATUS_TONES: dict[str, str] = {
    StatusEventKind.EXITED: "met",
    StatusEventKind.RELAPSED: "blocked",
    StatusEventKind.EXIT_PREPARED: "due",
    StatusEventKind.REGISTERED: "info",
}


class Source:
    """A kind of events that an app contributes: `events(household, user)`."""

    def __init__(self, code: str, order: int, events: Any):
        self.code, self.order, self.events = code, order, events


sources: Registry[Source] = Registry("timeline sources")


def events(*, household: Household, user: Any) -> list[TimelineEvent]:
    """Events of all sources that the user may see, newest first."""
    found = [event for source in sources for event in source.events(household, user)]
    return sorted(found, key=lambda event: _moment(event.at), reverse=True)


def own_events(household: Household, user: Any) -> list[TimelineEvent]:
    """Status, tiers, helpers, members: what the household file itself knows."""
    found = [
        TimelineEvent(
            at=row.occurred_on,
            title=row.get_kind_display(),
            text=row.reason,
            by=str(row.recorded_by or ""),
            icon="flag",
            tone=STATUS_TONES.get(row.kind, "plain"),
        )
        for row in household.status_events.select_related("recorded_by")
    ]
    found += [
        TimelineEvent(
            at=row.decided_on,
            title=_("Put into tier %(tier)s") % {"tier": row.tier},
            text=row.reason,
            by=str(row.decided_by or ""),
            icon="stairs-up",
        )
        for row in household.tier_decisions.select_related("decided_by")
    ]
    for row in household.assignments.select_related("helper__unit"):
        facts = {"name": row.helper.name, "unit": row.helper.unit or ""}
        found.append(
            TimelineEvent(
                at=row.starts_on, title=_("%(name)s (%(unit)s) became helper") % facts, icon="heart-handshake"
            )
        )
        if row.ends_on is not None:
            ended = _("%(name)s (%(unit)s) stopped being helper") % facts
            found.append(TimelineEvent(at=row.ends_on, title=ended, text=row.end_reason, icon="heart-handshake"))
    for member in household.members.all():
        if member.left_on is not None:
            left = _("%(name)s left the household") % {"name": member.name}
            found.append(TimelineEvent(at=member.left_on, title=left, text=member.get_left_by_display(), icon="user-x"))
        if member.joined_by:
            joined = _("%(name)s joined the household") % {"name": member.name}
            found.append(
                TimelineEvent(at=member.joined_on, title=joined, text=member.get_joined_by_display(), icon="user-plus")
            )
    return found


def _moment(at: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(at, dt.datetime):
        return at
    return timezone.make_aware(dt.datetime.combine(at, dt.time()))


sources.register(Source("household", 0, own_events))
