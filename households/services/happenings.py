"""What happened to households between two days: events of their status, decisions on their tier, helpers who began.

The filter of the household list and the counts that open it are the same conditions.
"""

import datetime as dt
from collections.abc import Collection, Mapping

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from households.models import HelperAssignment, StatusEvent, StatusEventKind, TierDecision
from households.models.household import HouseholdQuerySet
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area

TIER, HELPER = "tier", "helper"
# Of what is not an event: its dated rows, and their day.
DATED: Mapping[str, tuple[type[TierDecision] | type[HelperAssignment], str]] = {
    TIER: (TierDecision, "decided_on"),
    HELPER: (HelperAssignment, "starts_on"),
}
ALL = [*StatusEventKind.values, *DATED]


def happened_to(
    households: HouseholdQuerySet, what: str, *, since: dt.date | None = None, until: dt.date | None = None
) -> HouseholdQuerySet:
    """The households to which it happened: a kind of event, TIER or HELPER; both days included, None: from or for ever."""
    if what in DATED:
        model, day = DATED[what]
        rows: QuerySet = model.objects.filter(_between(day, since, until))
    else:
        rows = StatusEvent.objects.filter(_between("occurred_on", since, until), kind=what)
    return households.filter(Exists(rows.filter(household=OuterRef("pk"))))


def counts(*, scope: Scope, area: Area, since: dt.date, until: dt.date, only: Collection[str] = ALL) -> dict[str, int]:
    """To how many households of an area each of `only` happened; what happened to none is left out. At most three queries."""
    here = scope.below(area.path, "household__village__path")
    found: dict[str, int] = {}
    if kinds := [kind for kind in StatusEventKind.values if kind in only]:
        events = StatusEvent.objects.within(scope).filter(here, _between("occurred_on", since, until), kind__in=kinds)
        found |= dict(events.order_by().values_list("kind").annotate(count=Count("household", distinct=True)))
    for what, (model, day) in DATED.items():
        if what not in only:
            continue
        rows = model.objects.within(scope).filter(here, _between(day, since, until))
        found[what] = rows.aggregate(count=Count("household", distinct=True))["count"]
    return {what: count for what, count in found.items() if count}


def _between(day: str, since: dt.date | None, until: dt.date | None) -> Q:
    condition = Q()
    if since is not None:
        condition &= Q(**{f"{day}__gte": since})
    if until is not None:
        condition &= Q(**{f"{day}__lte": until})
    return condition
