"""The monthly check as an act: whom it does, what it writes, what it leaves alone, whom it tells."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import NotDueReason, VisitCheck, VisitCheckRun, VisitStandard, VisitState
from assistance.services import due, visit_checks, visits
from households.models import HouseholdStatus
from households.services import pairing, statuses
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.changes import services as changes
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_area, mark_households
from jiangjin.common import clock
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import kinds
from jiangjin.jobs.services import retry, run_now, start_due
from tests import factories
from tests.assistance.situations import LAST, MONTH, check, checked, december, draft, held, visit

pytestmark = pytest.mark.django_db
NOVEMBER, END_OF_NOVEMBER = dt.date(2015, 11, 1), dt.date(2015, 11, 30)


@pytest.fixture
def listener(monkeypatch):
    """A consumer of the check's results."""
    monkeypatch.setattr(changes, "_consumers", dict(changes._consumers))
    return changes.register_consumer("listener", reads=[Fact.VISIT_CHECK])


def waiting(consumer="visit_check"):
    rows = DirtyMark.objects.filter(consumer=consumer).order_by("month", "household_id")
    return list(rows.values_list("household_id", "month"))


def test_the_run_says_what_it_applied_and_counted():
    household, helper = held()
    visit(household, helper, december(3))
    held(who=helper)
    factories.household()
    run = check()
    assert run.counts == {
        "households": 3,
        "due": 2,
        "met": 1,
        "missed": 1,
        "pending": 0,
        "not_due": 1,
        "changed": 3,
        "everybody": True,
    }
    assert run.basis["standard"]["methods"] == ["home", "field"]
    assert run.as_of == LAST


def test_the_same_check_again_writes_nothing():
    household, _helper = held()
    first = check()
    again = check()
    assert (again.counts["changed"], again.counts["everybody"]) == (0, False)
    assert again.counts["missed"] == 1
    assert checked(household).run == first


def test_only_who_changed_is_done_again():
    household, helper = held()
    other, _helper = held(who=helper)
    first = check()
    visit(household, helper, december(20))
    visit(other, helper, december(20))
    mark_households([household.pk], facts=[Fact.VISIT], month=MONTH)
    second = check()
    assert (second.counts["changed"], second.counts["everybody"]) == (1, False)
    assert (checked(household).state, checked(household).run) == (VisitState.MET, second)
    assert (checked(other).state, checked(other).run) == (VisitState.MISSED, first)


def test_a_mark_without_a_real_change_writes_nothing():
    household, _helper = held()
    check()
    mark_households([household.pk], facts=[Fact.ASSIGNMENT])
    assert check().counts["changed"] == 0
    assert waiting() == []


def test_a_late_visit_repairs_the_month_it_belongs_to():
    household, helper = held()
    check(month=NOVEMBER)
    check()
    november_run = checked(household, NOVEMBER).run
    visit(household, helper, dt.date(2015, 11, 20), recorded_on=december(28), is_backdated=True)
    mark_households([household.pk], facts=[Fact.VISIT], month=NOVEMBER)
    check()
    assert checked(household, NOVEMBER).run == november_run
    repair = check(month=NOVEMBER)
    row = checked(household, NOVEMBER)
    assert (row.state, row.late_entries, row.run) == (VisitState.MET, 1, repair)
    assert repair.counts["changed"] == 1
    assert checked(household).state == VisitState.MISSED


def test_a_mark_without_month_reaches_every_month_that_was_checked():
    household, _helper = held()
    check(month=NOVEMBER)
    check()
    pairing.end_assignment(
        assignment=household.assignments.get(), ends_on=dt.date(2015, 11, 10), by=None, reason="调动"
    )
    assert waiting() == [(household.pk, None)]
    check()
    assert waiting() == [(household.pk, NOVEMBER)]
    check(month=NOVEMBER)
    assert waiting() == []
    assert checked(household).not_due_reason == NotDueReason.NO_HELPER
    assert checked(household, NOVEMBER).not_due_reason == NotDueReason.TOO_SHORT


def test_status_and_pairing_mark_what_the_check_reads():
    household, _helper = held()
    check()
    statuses.record_event(household=household, kind="moved_out", occurred_on=december(20), by=None, reason="全家迁出")
    assert waiting() == [(household.pk, None)]
    check()
    assert checked(household).due_days == 19


def test_facts_that_the_check_does_not_read_mark_nothing():
    household, _helper = held()
    mark_households([household.pk], facts=[Fact.MEMBERS, Fact.YEAR, Fact.TIER, Fact.VERDICT])
    assert waiting() == []


def test_a_marked_area_is_done_whole():
    household, helper = held()
    check()
    visit(household, helper, december(20))
    mark_area(factories.county().pk, facts=[Fact.VISIT], month=MONTH)
    run = check()
    assert (run.counts["everybody"], run.counts["changed"]) == (True, 1)
    assert waiting() == []


def test_a_households_entry_is_new_to_a_checked_month():
    check()
    late, _helper = held(registered_on=december(20), status_on=december(20))
    mark_households([late.pk])
    run = check()
    assert (run.counts["changed"], run.counts["everybody"]) == (1, False)
    assert checked(late).not_due_reason == NotDueReason.TOO_SHORT


@pytest.mark.parametrize(
    ("first", "then", "everybody"), [(10, 11, False), (10, 30, False), (10, 31, True), (31, 31, False)]
)
def test_everybody_is_done_again_when_the_month_has_ended(first, then, everybody):
    household, _helper = held()
    check(as_of=december(first))
    run = check(as_of=december(then))
    assert run.counts["everybody"] == everybody
    assert checked(household).state == (VisitState.MISSED if then == 31 else VisitState.PENDING)


def test_another_standard_does_everybody_again():
    household, helper = held()
    visit(household, helper, december(10), method="phone")
    check()
    VisitStandard.objects.update(counts_phone=True)
    run = check()
    assert run.counts["everybody"]
    assert checked(household).state == VisitState.MET


def test_without_a_standard_nothing_is_checked():
    with pytest.raises(ValidationError, match="2013-12"):
        check(month=dt.date(2013, 12, 1))
    assert not VisitCheckRun.objects.exists()


class TestAreas:
    """A run over a town does the town."""

    @pytest.fixture
    def here(self):
        return held(area=factories.village("复建村"))

    @pytest.fixture
    def there(self):
        return held(area=factories.village("紫荆村"))

    def test_others_are_left_alone(self, here, there):
        run = check(area=factories.town("白沙镇"))
        assert run.counts["households"] == 1
        assert not VisitCheck.objects.filter(household=there[0]).exists()

    def test_marks_of_other_towns_go_on_waiting(self, here, there):
        check()
        for household, helper in (here, there):
            visit(household, helper, december(20))
        mark_households([here[0].pk, there[0].pk], facts=[Fact.VISIT], month=MONTH)
        check(area=factories.town("白沙镇"))
        assert checked(here[0]).state == VisitState.MET
        assert checked(there[0]).state == VisitState.MISSED
        assert waiting() == [(there[0].pk, MONTH)]
        check()
        assert checked(there[0]).state == VisitState.MET

    def test_the_county_after_a_town_does_everybody_without_writing_the_town_twice(self, here, there):
        check(area=factories.town("白沙镇"))
        run = check()
        assert (run.counts["everybody"], run.counts["changed"]) == (True, 1)

    def test_a_town_is_covered_by_the_county(self, here, there):
        check()
        assert not check(area=factories.town("白沙镇")).counts["everybody"]

    def test_a_marked_town_is_done_whole_by_its_own_run(self, here, there):
        check()
        for household, helper in (here, there):
            visit(household, helper, december(20))
        mark_area(factories.town("白沙镇").pk, facts=[Fact.VISIT], month=MONTH)
        check(area=factories.town("嘉平镇"))
        assert checked(there[0]).state == VisitState.MISSED
        check(area=factories.town("白沙镇"))
        assert checked(here[0]).state == VisitState.MET
        assert waiting() == []


class TestTelling:
    """Whoever computes from the check is told what changed."""

    def test_everybody_is_one_mark_of_the_area(self, listener):
        held()
        check()
        mark = DirtyMark.objects.get(consumer=listener)
        assert (mark.area_id, mark.household_id, mark.month) == (factories.county().pk, None, MONTH)

    def test_the_changed_are_marked_and_nobody_else(self, listener):
        household, helper = held()
        other, _helper = held(who=helper)
        check()
        DirtyMark.objects.all().delete()
        visit(household, helper, december(20))
        mark_households([household.pk, other.pk], facts=[Fact.VISIT], month=MONTH)
        check()
        assert waiting(listener) == [(household.pk, MONTH)]

    def test_a_visit_tells_at_once(self, listener):
        household, helper = held()
        check()
        DirtyMark.objects.all().delete()
        visits.record(draft=draft(household, helper), by=None, today=LAST)
        assert waiting(listener) == [(household.pk, MONTH)]
        assert check().counts["changed"] == 0

    def test_a_second_visit_that_changes_the_counts_tells_too(self, listener):
        household, helper = held()
        check()
        visits.record(draft=draft(household, helper), by=None, today=LAST)
        DirtyMark.objects.all().delete()
        visits.record(draft=draft(household, helper, visited_on=december(11)), by=None, today=LAST)
        assert waiting(listener) == [(household.pk, MONTH)]
        assert checked(household).counted_visits == 2


class TestRefresh:
    """A household's month is brought in step with a visit, as its latest run did."""

    def test_a_month_that_was_never_checked_stays_so(self):
        household, helper = held()
        visits.record(draft=draft(household, helper), by=None, today=LAST)
        assert not VisitCheck.objects.exists()

    def test_a_running_month_stays_open(self):
        household, _helper = held()
        check(as_of=december(10))
        visit_checks.refresh([household.pk], months=[MONTH])
        assert checked(household).state == VisitState.PENDING

    def test_another_standard_waits_for_the_next_run(self):
        household, helper = held()
        check()
        VisitStandard.objects.update(least_days=20)
        visits.record(draft=draft(household, helper), by=None, today=LAST)
        assert checked(household).state == VisitState.MISSED
        check()
        assert checked(household).state == VisitState.MET

    def test_only_the_area_that_was_checked(self):
        here, there = held(area=factories.village("复建村")), held(area=factories.village("紫荆村"))
        run = check(area=factories.town("白沙镇"))
        for pair in (here, there):
            visits.record(draft=draft(*pair), by=None, today=LAST)
        row = VisitCheck.objects.get()
        assert (row.household, row.state, row.run) == (here[0], VisitState.MET, run)


def test_a_failure_leaves_nothing_behind(monkeypatch):
    household, helper = held()
    check()
    visit(household, helper, december(20))
    mark_households([household.pk], facts=[Fact.VISIT], month=MONTH)
    monkeypatch.setattr(visit_checks, "count_states", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        check()
    assert checked(household).state == VisitState.MISSED
    assert VisitCheckRun.objects.count() == 1
    assert waiting() == [(household.pk, MONTH)]
    assert DirtyMark.objects.filter(claimed_by=None).exists()


def test_the_work_is_done_in_a_fixed_number_of_statements():
    def statements():
        with CaptureQueriesContext(connection) as queries:
            check()
        return len(queries)

    held()
    few = statements()
    VisitCheck.objects.all().delete()
    VisitCheckRun.objects.all().delete()
    households = [held()[0] for _number in range(12)]
    assert statements() == few
    mark_households([households[0].pk], month=MONTH)
    one = statements()
    mark_households([household.pk for household in households], month=MONTH)
    assert statements() == one


class TestJob:
    """The check as a job, by hand and by the calendar."""

    def test_a_job_says_what_came_of_it(self):
        held()
        job = run_now(kind="check_visits", area=factories.county(), params={"month": "2015-12", "as_of": "2015-12-31"})
        assert job.state == JobState.DONE
        assert job.counts["missed"] == 1
        assert VisitCheckRun.objects.get().job == job

    def test_nothing_is_due_where_nobody_is_on_file(self):
        assert list(due.checks(LAST)) == []

    @pytest.mark.parametrize(
        ("today", "expected"),
        [
            (
                dt.date(2016, 1, 1),
                [("2015-12", "2015-12", "2015-12-31"), ("2016-01-01", "2016-01", "2016-01-01")],
            ),
            (
                dt.date(2015, 12, 30),
                [("2015-11", "2015-11", "2015-11-30"), ("2015-12-30", "2015-12", "2015-12-30")],
            ),
            # The last day is not over: whoever was not visited is due until midnight.
            (
                dt.date(2015, 12, 31),
                [("2015-11", "2015-11", "2015-11-30"), ("2015-12-31", "2015-12", "2015-12-30")],
            ),
        ],
    )
    def test_the_month_that_ended_and_the_running_one_are_due(self, today, expected):
        held()
        found = [(one.key, one.params["month"], one.params["as_of"]) for one in due.checks(today)]
        assert found == expected

    def test_a_month_whose_facts_changed_is_due_again_once_a_day(self):
        household, _helper = held()
        check(month=dt.date(2015, 10, 1))
        check(month=NOVEMBER)
        mark_households([household.pk], facts=[Fact.VISIT], month=dt.date(2015, 10, 1))
        keys = [one.key for one in due.checks(december(20))]
        assert keys == ["2015-11", "2015-12-20", "2015-10 2015-12-20"]

    def test_a_month_closed_before_its_time_is_not_opened_again(self):
        held()
        check()
        assert [one.key for one in due.checks(LAST)] == ["2015-11"]

    def test_another_countys_marks_make_nothing_due_here(self):
        held()
        elsewhere = Area.objects.create(level=AreaLevel.COUNTY, name="示例县")
        town = Area.objects.create(level=AreaLevel.TOWN, name="示例镇", parent=elsewhere)
        place = Area.objects.create(level=AreaLevel.VILLAGE, name="示例村", parent=town)
        other = factories.household(area=place, number="5009990000000001")
        check(month=NOVEMBER)
        check(month=NOVEMBER, area=elsewhere)
        mark_households([other.pk], facts=[Fact.VISIT], month=NOVEMBER)
        repairs = [one.area for one in due.checks(december(20)) if " " in one.key]
        assert repairs == [elsewhere]

    def test_the_sweeper_starts_them_once(self, django_capture_on_commit_callbacks):
        household, helper = held()
        visit(household, helper, december(20))
        with clock.pin(dt.date(2016, 1, 2)), django_capture_on_commit_callbacks(execute=True):
            start_due(today=dt.date(2016, 1, 2))
        with clock.pin(dt.date(2016, 1, 2)), django_capture_on_commit_callbacks(execute=True):
            start_due(today=dt.date(2016, 1, 2))
        jobs = JobRun.objects.filter(kind="check_visits").order_by("key")
        assert [(job.key, job.state) for job in jobs] == [("2015-12", "done"), ("2016-01-02", "done")]
        assert checked(household).state == VisitState.MET
        assert checked(household, dt.date(2016, 1, 1)).state == VisitState.PENDING

    def test_a_failed_check_can_be_started_again_by_the_district(self):
        assert kinds["check_visits"].permission == "visits.run_check"
        job = JobRun.objects.create(
            kind="check_visits",
            area=factories.county(),
            params={"month": "2015-12", "as_of": "2015-12-31"},
            state=JobState.FAILED,
        )
        assert retry(run=job, by=None).params == job.params


class TestCommand:
    """`check_visits --month 2015-12`"""

    def run(self, *arguments):
        out = StringIO()
        with clock.pin(dt.date(2016, 1, 15)):
            call_command("check_visits", *arguments, stdout=out)
        return json.loads(out.getvalue().splitlines()[-1])

    def test_the_last_line_is_one_json_object_of_counts(self):
        household, helper = held()
        visit(household, helper, december(20))
        held(status=HouseholdStatus.MOVED_OUT, status_on=december(1))
        assert self.run("--month", "2015-12") == {
            "month": "2015-12",
            "as_of": "2015-12-31",
            "households": 2,
            "due": 1,
            "met": 1,
            "missed": 0,
            "pending": 0,
            "not_due": 1,
            "changed": 2,
            "everybody": True,
        }
        assert self.run("--month", "2015-12")["changed"] == 0

    def test_an_area_and_a_day_can_be_named(self):
        held(area=factories.village("复建村"))
        held(area=factories.village("紫荆村"))
        town = factories.town("白沙镇")
        counts = self.run("--month", "2015-12", "--area", town.code, "--as-of", "2015-12-15")
        assert (counts["households"], counts["pending"], counts["as_of"]) == (1, 1, "2015-12-15")
        assert self.run("--month", "2016-01")["pending"] == 2

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--month", "2015-13"),
            ("--month", "2016-02"),
            ("--month", "2013-12"),
            ("--month", "2015-12", "--area", "999"),
            ("--month", "2015-12", "--as-of", "soon"),
            ("--month", "2015-12", "--as-of", "2015-11-30"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, arguments):
        with pytest.raises(CommandError):
            self.run(*arguments)
