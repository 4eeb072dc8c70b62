"""Everything that happened to a village, newest first, from rows that say so themselves. Each subject registers its source."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from households.models import StatusEvent, StatusEventKind
from jiangjin.areas.models import Area
from jiangjin.common.clock import month_end
from jiangjin.common.components import TimelineEvent
from jiangjin.common.registries import Registry
from villages.models import PoorVillage, Rectification, VillageSurvey
from villages.services.links import households_url

HOUSEHOLD_KINDS: dict[str, tuple[str, str]] = {
    StatusEventKind.REGISTERED: ("user-plus", "info"),
    StatusEventKind.EXITED: ("user-check", "met"),
    StatusEventKind.RELAPSED: ("arrow-back-up", "blocked"),
    StatusEventKind.REMOVED: ("user-x", "closed"),
}


@dataclass(frozen=True)
class Source:
    """A kind of events: `events(village, user, today)`, of what the user may see."""

    code: str
    order: int
    events: Callable[[Area, Any, dt.date], list[TimelineEvent]]


sources: Registry[Source] = Registry("village timeline sources")


def events(*, village: Area, user: Any, today: dt.date) -> list[TimelineEvent]:
    """Events of all sources up to today, newest first."""
    found = [event for source in sources for event in source.events(village, user, today)]
    return sorted(found, key=lambda event: _moment(event.at), reverse=True)


def own_events(village: Area, user: Any, today: dt.date) -> list[TimelineEvent]:
    """The list of poor villages, surveys, rectifications."""
    found = []
    for row in PoorVillage.objects.visible_to(user).filter(village=village).select_related("listed_by", "delisted_by"):
        found.append(
            TimelineEvent(
                at=row.listed_on,
                title=_("Put on the list of poor villages"),
                text=row.source,
                by=str(row.listed_by or ""),
                icon="flag",
                tone="due",
            )
        )
        if row.delisted_on is not None:
            found.append(
                TimelineEvent(
                    at=row.delisted_on,
                    title=_("Struck off the list of poor villages"),
                    text=row.delisted_reason,
                    by=str(row.delisted_by or ""),
                    icon="flag-check",
                    tone="met",
                )
            )
    surveys = VillageSurvey.objects.visible_to(user).filter(village=village).select_related("recorded_by")
    found += [
        TimelineEvent(
            at=survey.reported_on,
            title=_("Survey of %(year)s reported") % {"year": survey.year},
            text=survey.source,
            by=str(survey.recorded_by or ""),
            icon="clipboard-data",
        )
        for survey in surveys
    ]
    for rectification in Rectification.objects.visible_to(user).filter(village=village):
        found.append(
            TimelineEvent(
                at=rectification.starts_on,
                title=_("Rectification of the village organisation begins"),
                text=rectification.problem,
                by=rectification.responsible,
                icon="tools",
                tone="due",
            )
        )
        if rectification.ends_on is not None:
            found.append(
                TimelineEvent(
                    at=rectification.ends_on,
                    title=_("Rectification of the village organisation closed"),
                    text=rectification.result,
                    icon="tools",
                    tone="met",
                )
            )
    return found


def household_events(village: Area, user: Any, today: dt.date) -> list[TimelineEvent]:
    """What happened to how many households in each month; the number opens them."""
    rows = (
        StatusEvent.objects.visible_to(user)
        .filter(household__village=village, kind__in=list(HOUSEHOLD_KINDS), occurred_on__lte=today)
        .order_by()
        .annotate(month=TruncMonth("occurred_on"))
        .values("kind", "month")
        .annotate(number=Count("household", distinct=True), latest_on=Max("occurred_on"))
    )
    found = []
    for row in rows:
        kind, last = StatusEventKind(row["kind"]), min(month_end(row["month"]), today)
        icon, tone = HOUSEHOLD_KINDS[kind]
        title = ngettext("%(what)s: %(count)s household", "%(what)s: %(count)s households", row["number"])
        found.append(
            TimelineEvent(
                at=row["latest_on"],
                title=title % {"what": kind.label, "count": row["number"]},
                text=_("in %(month)s") % {"month": f"{row['month']:%Y-%m}"},
                url=households_url(village, happened=kind.value, since=row["month"], until=last),
                icon=icon,
                tone=tone,
            )
        )
    return found


def _moment(at: dt.date | dt.datetime) -> dt.datetime:
    if isinstance(at, dt.datetime):
        return at
    return timezone.make_aware(dt.datetime.combine(at, dt.time()))


sources.register(Source("village", 0, own_events))
sources.register(Source("households", 10, household_events))
