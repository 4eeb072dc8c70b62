"""A worker killed in the middle of an evaluation (SIGKILL): after the sweep the results are whole, never half."""

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from households.models import Evaluation, EvaluationRun, Verdict
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import mark_households
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
YEAR_END = dt.date(2015, 12, 31)
ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the database that this test runs on, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()


@contextmanager
def worker(run: JobRun, *, stops_when: str, var: Path) -> Iterator[subprocess.Popen]:
    """A worker process that has reached the point; killed at the end of the block."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "jiangjin.settings.local",
        "DATABASE_URL": database_url(),
        "JIANGJIN_VAR": str(var),
        "JIANGJIN_TODAY": YEAR_END.isoformat(),
    }
    command = [sys.executable, "-m", "tests.jobs.worker", str(run.pk), stops_when]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n", process.communicate(timeout=10)[1].decode()
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def start_evaluation() -> JobRun:
    return services.create(
        kind="evaluate_exits", area=factories.county(), by=None, params={"as_of": YEAR_END.isoformat()}
    )


def sweep_and_finish(run: JobRun, queue: list[int]) -> JobRun:
    """What the next worker does after a while of silence."""
    JobRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))
    services.sweep(today=YEAR_END.replace(day=1))
    assert run.pk in queue
    finished = running.execute(run.pk)
    assert finished is not None
    return finished


@pytest.mark.parametrize(
    ("point", "rows_left"), [("begun", 0), ("written", 0), ("published", 3)], ids=["begun", "written", "published"]
)
def test_a_killed_first_evaluation_is_finished_by_the_sweep(queue, tmp_path, point, rows_left):
    for _number in range(3):
        factories.over_the_line()
    run = start_evaluation()
    with worker(run, stops_when=point, var=tmp_path):
        assert JobRun.objects.get(pk=run.pk).state == JobState.RUNNING
    assert Evaluation.objects.count() == rows_left
    assert EvaluationRun.objects.count() == bool(rows_left)
    assert JobRun.objects.get(pk=run.pk).state == JobState.RUNNING
    finished = sweep_and_finish(run, queue)
    assert (finished.state, finished.attempt, finished.counts["met"]) == (JobState.DONE, 2, 3)
    assert finished.counts["written"] == 3 - rows_left
    assert list(Evaluation.objects.values_list("verdict", "superseded_by")) == [(Verdict.MET, None)] * 3


def test_a_killed_re_evaluation_loses_no_mark_and_no_verdict(queue, tmp_path):
    changed, same = factories.over_the_line(), factories.over_the_line()
    running.execute(start_evaluation().pk)
    changed.conditions.update(water_safe=False)
    mark_households([changed.pk])
    run = start_evaluation()
    with worker(run, stops_when="written", var=tmp_path):
        pass
    before = {row.household_id: row.verdict for row in Evaluation.objects.current(YEAR_END)}
    assert before == {changed.pk: Verdict.MET, same.pk: Verdict.MET}
    finished = sweep_and_finish(run, queue)
    assert (finished.counts["written"], finished.counts["superseded"]) == (1, 1)
    after = {row.household_id: row.verdict for row in Evaluation.objects.current(YEAR_END)}
    assert after == {changed.pk: Verdict.NOT_MET, same.pk: Verdict.MET}
    assert Evaluation.objects.filter(household=changed).count() == 2
    assert not DirtyMark.objects.filter(month=YEAR_END).exists()


def test_the_sweeper_leaves_a_run_alone_whose_worker_is_publishing(queue, kind):
    """The worker holds the run's row; its heart cannot beat meanwhile, and that is no sign of death."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: the sweeper waits until the worker has published")
    publishing, swept = threading.Event(), threading.Event()

    def handler(context):
        with transaction.atomic():
            context.hold()
            JobRun.objects.filter(pk=context.run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))
            publishing.set()
            assert swept.wait(10)
        return {}

    kind(handler)
    run = services.create(kind="probe", area=factories.county(), by=None)
    outcome = []

    def work():
        try:
            outcome.append(running.execute(run.pk))
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert publishing.wait(10)
        # Committed before, so that the sweeper sees a silent run.
        assert services._revive(now=timezone.now() + dt.timedelta(hours=1)) == ([], 0)
    finally:
        swept.set()
        thread.join()
    assert outcome[0].state == JobState.DONE
    assert queue == []
