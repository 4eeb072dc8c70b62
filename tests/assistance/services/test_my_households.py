"""What waits for a helper."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import VisitState
from assistance.services import follow_ups, visits
from assistance.services.my_households import due_now
from households.models import HouseholdStatus
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import check, december, draft, held, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(15)


@pytest.fixture
def mine():
    return factories.helper(user=factories.user("helper", role=roles.HELPER))


def test_a_row_says_what_is_known_and_what_waits(mine):
    household, _helper = held(who=mine, members=2)
    visit(household, mine, dt.date(2015, 11, 5))
    said = {"follow_up_due_on": december(12), "follow_up": "修水管"}
    record = {"by": None, "today": TODAY}
    visits.record(draft=draft(household, mine, visited_on=december(2), method="phone", **said), **record)
    said["follow_up_due_on"] = december(20)
    done = visits.record(draft=draft(household, mine, visited_on=december(3), method="phone", **said), **record)
    visits.record(draft=draft(household, mine, visited_on=december(4), method="phone", **said), **record)
    follow_ups.close(follow_up=done.follow_ups.get(), outcome="好了", by=None, today=TODAY, version=1)
    check(as_of=TODAY)
    (row,) = due_now(of=mine, today=TODAY)
    assert (row.household, row.head_name) == (household, "陈建国")
    assert (row.last_visit_on, row.state) == (december(4), VisitState.PENDING)
    assert (row.open_follow_ups, row.late_follow_ups) == (2, 1)


def test_a_helper_may_be_asked_for_by_their_user(mine):
    household, _helper = held(who=mine)
    assert [row.household for row in due_now(of=mine.user, today=TODAY)] == [household]
    assert due_now(of=factories.user(), today=TODAY) == []


def test_only_households_of_the_day(mine):
    held(who=mine, status=HouseholdStatus.MOVED_OUT, status_on=december(1))
    leaving, _helper = held(who=mine, status=HouseholdStatus.MOVED_OUT, status_on=december(20))
    factories.assignment(factories.household(), mine, ends_on=december(14))
    factories.assignment(factories.household(), mine, starts_on=december(16))
    held(who=factories.helper("徐兴"))
    exited, _helper = held(who=mine, status=HouseholdStatus.EXITED, status_on=december(1))
    rows = due_now(of=mine, today=TODAY)
    assert [row.household for row in rows] == sorted([leaving, exited], key=lambda row: row.number)


def test_before_the_month_was_checked_nothing_is_known_of_it(mine):
    held(who=mine)
    (row,) = due_now(of=mine, today=TODAY)
    assert (row.state, row.check, row.last_visit_on, row.open_follow_ups) == (None, None, None, 0)


def test_a_visit_is_seen_at_once(mine):
    household, _helper = held(who=mine)
    check(as_of=TODAY)
    visits.record(draft=draft(household, mine), by=mine.user, today=TODAY)
    (row,) = due_now(of=mine, today=TODAY)
    assert (row.state, row.last_visit_on) == (VisitState.MET, december(10))


def test_a_withdrawn_visit_is_not_the_last_one(mine):
    household, _helper = held(who=mine)
    said = {"follow_up": "修水管", "follow_up_due_on": december(12)}
    written = visits.record(draft=draft(household, mine, **said), by=None, today=TODAY)
    visits.withdraw(visit=written, by=None, version=1, reason="记错户", today=december(31))
    (row,) = due_now(of=mine, today=TODAY)
    assert (row.last_visit_on, row.open_follow_ups, row.late_follow_ups) == (None, 0, 0)


def test_in_two_queries_however_many(mine):
    for _number in range(5):
        held(who=mine, members=1)
    check(as_of=TODAY)
    with CaptureQueriesContext(connection) as queries:
        rows = due_now(of=mine, today=TODAY)
        assert [str(row.household.village.parent) for row in rows] == ["白沙镇"] * 5
    assert len(queries) == 2
