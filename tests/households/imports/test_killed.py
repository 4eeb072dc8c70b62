"""A worker killed (SIGKILL) between and within the chunks of a commit: whole households or none, and the next one goes on."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from households.imports import service
from households.models import Household, Member, RosterImportState, RosterPreview, StatusEvent
from jiangjin.common import clock
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories
from tests.households.imports.building import household, workbook
from tests.jobs.test_killed import database_url

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]


def commit_until(run: JobRun, chunks: int, *, var: Path) -> None:
    """Let a worker write so many chunks, and kill it in the middle of the next."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "jiangjin.settings.local",
        "DATABASE_URL": database_url(),
        "JIANGJIN_VAR": str(var),
        "JIANGJIN_TODAY": clock.today().isoformat(),
    }
    command = [sys.executable, "-m", "tests.households.imports.worker", str(run.pk), str(chunks)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
    finally:
        process.kill()
        errors = process.communicate(timeout=10)[1]
    assert line == b"here\n", errors.decode()


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_killed_commit_goes_on_after_the_last_whole_chunk(settings, tmp_path, chunks, monkeypatch):
    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", lambda *, run_id: None)
    settings.MEDIA_ROOT = tmp_path / "uploads"
    families = [household() for _number in range(6)]
    roster = service.receive(name="花名册.xlsx", content=workbook(families), area=factories.town(), by=None)
    services.run_now(kind=service.CHECK, area=roster.area, params={"roster": roster.pk})
    service.begin_commit(roster=roster, by=None)
    params = {"roster": roster.pk, "on": clock.today().isoformat()}
    run = services.create(kind=service.COMMIT, area=roster.area, by=None, params=params)

    commit_until(run, chunks, var=tmp_path)

    assert Household.objects.count() == StatusEvent.objects.count() == 2 * chunks
    assert Member.objects.count() == 6 * chunks
    assert RosterPreview.objects.exclude(result="").count() == 2 * chunks
    run.refresh_from_db()
    assert run.state == JobState.RUNNING  # nobody told that it died
    JobRun.objects.filter(pk=run.pk).update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))
    services.sweep(today=dt.date(2015, 12, 1))
    finished = running.execute(run.pk)
    assert (finished.state, finished.attempt) == (JobState.DONE, 2)
    roster.refresh_from_db()
    assert (roster.state, roster.counts["new"]) == (RosterImportState.COMMITTED, 6)
    assert (Household.objects.count(), Member.objects.count(), StatusEvent.objects.count()) == (6, 18, 6)


def test_a_killed_check_leaves_nothing_and_is_done_again(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "uploads"
    roster = service.receive(name="花名册.xlsx", content=workbook([household()]), area=factories.town(), by=None)
    run = services.create(kind=service.CHECK, area=roster.area, by=None, params={"roster": roster.pk})
    JobRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING, attempt=1, heartbeat_at=timezone.now())
    assert running.execute(run.pk) is None
    JobRun.objects.filter(pk=run.pk).update(state=JobState.QUEUED)
    assert running.execute(run.pk).state == JobState.DONE
    roster.refresh_from_db()
    assert (roster.state, roster.previews.count()) == (RosterImportState.CHECKED, 1)
