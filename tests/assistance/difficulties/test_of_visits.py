"""What is raised on a visit follows the visit: comes with it, is corrected with it, goes with it as long as nobody has worked on it."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Difficulty, Visit
from assistance.models import DifficultyState as S
from assistance.services import visits
from assistance.services.difficulties import working
from assistance.services.difficulties.working import Solution
from tests import factories
from tests.assistance.difficulties.test_flow import assign, begin, confirm, refused, solve
from tests.assistance.situations import december, draft, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)
RAISED = {"difficulty_kind": "water", "difficulty": "水井干了"}


@pytest.fixture
def visit(household, helper, helper_user):
    """A visit that raised a difficulty."""
    return visits.record(draft=draft(household, helper, **RAISED), by=helper_user, today=TODAY)


@pytest.fixture
def row(visit):
    return Difficulty.objects.get(visit=visit)


def correct(visit, by, **changes):
    return visits.correct(visit=visit, changes=changes, by=by, version=visit.version, reason="写错了", today=TODAY)


def withdraw(visit, by):
    return visits.withdraw(visit=visit, by=by, version=visit.version, reason="记错户", today=TODAY)


class TestComing:
    def test_it_comes_with_the_visit(self, visit, row, helper_user):
        assert (row.household, row.village, row.source) == (visit.household, visit.household.village, "visit")
        assert (row.kind, row.what, row.raised_on) == ("water", "水井干了", visit.visited_on)
        assert (row.state, row.raised_by, row.due_on) == (S.OPEN, helper_user, december(30))
        assert row.steps.get().act == "raise"

    def test_a_visit_without_one_has_none(self, household, helper):
        visits.record(draft=draft(household, helper), by=None, today=TODAY)
        assert not Difficulty.objects.exists()

    def test_sent_twice_it_is_raised_once(self, household, helper):
        entry = (uuid.uuid4(), draft(household, helper, **RAISED))
        for _time in range(2):
            visits.record_many(entries=[entry, entry], by=None, today=TODAY)
        assert Difficulty.objects.count() == 1

    def test_a_refused_visit_raises_nothing(self, household, helper):
        entries = [
            (uuid.uuid4(), draft(household, helper, visited_on=december(1), **RAISED)),
            (uuid.uuid4(), draft(household, factories.helper("别人"), **RAISED)),
        ]
        outcomes = visits.record_many(entries=entries, by=None, today=TODAY)
        assert [isinstance(outcome, Visit) for outcome in outcomes] == [True, False]
        assert Difficulty.objects.get().raised_on == december(1)

    def test_a_kind_that_is_not_asked_for_is_refused(self, household, helper):
        with pytest.raises(ValidationError) as error:
            visits.record(
                draft=draft(household, helper, difficulty_kind="employment", difficulty="找不到活"),
                by=None,
                today=TODAY,
            )
        assert [one.code for one in error.value.error_dict["difficulty_kind"]] == ["not_offered"]
        assert not Visit.objects.exists()

    def test_many_take_as_many_statements_as_few(self):
        def statements(count):
            pairs = [held() for _number in range(count)]
            entries = [(uuid.uuid4(), draft(*pair, **RAISED)) for pair in pairs]
            with CaptureQueriesContext(connection) as queries:
                visits.record_many(entries=entries, by=None, today=TODAY)
            return len(queries)

        assert statements(2) == statements(20)


class TestCorrecting:
    def test_it_says_what_the_visit_says(self, visit, row, helper_user):
        correct(visit, helper_user, difficulty_kind="medical", difficulty="看病难", visited_on=december(12))
        row.refresh_from_db()
        assert (row.kind, row.what, row.raised_on, row.due_on) == (
            "medical",
            "看病难",
            december(12),
            TODAY.replace(year=2016, month=1, day=1),
        )
        step = row.steps.last()
        assert (step.act, step.note, step.details["what_before"]) == ("correct", "写错了", "水井干了")

    def test_other_corrections_leave_it_alone(self, visit, row, helper_user):
        correct(visit, helper_user, condition="屋顶漏雨")
        row.refresh_from_db()
        assert row.version == 1

    def test_one_that_was_forgotten_is_raised_then(self, household, helper, helper_user):
        visit = visits.record(draft=draft(household, helper), by=helper_user, today=TODAY)
        correct(visit, helper_user, **RAISED)
        assert Difficulty.objects.get(visit=visit).state == S.OPEN

    def test_taken_out_it_is_withdrawn_until_somebody_works_on_it(self, visit, row, helper_user):
        correct(visit, helper_user, difficulty_kind="", difficulty="")
        row.refresh_from_db()
        assert (row.state, row.closed_reason) == (S.WITHDRAWN, "写错了")
        visit.refresh_from_db()
        correct(visit, helper_user, **RAISED)
        assert sorted(Difficulty.objects.values_list("state", flat=True)) == [S.OPEN, S.WITHDRAWN]

    def test_what_was_worked_on_does_not_vanish(self, visit, row, helper_user, town_officer):
        begin(row, town_officer)
        codes = refused(correct, visit, helper_user, difficulty_kind="", difficulty="")
        assert codes == {"difficulty_kind": ["worked_on"]}
        assert Visit.objects.get().difficulty == "水井干了"

    def test_what_was_confirmed_does_not_change(self, visit, row, helper_user, town_officer, team):
        confirm(solve(row, town_officer), team)
        assert refused(correct, visit, helper_user, difficulty="别的") == {"difficulty": ["closed"]}

    def test_the_visit_is_not_moved_behind_the_solution(self, visit, row, helper_user, town_officer):
        said = Solution(solution="通水", solved_on=december(11))
        working.solve(difficulty=row, solution=said, by=town_officer, today=TODAY, version=1)
        assert refused(correct, visit, helper_user, visited_on=december(12)) == {"visited_on": ["later"]}


class TestWithdrawing:
    def test_what_nobody_touched_goes_with_the_visit(self, visit, row, helper_user, town_officer):
        assign(row, town_officer)
        withdraw(visit, helper_user)
        row.refresh_from_db()
        assert (row.state, row.closed_reason, row.closed_on) == (S.WITHDRAWN, "记错户", TODAY)

    def test_what_was_worked_on_stays_and_says_so(self, visit, row, helper_user, town_officer):
        solve(row, town_officer)
        withdraw(visit, helper_user)
        row.refresh_from_db()
        assert row.state == S.SOLVED
        assert row.steps.last().details == {"visit_withdrawn": True}

    def test_a_visit_without_one_goes_alone(self, household, helper, helper_user):
        visit = visits.record(draft=draft(household, helper), by=helper_user, today=TODAY)
        withdraw(visit, helper_user)
        assert not Difficulty.objects.exists()
