"""Whatever happens, in whatever order it is refreshed: repairs give what a full rebuild gives, and both what plain Python counts."""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.models import VisitCheck
from assistance.models.visit_check import VisitState
from households.models import Household, HouseholdStatus
from households.models.household import FOLLOWED, REGISTERED
from households.models.status import STATUS_AFTER
from households.services import statuses
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common import clock
from supervision.models import AreaMonth, HouseholdMonth, RollupMonth
from supervision.services import rollups
from tests import factories
from tests.supervision.rollups.histories import checked, happened, refresh, registered, stored

pytestmark = pytest.mark.django_db
FIRST, TODAY = dt.date(2015, 9, 1), dt.date(2015, 12, 20)
VILLAGES = ["复建村", "紫荆村"]
days = st.dates(FIRST, TODAY)
texts = days.map(dt.date.isoformat)
acts = st.one_of(
    st.tuples(st.just("status"), st.integers(0, 2), st.sampled_from(list(statuses.POSSIBLE_FROM)), texts),
    st.tuples(st.just("tier"), st.integers(0, 2), st.sampled_from("ABC"), texts),
    st.tuples(st.just("birth"), st.integers(0, 2), st.none(), texts),
    st.tuples(st.just("leave"), st.integers(0, 2), st.none(), texts),
    st.tuples(st.just("helper"), st.integers(0, 2), st.none(), texts),
    st.tuples(st.just("handed over"), st.integers(0, 2), st.none(), texts),
    st.tuples(st.just("check"), st.integers(0, 2), st.sampled_from(list(VisitState)), texts),
    st.tuples(st.just("move"), st.integers(0, 2), st.sampled_from(VILLAGES), texts),
    st.tuples(st.just("refresh"), st.none(), st.none(), texts),
)


def do(act, households):
    """One thing that happens; what the rules do not allow does not."""
    what, number, how, on = act
    if what == "refresh":
        refresh(TODAY)
        return
    household = households[number]
    household.refresh_from_db()
    if what == "status":
        if household.status in statuses.POSSIBLE_FROM[how] and on >= household.status_on.isoformat():
            happened(household, how, on)
        return
    if what == "check":
        checked(household, on[:7], how, visits=int(how == VisitState.MET))
        return
    fact = {"tier": Fact.TIER, "move": Fact.HOUSEHOLD, "birth": Fact.MEMBERS, "leave": Fact.MEMBERS}.get(
        what, Fact.ASSIGNMENT
    )
    change(what, household, how, dt.date.fromisoformat(on))
    mark_households([household.pk], facts=[fact])


def change(what, household, how, on):
    if what == "tier":
        household.tier_decisions.create(tier=how, decided_on=on, reason="r")
    elif what == "move":
        Household.objects.filter(pk=household.pk).update(village=factories.village(how))
    elif what == "birth":
        factories.member(household, relation="99", joined_on=on, joined_by="06")
    elif what == "leave":
        member = household.members.filter(left_on=None, joined_on__lte=on).first()
        if member is not None:
            member.left_on, member.left_by = on, "01"
            member.save()
    elif what == "helper":
        factories.assignment(household, factories.helper(f"h{on}"), starts_on=on)
    else:
        household.assignments.filter(ends_on=None, starts_on__lte=on).update(ends_on=on)


def expected():
    """The rows that plain Python counts from the tables, one household and month after the other."""
    rows = {}
    for month in sorted(RollupMonth.objects.values_list("month", flat=True)):
        until = min(clock.month_end(month), TODAY)
        for household in Household.objects.filter(registered_on__lte=until):
            row = expected_row(household, month, until)
            if row is not None:
                rows[household.pk, month] = row
    return rows


def expected_row(household, month, until):
    events = [event for event in household.status_events.order_by("occurred_on", "pk") if event.occurred_on <= until]
    status = STATUS_AFTER[events[-1].kind] if events else HouseholdStatus.ON_ROLL
    if status not in FOLLOWED and events[-1].occurred_on < month:
        return None
    now = [event for event in events if event.occurred_on >= month]
    exits = [event for event in now if event.kind == "exited"]
    tiers = [one.tier for one in household.tier_decisions.order_by("decided_on", "pk") if one.decided_on <= until]
    check = VisitCheck.objects.filter(household=household, month=month).first()
    return {
        "village_id": household.village_id,
        "tier": tiers[-1] if tiers else "" if household.tier_decisions.exists() else household.tier,
        "status": str(status),
        "persons": sum(
            one.joined_on <= until and (one.left_on is None or one.left_on > until) for one in household.members.all()
        ),
        "registered": int(any(event.kind == "registered" for event in now)),
        "exited": int(bool(exits)),
        "exited_persons": exits[-1].persons if exits else 0,
        "relapsed": int(any(event.kind == "relapsed" for event in now)),
        "helpers": sum(
            one.starts_on <= until and (one.ends_on is None or one.ends_on >= until)
            for one in household.assignments.all()
        ),
        "visit_state": check.state if check else None,
        "visits": check.visits if check else 0,
        "verdict": None,
    }


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(acts, max_size=14))
def test_repairs_equal_a_rebuild_equal_plain_counting(history):
    with clock.pin(TODAY), transaction.atomic():
        households = [
            registered(
                f"2015-{10 + number // 2}-0{number + 1}",
                area=factories.village(VILLAGES[number % 2]),
                tier="A" * (number % 2),
            )
            for number in range(3)
        ]
        refresh(TODAY)
        for act in history:
            do(act, households)
        refresh(TODAY)
        repaired = stored()
        columns = list(next(iter(expected().values()))) if expected() else []
        found = {
            (household, month): dict(zip(columns, values, strict=True))
            for household, month, *values in HouseholdMonth.objects.values_list("household_id", "month", *columns)
        }
        assert found == expected()
        on_roll = Counter(
            (row["village_id"], month) for (_pk, month), row in found.items() if row["status"] in REGISTERED
        )
        sums: Counter = Counter()
        for village, month, value in AreaMonth.objects.filter(indicator="households_on_roll").values_list(
            "village_id", "month", "value"
        ):
            sums[village, month] += value
        assert sums == on_roll
        rollups.rebuild(county=factories.county(), today=TODAY)
        assert stored() == repaired
        transaction.set_rollback(True)
