"""The indicators of a county and month counted once more, from the tables of the facts and in plain loops.

Slow on purpose: nothing of how roll-ups are made is used here, so that both can be compared (`reconcile`).
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from assistance.models import VisitCheck
from assistance.models.visit_check import DUE_STATES, VisitState
from households.models import (
    Evaluation,
    HelperAssignment,
    Household,
    HouseholdStatus,
    Member,
    StatusEvent,
    StatusEventKind,
    Verdict,
)
from households.models.household import FOLLOWED, REGISTERED
from households.models.status import STATUS_AFTER
from jiangjin.areas.models import Area, under
from supervision.services.household_months import GONE, Period


def recount(county: Area, period: Period) -> dict[str, int]:
    """By the code of the indicator, its value for the whole county."""
    status = _statuses(county, period)
    on_roll = {household for household, state in status.items() if state in REGISTERED}
    followed = {household for household, state in status.items() if state in FOLLOWED}
    persons = Counter(_of(county, Member.objects.present(period.as_of).values_list("household_id", flat=True)))
    helped = set(_of(county, HelperAssignment.objects.active(period.as_of).values_list("household_id", flat=True)))
    states = Counter(status.values())
    counts = {
        "households_on_roll": len(on_roll),
        "persons_on_roll": sum(persons[household] for household in on_roll),
        "households_followed": len(followed),
        "households_without_helper": len(on_roll - helped),
        "removed_households": states[HouseholdStatus.REMOVED],
        "dissolved_households": states[HouseholdStatus.DISSOLVED],
        "moved_out_households": states[HouseholdStatus.MOVED_OUT],
    }
    for state in FOLLOWED:
        counts[f"status_{state.value}"] = states[state]
    return counts | _events(county, period) | _visits(county, period, status) | _verdicts(county, period, followed)


def _of(county: Area, rows: Iterable) -> Iterable:
    """Rows of a table that belongs to households, those of the county, one after the other."""
    return rows.filter(under(county.path, "household__village__path")).order_by().iterator()  # type: ignore[attr-defined]


def _statuses(county: Area, period: Period) -> dict[int, str]:
    """The status on the day of each household that is counted in the month."""
    files = Household.objects.filter(under(county.path, "village__path"), registered_on__lte=period.as_of)
    since: dict[int, tuple[str, dt.date]] = {}
    for household, state, changed_on in files.order_by().values_list("pk", "status", "status_on").iterator():
        known = changed_on <= period.as_of
        since[household] = (state if known else HouseholdStatus.ON_ROLL, changed_on)
    events = StatusEvent.objects.filter(occurred_on__lte=period.as_of).order_by("occurred_on", "pk")
    for household, kind, occurred_on in events.values_list("household_id", "kind", "occurred_on").iterator():
        if household in since:
            since[household] = (STATUS_AFTER[StatusEventKind(kind)], occurred_on)
    return {
        household: state
        for household, (state, changed_on) in since.items()
        if state not in GONE or changed_on >= period.month
    }


def _events(county: Area, period: Period) -> dict[str, int]:
    events = StatusEvent.objects.filter(occurred_on__gte=period.month, occurred_on__lte=period.as_of)
    happened: dict[str, set[int]] = {"registered": set(), "exited": set(), "relapsed": set()}
    left_with: dict[int, tuple[dt.date, int, int]] = {}
    for key, household, kind, on, persons in _of(
        county, events.values_list("pk", "household_id", "kind", "occurred_on", "persons")
    ):
        if kind in happened:
            happened[kind].add(household)
        if kind == "exited":
            left_with[household] = max(left_with.get(household, (on, 0, 0)), (on, key, persons))
    counts = {f"{kind}_households": len(households) for kind, households in happened.items()}
    return counts | {"exited_persons": sum(persons for _on, _key, persons in left_with.values())}


def _visits(county: Area, period: Period, status: dict[int, str]) -> dict[str, int]:
    checks = VisitCheck.objects.filter(month=period.month).values_list("household_id", "state", "visits")
    states: Counter[int] = Counter()
    visits = 0
    for household, state, made in _of(county, checks):
        if household in status:
            states[state] += 1
            visits += made
    return {
        "visits_due": sum(states[state] for state in DUE_STATES),
        "visits_met": states[VisitState.MET],
        "visits_missed": states[VisitState.MISSED],
        "visits_pending": states[VisitState.PENDING],
        "visits_made": visits,
    }


def _verdicts(county: Area, period: Period, followed: set[int]) -> dict[str, int]:
    in_force = Evaluation.objects.filter(
        superseded_by=None, as_of__gte=period.month.replace(month=1), as_of__lte=period.as_of
    )
    latest: dict[int, tuple[dt.date, int]] = {}
    for household, as_of, verdict in _of(county, in_force.values_list("household_id", "as_of", "verdict")):
        if household in followed:
            latest[household] = max(latest.get(household, (as_of, verdict)), (as_of, verdict))
    verdicts = Counter(verdict for _as_of, verdict in latest.values())
    counts = {f"verdict_{verdict.name.lower()}": verdicts[verdict] for verdict in Verdict}
    return counts | {"households_judged": len(latest)}
