"""A worker killed (SIGKILL) between and within the chunks of a list: each row is written once, and the next worker goes on."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from assistance.models import BulkState, Enrolment, EnrolmentStep
from assistance.services import enrolling_many, enrolling_work
from assistance.services.enrolling_many import GivenRow, Particulars
from jiangjin.common import clock
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.assistance.measures.situations import TODAY, measure
from tests.jobs.test_killed import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
ROOT = Path(__file__).resolve().parents[3]


def write_until(run: JobRun, chunks: int, *, var: Path) -> None:
    """Let a worker write so many chunks, and kill it in the middle of the next."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "jiangjin.settings.local",
        "DATABASE_URL": database_url(),
        "JIANGJIN_VAR": str(var),
        "JIANGJIN_TODAY": clock.today().isoformat(),
    }
    command = [sys.executable, "-m", "tests.assistance.measures.worker", str(run.pk), str(chunks)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
    finally:
        process.kill()
        errors = process.communicate(timeout=10)[1]
    assert line == b"here\n", errors.decode()


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_killed_list_goes_on_after_the_last_whole_chunk(tmp_path, chunks, monkeypatch):
    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", lambda *, run_id: None)
    rows = [GivenRow(given={"number": factories.household().number}) for _number in range(6)]
    bulk = enrolling_many.gather_rows(
        measure=measure(),
        year=2015,
        area=factories.county(),
        rows=rows,
        source="名单.xlsx",
        values=Particulars(),
        by=None,
        today=TODAY,
    )
    monkeypatch.setattr(enrolling_many, "AT_THE_DOOR", 0)
    run = enrolling_many.commit(bulk=bulk, by=None, today=TODAY)
    assert (run.kind, run.state) == (enrolling_work.COMMIT, JobState.QUEUED)

    write_until(run, chunks, var=tmp_path)

    assert Enrolment.objects.count() == EnrolmentStep.objects.count() == 2 * chunks
    assert bulk.rows.exclude(result="").count() == 2 * chunks
    run.refresh_from_db()
    assert run.state == JobState.RUNNING  # nobody told that it died
    JobRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))
    services.sweep(today=TODAY)
    finished = running.execute(run.pk)
    assert (finished.state, finished.attempt) == (JobState.DONE, 2)
    bulk.refresh_from_db()
    assert (bulk.state, bulk.counts["done"]) == (BulkState.COMMITTED, 6)
    assert Enrolment.objects.count() == EnrolmentStep.objects.count() == 6


def test_a_killed_check_is_done_again(monkeypatch):
    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", lambda *, run_id: None)
    monkeypatch.setattr(enrolling_many, "AT_THE_DOOR", 0)
    bulk = enrolling_many.gather_rows(
        measure=measure(),
        year=2015,
        area=factories.county(),
        rows=[GivenRow(given={"number": factories.household().number})],
        source="名单.xlsx",
        values=Particulars(),
        by=None,
        today=TODAY,
    )
    run = bulk.job
    JobRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING, attempt=1, heartbeat_at=timezone.now())
    assert running.execute(run.pk) is None
    JobRun.objects.filter(pk=run.pk).update(state=JobState.QUEUED)
    assert running.execute(run.pk).state == JobState.DONE
    bulk.refresh_from_db()
    assert (bulk.state, bulk.counts["ready"]) == (BulkState.CHECKED, 1)
