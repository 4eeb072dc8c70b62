"""A worker killed in the middle of a rebuild (SIGKILL): each month is the old one or the new one, whole."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from households.models import Household
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from supervision.models import HouseholdMonth, RollupMonth
from supervision.services import rollups
from tests import factories
from tests.jobs.test_killed import database_url
from tests.supervision.rollups.histories import YEAR_END, month, refresh, registered, value

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
ROOT = Path(__file__).resolve().parents[3]


def kill_while_building(run: JobRun, at: dt.date, var: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "jiangjin.settings.local",
        "DATABASE_URL": database_url(),
        "JIANGJIN_VAR": str(var),
        "JIANGJIN_TODAY": YEAR_END.isoformat(),
    }
    command = [sys.executable, "-m", "tests.supervision.rollups.worker", str(run.pk), at.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n", process.communicate(timeout=10)[1].decode()
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_a_killed_rebuild_leaves_old_months_and_new_ones_and_is_finished_by_the_next(tmp_path):
    for _number in range(3):
        registered("09-01")
    refresh()
    Household.objects.update(tier="B")  # behind the back of the marks: only a rebuild finds it
    run = services.create(kind=rollups.REBUILD, area=factories.county(), by=None)
    kill_while_building(run, month("10"), tmp_path)
    tiers = dict.fromkeys(("09", "10"), "") | dict.fromkeys(("11", "12"), "B")
    for at, tier in tiers.items():
        assert set(HouseholdMonth.objects.filter(month=month(at)).values_list("tier", flat=True)) == {tier}
        assert value("households_on_roll", at, tier=tier) == value("households_on_roll", at) == 3
    assert RollupMonth.objects.filter(basis_digest="").count() == 10
    JobRun.objects.filter(pk=run.pk).update(state=JobState.QUEUED, heartbeat_at=timezone.now())
    finished = running.execute(run.pk)
    assert finished is not None
    assert (finished.state, finished.attempt) == (JobState.DONE, 2)
    assert set(HouseholdMonth.objects.values_list("tier", flat=True)) == {"B"}
    assert not RollupMonth.objects.filter(basis_digest="").exists()
