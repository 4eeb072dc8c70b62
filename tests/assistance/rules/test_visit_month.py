"""What a household owes in a month, and whether it was given: each rule as a small table."""

import datetime as dt

import pytest
from django.utils import timezone

from assistance.models import NotDueReason, VisitMethod, VisitStandard, VisitState
from assistance.rules.visit_facts import Month
from households.models import Household, HouseholdStatus, StatusEvent, StatusEventKind
from tests import factories
from tests.assistance.situations import LAST, MONTH, away, check, checked, december, held, visit

pytestmark = pytest.mark.django_db
MET, MISSED, PENDING, NOT_DUE = VisitState.MET, VisitState.MISSED, VisitState.PENDING, VisitState.NOT_DUE


def state(household):
    check()
    row = checked(household)
    return row.state, row.not_due_reason


def set_status(household, status, on):
    Household.objects.filter(pk=household.pk).update(status=status, status_on=on)


def event(household, kind, on, **kwargs):
    """A status event past the services."""
    kwargs.setdefault("reason", "原因")
    return StatusEvent.objects.create(household=household, kind=kind, occurred_on=on, persons=1, **kwargs)


def test_the_shipped_standard_names_its_basis():
    standard = VisitStandard.objects.in_force(LAST).get()
    assert standard.valid_from == dt.date(2014, 1, 1)
    assert standard.counted_methods == ["home", "field"]
    assert (standard.least_days, standard.late_after_days, standard.follows_exited) == (15, 3, True)
    assert "每户每月至少走访一次" in standard.basis
    assert standard.is_assumption


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        (VisitMethod.HOME, MET),
        (VisitMethod.FIELD, MET),
        (VisitMethod.MEETING, MISSED),
        (VisitMethod.PHONE, MISSED),
        (VisitMethod.OTHER, MISSED),
    ],
)
def test_which_methods_count(method, expected):
    household, helper = held()
    visit(household, helper, december(10), method=method)
    check()
    row = checked(household)
    assert row.state == expected
    assert row.visits == 1
    assert row.counted_visits == (expected == MET)
    assert row.first_counted_on == (december(10) if expected == MET else None)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (dt.date(2015, 11, 30), MISSED),
        (december(1), MET),
        (december(31), MET),
        (dt.date(2016, 1, 1), MISSED),
    ],
)
def test_a_visit_counts_in_its_own_month(on, expected):
    household, helper = held()
    visit(household, helper, on)
    assert state(household) == (expected, "")


def test_a_withdrawn_visit_is_no_visit():
    household, helper = held()
    visit(household, helper, december(10), withdrawn_at=timezone.now(), withdrawn_reason="记错了")
    check()
    row = checked(household)
    assert (row.state, row.visits, row.counted_visits) == (MISSED, 0, 0)


def test_only_who_answers_for_the_household_counts():
    household, _helper = held()
    visit(household, factories.helper("徐兴"), december(10))
    check()
    row = checked(household)
    assert (row.state, row.visits, row.counted_visits) == (MISSED, 1, 0)


def test_late_entries_are_counted_and_count():
    household, helper = held()
    visit(household, helper, december(10), recorded_on=december(20), is_backdated=True)
    check()
    row = checked(household)
    assert (row.state, row.late_entries) == (MET, 1)


def test_the_first_visit_that_counts_is_remembered():
    household, helper = held()
    visit(household, helper, december(3), method=VisitMethod.PHONE)
    visit(household, helper, december(20))
    visit(household, helper, december(12))
    check()
    row = checked(household)
    assert (row.visits, row.counted_visits, row.first_counted_on) == (3, 2, december(12))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [(december(1), PENDING), (december(30), PENDING), (LAST, MISSED), (dt.date(2016, 2, 1), MISSED)],
)
def test_nobody_has_missed_a_month_that_is_not_over(as_of, expected):
    household, helper = held()
    visited, _helper = held(who=helper)
    visit(visited, helper, december(1))
    check(as_of=as_of)
    assert checked(household).state == expected
    assert checked(visited).state == MET


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "days", "expected"),
    [
        (december(17), None, 15, (MISSED, "")),
        (december(18), None, 14, (NOT_DUE, NotDueReason.TOO_SHORT)),
        (dt.date(2014, 1, 1), december(15), 15, (MISSED, "")),
        (dt.date(2014, 1, 1), december(14), 14, (NOT_DUE, NotDueReason.TOO_SHORT)),
        (december(10), december(24), 15, (MISSED, "")),
        (dt.date(2014, 1, 1), dt.date(2015, 11, 30), 0, (NOT_DUE, NotDueReason.NO_HELPER)),
        (dt.date(2016, 1, 1), None, 0, (NOT_DUE, NotDueReason.NO_HELPER)),
    ],
)
def test_a_household_is_due_with_a_helper_on_fifteen_days(starts_on, ends_on, days, expected):
    household = factories.household()
    factories.assignment(household, factories.helper(), starts_on=starts_on, ends_on=ends_on)
    assert state(household) == expected
    row = checked(household)
    assert row.due_days == days
    last = min(ends_on or LAST, LAST)
    assert row.accounting_on == (last if days else None)


@pytest.mark.parametrize(
    ("registered_on", "days", "expected"),
    [
        (december(1), 31, (MISSED, "")),
        (december(17), 15, (MISSED, "")),
        (december(18), 14, (NOT_DUE, NotDueReason.TOO_SHORT)),
        (dt.date(2016, 1, 1), 0, (NOT_DUE, NotDueReason.OFF_ROLL)),
    ],
)
def test_the_first_month_counts_from_the_registration(registered_on, days, expected):
    household = factories.household(registered_on=registered_on, status_on=registered_on)
    factories.assignment(household, factories.helper(), starts_on=dt.date(2015, 1, 1))
    assert state(household) == expected
    assert checked(household).due_days == days


@pytest.mark.parametrize("status", [HouseholdStatus.REMOVED, HouseholdStatus.DISSOLVED, HouseholdStatus.MOVED_OUT])
@pytest.mark.parametrize(
    ("on", "days", "expected"),
    [
        (dt.date(2015, 11, 20), 0, (NOT_DUE, NotDueReason.OFF_ROLL)),
        (december(1), 0, (NOT_DUE, NotDueReason.OFF_ROLL)),
        (december(15), 14, (NOT_DUE, NotDueReason.TOO_SHORT)),
        (december(16), 15, (MISSED, "")),
        (december(31), 30, (MISSED, "")),
        (dt.date(2016, 1, 1), 31, (MISSED, "")),
    ],
)
def test_who_is_gone_owes_what_came_before(status, on, days, expected):
    household, _helper = held()
    set_status(household, status, on)
    assert state(household) == expected
    row = checked(household)
    assert row.due_days == days
    assert row.accounting_on == (min(on - dt.timedelta(days=1), LAST) if days else None)


def test_a_household_without_helper_that_is_gone_is_off_the_roll():
    household = factories.household()
    set_status(household, HouseholdStatus.DISSOLVED, december(1))
    assert state(household) == (NOT_DUE, NotDueReason.OFF_ROLL)


@pytest.mark.parametrize(
    ("follows", "on", "expected"),
    [
        (True, dt.date(2015, 11, 1), (MISSED, "")),
        (True, december(10), (MISSED, "")),
        (False, dt.date(2015, 11, 1), (NOT_DUE, NotDueReason.OFF_ROLL)),
        (False, december(10), (NOT_DUE, NotDueReason.TOO_SHORT)),
        (False, december(20), (MISSED, "")),
        (False, dt.date(2016, 1, 1), (MISSED, "")),
    ],
)
def test_exited_households_are_due_where_the_standard_follows_them(follows, on, expected):
    VisitStandard.objects.update(follows_exited=follows)
    household, _helper = held()
    set_status(household, HouseholdStatus.EXITED, on)
    assert state(household) == expected


def test_an_exit_after_the_month_does_not_reach_back():
    VisitStandard.objects.update(follows_exited=False)
    household, _helper = held()
    event(household, StatusEventKind.EXITED, dt.date(2015, 10, 1))
    event(household, StatusEventKind.RELAPSED, dt.date(2016, 3, 1), cause="01")
    set_status(household, HouseholdStatus.RELAPSED, dt.date(2016, 3, 1))
    assert state(household) == (NOT_DUE, NotDueReason.OFF_ROLL)


@pytest.mark.parametrize(
    ("removed_on", "returned_on", "days", "expected"),
    [
        (dt.date(2015, 9, 1), dt.date(2016, 2, 1), 0, (NOT_DUE, NotDueReason.OFF_ROLL)),
        (dt.date(2015, 9, 1), december(10), 22, (MISSED, "")),
        (dt.date(2015, 9, 1), december(20), 12, (NOT_DUE, NotDueReason.TOO_SHORT)),
        (december(16), dt.date(2016, 2, 1), 15, (MISSED, "")),
        (dt.date(2016, 1, 5), dt.date(2016, 2, 1), 31, (MISSED, "")),
        (dt.date(2015, 9, 1), dt.date(2015, 11, 30), 31, (MISSED, "")),
    ],
)
def test_a_household_that_came_back_owes_nothing_for_the_time_between(removed_on, returned_on, days, expected):
    """Its present status says nothing about the month any more; the status events do."""
    household, _helper = held()
    event(household, StatusEventKind.REGISTERED, household.registered_on)
    event(household, StatusEventKind.REMOVED, removed_on)
    event(household, StatusEventKind.REGISTERED, returned_on)
    set_status(household, HouseholdStatus.ON_ROLL, returned_on)
    assert state(household) == expected
    assert checked(household).due_days == days


def test_removed_and_taken_back_on_the_same_day_has_never_been_away():
    household, _helper = held()
    event(household, StatusEventKind.REMOVED, dt.date(2015, 12, 5))
    event(household, StatusEventKind.REGISTERED, dt.date(2015, 12, 5))
    event(household, StatusEventKind.EXIT_PREPARED, dt.date(2016, 1, 5))
    set_status(household, HouseholdStatus.PRE_EXIT, dt.date(2016, 1, 5))
    check()
    assert checked(household).due_days == 27


class TestHandOver:
    """Somebody else takes over within the month."""

    @pytest.fixture
    def household(self):
        return factories.household()

    @pytest.fixture
    def former(self, household):
        helper = factories.helper("徐兴")
        factories.assignment(household, helper, ends_on=december(12))
        return helper

    @pytest.fixture
    def present(self, household):
        helper = factories.helper("李珍")
        factories.assignment(household, helper, starts_on=december(13))
        return helper

    def test_the_visit_of_either_counts_on_their_days(self, household, former, present):
        visit(household, former, december(12))
        visit(household, present, december(13))
        check()
        row = checked(household)
        assert (row.state, row.due_days, row.counted_visits, row.accounting_on) == (MET, 31, 2, LAST)

    def test_nobody_counts_on_the_days_of_the_other(self, household, former, present):
        visit(household, former, december(13))
        visit(household, present, december(12))
        check()
        row = checked(household)
        assert (row.state, row.visits, row.counted_visits) == (MISSED, 2, 0)

    def test_a_gap_between_two_does_not_count_against_the_household(self, household, former):
        factories.assignment(household, factories.helper("李珍"), starts_on=december(31))
        check()
        row = checked(household)
        assert (row.state, row.due_days, row.accounting_on) == (MISSED, 31, LAST)

    def test_who_would_have_come_after_it_left_does_not_answer(self, household, former):
        """Held until the 12th, gone on the 20th, a helper from the 25th on: the 12th is the last day that somebody answered."""
        factories.assignment(household, factories.helper("李珍"), starts_on=december(25))
        set_status(household, HouseholdStatus.MOVED_OUT, december(20))
        check()
        row = checked(household)
        assert (row.due_days, row.not_due_reason, row.accounting_on) == (12, NotDueReason.TOO_SHORT, december(12))

    def test_the_same_helper_twice_is_counted_once(self, household, former):
        factories.assignment(household, former, starts_on=december(20))
        visit(household, former, december(5))
        visit(household, former, december(25))
        visit(household, former, december(15))
        check()
        row = checked(household)
        assert (row.visits, row.counted_visits) == (3, 2)


@pytest.mark.parametrize(
    ("first", "last", "days", "is_away"),
    [
        (dt.date(2015, 3, 1), None, 31, True),
        (december(15), None, 17, True),
        (december(16), None, 16, False),
        (december(1), december(17), 17, True),
        (december(2), december(17), 16, False),
        (dt.date(2015, 3, 1), dt.date(2015, 11, 30), 0, False),
        (dt.date(2016, 1, 1), None, 0, False),
    ],
)
def test_who_is_away_for_most_of_the_month_may_be_rung_up(first, last, days, is_away):
    household, helper = held()
    away(household, first, last)
    visit(household, helper, december(10), method=VisitMethod.PHONE)
    check()
    row = checked(household)
    assert (row.away_days, row.is_away) == (days, is_away)
    assert row.state == (MET if is_away else MISSED)
    assert row.first_counted_on == (december(10) if is_away else None)


def test_two_absences_of_a_month_add_up():
    household, _helper = held()
    away(household, december(1), december(10))
    away(household, december(21), None)
    check()
    row = checked(household)
    assert (row.away_days, row.is_away) == (21, True)


def test_only_days_of_the_due_period_are_days_away():
    household = factories.household()
    factories.assignment(household, factories.helper(), starts_on=december(11))
    away(household, december(1), december(15))
    check()
    row = checked(household)
    assert (row.due_days, row.away_days, row.is_away) == (21, 5, False)


def test_an_absent_household_without_helper_is_not_due():
    household = factories.household()
    away(household, december(1))
    assert state(household) == (NOT_DUE, NotDueReason.NO_HELPER)
    assert checked(household).away_days == 0


def test_the_phone_counts_for_the_absent_only_by_who_answers_for_them():
    household, _helper = held()
    away(household, dt.date(2015, 3, 1))
    visit(household, factories.helper("徐兴"), december(10), method=VisitMethod.PHONE)
    assert state(household) == (MISSED, "")


def test_the_standard_of_the_months_last_day_holds():
    VisitStandard.objects.update(valid_to=december(30))
    VisitStandard.objects.create(valid_from=december(31), counts_phone=True, least_days=20, basis="新规定")
    household, helper = held()
    visit(household, helper, december(2), method=VisitMethod.PHONE)
    visit(household, helper, dt.date(2015, 11, 2), method=VisitMethod.PHONE)
    check()
    check(month=dt.date(2015, 11, 1), as_of=dt.date(2015, 11, 30))
    assert checked(household).state == MET
    assert checked(household, dt.date(2015, 11, 1)).state == MISSED


@pytest.mark.parametrize(
    ("month", "days"), [(dt.date(2015, 2, 1), 28), (dt.date(2016, 2, 1), 29), (dt.date(2015, 11, 1), 30), (MONTH, 31)]
)
def test_a_month_has_its_days(month, days):
    household, _helper = held()
    check(month=month, as_of=dt.date(2016, 12, 31))
    assert checked(household, month).due_days == days
    assert Month(month, VisitStandard.objects.get()).last.day == days
