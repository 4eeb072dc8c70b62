"""Late difficulties are put before town and district: as a plain loop would find, once, by the standards of the day, whoever is killed."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.models import Difficulty, DifficultyKind, DifficultyStandard, DifficultyStep
from assistance.models import DifficultyState as S
from assistance.services.difficulties import escalating, working
from assistance.services.difficulties.escalating import escalate, escalations
from assistance.services.difficulties.working import Charge
from jiangjin.common import clock
from jiangjin.jobs import services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.assistance.situations import december, difficulty
from tests.jobs.conftest import queue  # noqa: F401
from tests.jobs.test_killed import sweep_and_finish, worker

TODAY = december(31)
DAY = dt.timedelta(days=1)


def late(days, **kwargs):
    """A difficulty so many days late."""
    kwargs.setdefault("state", S.UNDER_WAY)
    return difficulty(factories.household(), due_on=TODAY - days * DAY, raised_on=dt.date(2014, 6, 1), **kwargs)


def run(area=None, as_of=TODAY):
    return escalate(area=area or factories.county(), as_of=as_of)


def levels(*rows):
    found = Difficulty.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].escalation, found[row.pk].escalated_on) for row in rows]


@pytest.mark.django_db
@pytest.mark.usefixtures("year_end")
class TestOneRun:
    @pytest.mark.parametrize(
        ("days", "level"), [(0, 0), (1, 0), (6, 0), (7, 1), (8, 1), (19, 1), (20, 2), (21, 2), (300, 2)]
    )
    def test_the_level_goes_by_the_days_late(self, days, level):
        row = late(days)
        run()
        assert levels(row) == [(level, TODAY if level else None)]

    @pytest.mark.parametrize("state", [S.SOLVED, S.CONFIRMED, S.UNSOLVABLE, S.WITHDRAWN])
    def test_what_is_settled_is_left_alone(self, state):
        row = late(100, state=state)
        assert run() == {"town": 0, "district": 0}
        assert levels(row) == [(0, None)]

    def test_each_gets_its_step_and_version(self):
        row = late(8)
        assert run() == {"town": 1, "district": 0}
        row.refresh_from_db()
        step = row.steps.last()
        assert (row.version, step.version, step.act, step.by) == (2, 2, "escalate", None)
        assert (step.from_state, step.to_state, step.happened_on) == (S.UNDER_WAY, S.UNDER_WAY, TODAY)
        assert step.details == {"escalation": 1}

    def test_done_again_it_finds_nothing(self):
        late(8), late(30)
        assert run() == {"town": 1, "district": 1}
        assert run() == {"town": 0, "district": 0}
        assert DifficultyStep.objects.filter(act="escalate").count() == 2

    def test_from_the_town_to_the_district(self):
        row = late(8)
        run()
        assert run(as_of=TODAY + 13 * DAY) == {"town": 0, "district": 1}
        assert levels(row) == [(2, TODAY + 13 * DAY)]
        assert list(row.steps.values_list("version", flat=True)) == [1, 2, 3]

    def test_only_the_area(self):
        here, there = late(30), difficulty(due_on=december(1), village=factories.village("紫荆村"))
        assert run(area=factories.town()) == {"town": 0, "district": 1}
        assert levels(here) == [(2, TODAY)]
        assert levels(there) == [(0, None)]

    def test_by_the_standard_of_the_kind_on_the_day(self):
        DifficultyStandard.objects.create(
            kind="water",
            valid_from=december(15),
            due_days=10,
            town_after_days=2,
            district_after_days=5,
            basis="区扶贫办通知",
        )
        water, roads = late(3), late(3, kind="roads")
        assert run(as_of=december(14)) == {"town": 0, "district": 0}
        run()
        assert levels(water, roads) == [(1, TODAY), (0, None)]

    def test_new_time_ends_it_and_it_begins_anew(self, district_officer):
        row = late(8)
        run()
        charge = Charge(unit=factories.unit("区交通局"), due_on=TODAY + DAY, note="延期")
        row = Difficulty.objects.get(pk=row.pk)
        working.transfer(difficulty=row, charge=charge, by=district_officer, today=TODAY, version=row.version)
        assert run(as_of=TODAY + 7 * DAY) == {"town": 0, "district": 0}
        assert run(as_of=TODAY + 8 * DAY) == {"town": 1, "district": 0}

    def test_many_take_as_many_statements_as_few(self):
        def statements(count):
            for _number in range(count):
                late(10), late(40)
            with CaptureQueriesContext(connection) as queries:
                run()
            return len(queries)

        assert statements(1) == statements(20)


@pytest.mark.django_db
@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(DifficultyKind.values),
            st.sampled_from(S.values),
            st.integers(-40, 60),
            st.sampled_from([0, 1, 2]),
        ),
        max_size=8,
    )
)
def test_a_plain_loop_finds_the_same(drawn):
    rows = []
    for kind, state, days, level in drawn:
        escalated = {"escalation": level, "escalated_on": december(1) if level else None}
        rows.append(late(days, kind=kind, state=state, **escalated))
    expected = []
    for row in rows:
        standard = next(each for each in DifficultyStandard.objects.all() if each.kind == row.kind)
        days = (TODAY - row.due_on).days
        level = 2 if days >= standard.district_after_days else 1 if days >= standard.town_after_days else 0
        open_ = row.state in ("open", "assigned", "under_way")
        rises = open_ and level > row.escalation
        expected.append((level, TODAY) if rises else (row.escalation, row.escalated_on))
    run()
    assert levels(*rows) == expected


@pytest.mark.django_db
@pytest.mark.usefixtures("year_end")
class TestTheSchedule:
    def test_a_day_with_something_late_enough_has_its_run(self):
        late(8)
        (due,) = escalations(TODAY)
        assert (due.key, due.area, due.params) == ("2015-12-31", factories.county(), {"as_of": "2015-12-31"})
        assert services.start_due(today=TODAY) >= 1
        job = JobRun.objects.get(kind=escalating.KIND)
        assert (job.key, job.area) == ("2015-12-31", factories.county())

    def test_nothing_late_no_run(self):
        late(6), late(30, state=S.SOLVED)
        assert not list(escalations(TODAY))

    def test_lost_days_are_made_up_by_the_next(self):
        row = late(25)
        services.run_now(kind=escalating.KIND, area=factories.county(), params={"as_of": "2015-12-31"})
        assert levels(row) == [(2, TODAY)]
        assert row.steps.last().job == JobRun.objects.get()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "done_before"), [("begun", 0), ("written", 0), ("published", 2)])
def test_a_killed_run_is_finished_by_the_sweep(queue, tmp_path, point, done_before):  # noqa: F811
    with clock.pin(TODAY):
        rows = [late(8), late(30)]
        run_ = services.create(
            kind=escalating.KIND, area=factories.county(), by=None, params={"as_of": TODAY.isoformat()}
        )
        with worker(run_, stops_when=point, var=tmp_path):
            assert JobRun.objects.get(pk=run_.pk).state == JobState.RUNNING
        assert Difficulty.objects.filter(escalation__gt=0).count() == done_before
        assert DifficultyStep.objects.filter(act="escalate").count() == done_before
        finished = sweep_and_finish(run_, queue)
    assert (finished.state, finished.attempt) == (JobState.DONE, 2)
    assert levels(*rows) == [(1, TODAY), (2, TODAY)]
    assert [row.steps.count() for row in rows] == [2, 2]
