"""What waits for a helper: the households of the day, how their month stands, what was promised them."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from assistance.models import FollowUp, Visit, VisitCheck
from households.models import Helper, HelperAssignment, Household
from households.models.household import FOLLOWED, HouseholdQuerySet
from jiangjin.common.clock import month_start


@dataclass(frozen=True)
class DueHousehold:
    """One of a helper's households. `check` is None while the running month has not been checked for it."""

    household: Household
    head_name: str
    last_visit_on: dt.date | None
    check: VisitCheck | None
    open_follow_ups: int
    late_follow_ups: int

    @property
    def state(self) -> int | None:
        """How the running month stands (VisitState)."""
        return self.check.state if self.check is not None else None


def due_now(*, of: Any, today: dt.date) -> list[DueHousehold]:
    """The households that a helper (or the helper of a user) answers for today, by number, in two queries."""
    households = list(_with_visits(_assigned(of, today), today=today))
    keys = [household.pk for household in households]
    checks = {
        check.household_id: check
        for check in VisitCheck.objects.of_month(month_start(today)).filter(household__in=keys)
    }
    return [
        DueHousehold(
            household=household,
            head_name=household.head_name or "",
            last_visit_on=household.last_visit_on,
            check=checks.get(household.pk),
            open_follow_ups=household.open_follow_ups,
            late_follow_ups=household.late_follow_ups,
        )
        for household in households
    ]


def _assigned(of: Any, today: dt.date) -> HouseholdQuerySet:
    whose = Q(helper=of) if isinstance(of, Helper) else Q(helper__user=of)
    assigned = HelperAssignment.objects.active(today).filter(whose)
    still_there = Q(status__in=FOLLOWED) | Q(status_on__gt=today)
    return Household.objects.filter(still_there, pk__in=assigned.values("household_id"))


def _with_visits(households: HouseholdQuerySet, *, today: dt.date) -> Any:
    """Adds head_name, last_visit_on, open_follow_ups, late_follow_ups; village and group."""
    visits = Visit.objects.standing().filter(household=OuterRef("pk")).order_by("-visited_on")
    return (
        households.with_head()
        .annotate(
            last_visit_on=Subquery(visits.values("visited_on")[:1]),
            open_follow_ups=_count(FollowUp.objects.open()),
            late_follow_ups=_count(FollowUp.objects.late(today)),
        )
        .select_related("village__parent", "group")
        .order_by("number")
    )


def _count(follow_ups: QuerySet[FollowUp]) -> Coalesce:
    of_household = follow_ups.filter(visit__household=OuterRef("pk")).order_by().values("visit__household")
    return Coalesce(Subquery(of_household.annotate(count=Count("pk")).values("count")), 0)
