"""A worker killed in the middle of a check (SIGKILL): after the sweep the month is whole, never half."""

import pytest

from assistance.models import VisitCheck, VisitCheckRun, VisitState
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_households
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.assistance.situations import MONTH, checked, december, held, visit
from tests.jobs.conftest import queue  # noqa: F401
from tests.jobs.test_killed import sweep_and_finish, worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def start_check() -> JobRun:
    params = {"month": "2015-12", "as_of": "2015-12-31"}
    return services.create(kind="check_visits", area=factories.county(), by=None, params=params)


@pytest.mark.parametrize(("point", "rows_left"), [("begun", 0), ("written", 0), ("published", 3)])
def test_a_killed_first_check_is_finished_by_the_sweep(queue, tmp_path, point, rows_left):  # noqa: F811
    for _number in range(3):
        held()
    run = start_check()
    with worker(run, stops_when=point, var=tmp_path):
        assert JobRun.objects.get(pk=run.pk).state == JobState.RUNNING
    assert VisitCheck.objects.count() == rows_left
    assert VisitCheckRun.objects.count() == bool(rows_left)
    finished = sweep_and_finish(run, queue)
    assert (finished.state, finished.attempt, finished.counts["missed"]) == (JobState.DONE, 2, 3)
    assert finished.counts["changed"] == 3 - rows_left
    assert list(VisitCheck.objects.values_list("state", flat=True)) == [VisitState.MISSED] * 3


def test_a_killed_second_check_loses_no_mark_and_no_row(queue, tmp_path):  # noqa: F811
    (changed, helper), (same, _helper) = held(), held()
    running.execute(start_check().pk)
    visit(changed, helper, december(20))
    mark_households([changed.pk], facts=[Fact.VISIT], month=MONTH)
    run = start_check()
    with worker(run, stops_when="written", var=tmp_path):
        pass
    assert (checked(changed).state, checked(same).state) == (VisitState.MISSED, VisitState.MISSED)
    finished = sweep_and_finish(run, queue)
    assert (finished.counts["changed"], finished.counts["everybody"]) == (1, False)
    assert (checked(changed).state, checked(same).state) == (VisitState.MET, VisitState.MISSED)
    assert not DirtyMark.objects.filter(consumer="visit_check").exists()
