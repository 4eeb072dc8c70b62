"""The SQL of the visit month beside the same rules in plain Python, on invented histories; and the same rows on every database."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.models import NotDueReason, VisitCheck, VisitCheckRun, VisitMethod, VisitStandard, VisitState
from assistance.rules.visit_month import CHECKED
from households.models import StatusEvent, StatusEventKind
from households.models.status import STATUS_AFTER
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_households
from tests import factories
from tests.assistance.situations import LAST, MONTH, away, check, visit

pytestmark = pytest.mark.django_db
START = dt.date(2015, 9, 1)
DAYS = 200  # until March 2016
HELPERS = 3
Span = tuple[int, int | None]
LEAVING = [StatusEventKind.REMOVED, StatusEventKind.DISSOLVED, StatusEventKind.MOVED_OUT]


def day(number: int) -> dt.date:
    return START + dt.timedelta(days=number)


def within(number: int, span: Span) -> bool:
    return span[0] <= number and (span[1] is None or number <= span[1])


@dataclass(frozen=True)
class History:
    """One household's, in days from START. Spans include both ends; an open one ends with None."""

    registered: int
    events: list[tuple[str, int]]
    assignments: list[tuple[int, Span]]
    absences: list[Span]
    visits: list[tuple[int, int, str, bool]]  # day, helper, method, entered late


@dataclass
class Standard:
    methods: tuple[str, ...] = ("home", "field")
    least_days: int = 15
    follows_exited: bool = True
    gone: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.gone = {*LEAVING, *(() if self.follows_exited else [StatusEventKind.EXITED])}


def there(history: History, standard: Standard, days: range) -> list[int]:
    """The days of the month on which the household was on the roll: until its last going, or since its last coming; of several
    changes within one month only the last is asked."""
    telling = {*standard.gone, StatusEventKind.REGISTERED}
    if not standard.follows_exited:
        telling.add(StatusEventKind.RELAPSED)
    told = [event for event in history.events if event[0] in telling and event[1] <= days[-1]]
    last = told[-1] if told else None
    present = [number for number in days if number >= history.registered]
    if last is None:
        return present
    kind, on = last
    if kind in standard.gone:
        return [number for number in present if number < on]
    return [number for number in present if number >= on]


def expected(history: History, standard: Standard, *, is_over: bool) -> tuple:
    """The rules of docs/adr/0006, day by day."""
    days = range((MONTH - START).days, (LAST - START).days + 1)
    present = there(history, standard, days)
    with_helper = [n for n in present if any(within(n, span) for _helper, span in history.assignments)]
    due = range(with_helper[0], with_helper[-1] + 1) if with_helper else range(0)
    absent = [n for n in due if any(within(n, span) for span in history.absences)]
    is_away = len(due) >= standard.least_days > len(due) - len(absent)
    made = [one for one in history.visits if one[0] in days]
    contacts = [
        (on, method)
        for on, helper, method, _late in made
        if any(who == helper and within(on, span) for who, span in history.assignments)
    ]
    counted = [on for on, method in contacts if is_away or method in standard.methods]
    if not present:
        reason = NotDueReason.OFF_ROLL
    elif not with_helper:
        reason = NotDueReason.NO_HELPER
    elif len(due) < standard.least_days:
        reason = NotDueReason.TOO_SHORT
    else:
        reason = ""
    if reason:
        state = VisitState.NOT_DUE
    elif counted:
        state = VisitState.MET
    else:
        state = VisitState.MISSED if is_over else VisitState.PENDING
    return (
        *(state, reason, is_away, len(due), len(absent), len(made), len(counted)),
        sum(late for _on, _helper, _method, late in made),
        day(min(counted)) if counted else None,
        day(due[-1]) if due else None,
    )


@st.composite
def spans(draw, most: int) -> list[Span]:
    """Spans that do not overlap; the last may be open."""
    cuts = sorted(draw(st.lists(st.integers(0, DAYS), max_size=2 * most, unique=True)))
    found: list[Span] = [(first, last) for first, last in zip(cuts[::2], cuts[1::2], strict=False)]
    if len(cuts) % 2:
        found.append((cuts[-1], None))
    return found


@st.composite
def status_events(draw, registered: int) -> list[tuple[str, int]]:
    """Events that can follow one another, on days that do not go back."""
    events = [(StatusEventKind.REGISTERED, registered)]
    for step in draw(st.lists(st.integers(0, 60), max_size=4)):
        kind, on = events[-1]
        following = {
            StatusEventKind.REGISTERED: [*LEAVING, StatusEventKind.EXIT_PREPARED],
            StatusEventKind.EXIT_PREPARED: [StatusEventKind.EXITED],
            StatusEventKind.EXITED: [StatusEventKind.RELAPSED, StatusEventKind.REMOVED],
            StatusEventKind.RELAPSED: LEAVING,
            StatusEventKind.REMOVED: [StatusEventKind.REGISTERED],
            StatusEventKind.MOVED_OUT: [StatusEventKind.REGISTERED],
        }.get(kind)
        if following is None:
            break
        events.append((draw(st.sampled_from(following)), on + step))
    return events


@st.composite
def histories(draw) -> History:
    registered = draw(st.one_of(st.just(0), st.integers(0, 130)))
    assignments = [(helper, span) for helper in range(HELPERS) for span in draw(spans(2))]
    visits = st.tuples(
        st.integers(85, 125), st.integers(0, HELPERS - 1), st.sampled_from(VisitMethod.values), st.booleans()
    )
    return History(
        registered,
        draw(status_events(registered)),
        assignments,
        draw(spans(2)),
        draw(st.lists(visits, max_size=5)),
    )


standards = st.builds(
    Standard,
    methods=st.sampled_from([("home", "field"), ("home", "field", "phone"), ("meeting",)]),
    least_days=st.sampled_from([1, 10, 15, 28]),
    follows_exited=st.booleans(),
)


def store(history: History, helpers: list, number: str):
    """Write a history down, past the services."""
    last_kind, last_on = history.events[-1]
    household = factories.household(
        number=number,
        registered_on=day(history.registered),
        status=STATUS_AFTER[last_kind],
        status_on=day(last_on),
    )
    StatusEvent.objects.bulk_create(
        StatusEvent(household=household, kind=kind, occurred_on=day(on), persons=1, reason="x", cause="01")
        for kind, on in history.events
    )
    for helper, (first, last) in history.assignments:
        ends_on = day(last) if last is not None else None
        factories.assignment(household, helpers[helper], starts_on=day(first), ends_on=ends_on)
    for first, last in history.absences:
        away(household, day(first), day(last) if last is not None else None)
    for on, helper, method, late in history.visits:
        recorded_on = day(on) + dt.timedelta(days=9 if late else 0)
        visit(household, helpers[helper], day(on), method=method, is_backdated=late, recorded_on=recorded_on)
    return household


def stored_rows() -> list[tuple]:
    return list(VisitCheck.objects.order_by("household__number").values_list(*CHECKED))


def apply(standard: Standard) -> None:
    methods = {f"counts_{method}": method in standard.methods for method in VisitMethod.values}
    VisitStandard.objects.update(least_days=standard.least_days, follows_exited=standard.follows_exited, **methods)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(histories(), min_size=1, max_size=6), standards, st.booleans())
def test_the_query_and_the_rules_day_by_day_agree(some, standard, is_over):
    with transaction.atomic():
        apply(standard)
        helpers = [factories.helper(name) for name in ("徐兴", "李珍", "袁建")]
        households = [store(history, helpers, f"5001161082059{n:03d}") for n, history in enumerate(some)]
        check(as_of=LAST if is_over else LAST - dt.timedelta(days=1))
        found = stored_rows()
        # By marks, as if everything had changed, the same comes out and nothing is written.
        mark_households([household.pk for household in households], facts=[Fact.VISIT])
        again = check(as_of=LAST if is_over else LAST - dt.timedelta(days=1))
        transaction.set_rollback(True)
    assert found == [expected(history, standard, is_over=is_over) for history in some]
    assert (again.counts["changed"], again.counts["everybody"]) == (0, False)


def plain_history(number: int) -> History:
    """A history of a made-up law, so that any database gets the same three hundred."""
    first = number * 7 % 140
    events = [(StatusEventKind.REGISTERED, first if number % 5 == 0 else 0)]
    if number % 6 == 1:
        events.append((LEAVING[number % 3], 60 + number % 80))
    if number % 12 == 1:
        events.append((StatusEventKind.REGISTERED, 150 + number % 20))
    handed_over = 80 + number % 45
    assignments = [(number % HELPERS, (0, handed_over if number % 4 == 0 else None))]
    if number % 8 == 0:
        assignments.append(((number + 1) % HELPERS, (handed_over + number % 5 + 1, None)))
    if number % 11 == 0:
        assignments = []
    absences: list[Span] = [(70 + number % 40, None if number % 2 else 130)] if number % 7 == 0 else []
    visits = [
        (
            91 + number * step % 31,
            (number + (number % 9 == 0)) % HELPERS,
            VisitMethod.values[number * step % 5],
            step == 2,
        )
        for step in range(1, number % 4)
    ]
    return History(events[0][1], events, assignments, absences, visits)


@pytest.fixture
def three_hundred():
    helpers = [factories.helper(name) for name in ("徐兴", "李珍", "袁建")]
    some = [plain_history(number) for number in range(300)]
    for number, history in enumerate(some):
        store(history, helpers, f"5001161082059{number:03d}")
    return some


# Of the rows that both databases make of `plain_history`; whoever changes a rule changes it on purpose.
DIGEST = "8ddac0364f5fa180be2318602a61847bab35d9eafda314a9b60a2b447d4fa575"


def test_both_databases_say_the_same(three_hundred):
    check()
    rows = stored_rows()
    assert rows == [expected(history, Standard(), is_over=True) for history in three_hundred]
    assert {row[0] for row in rows} == {VisitState.MET, VisitState.MISSED, VisitState.NOT_DUE}
    assert {row[1] for row in rows} == {"", *NotDueReason.values}
    assert {row[2] for row in rows} == {True, False}
    text = json.dumps(rows, default=str)
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST, connection.vendor


def test_changing_one_after_the_other_ends_where_starting_anew_does(three_hundred):
    """Repairs from marks and one check of everything are the same table."""
    check()
    for household in VisitCheck.objects.order_by("household__number").values_list("household", flat=True)[:40]:
        factories.HelperAssignment.objects.filter(household=household).update(ends_on=LAST)
        mark_households([household], facts=[Fact.ASSIGNMENT])
        check()
    repaired = stored_rows()
    VisitCheck.objects.all().delete()
    VisitCheckRun.objects.all().delete()
    assert not DirtyMark.objects.filter(consumer="visit_check").exists()
    check()
    assert stored_rows() == repaired
