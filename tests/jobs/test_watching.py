"""/readyz: what a monitor is told."""

import datetime as dt

import pytest
from django.utils import timezone

from jiangjin.jobs import watching
from jiangjin.jobs.models import JobRun
from tests import factories

pytestmark = pytest.mark.django_db


def test_ready_with_database_broker_and_queue(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "broker": "ok", "queue": "no job yet"}


def test_a_broker_that_does_not_answer_makes_us_unready(client, monkeypatch):
    class Away:
        def connection_for_write(self, **_options):
            raise OSError("connection refused")

    monkeypatch.setattr(watching, "current_app", Away())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"


def test_a_job_that_waits_too_long_is_told(client):
    job = JobRun.objects.create(kind="evaluate_exits", area=factories.county())
    JobRun.objects.filter(pk=job.pk).update(created_at=timezone.now() - dt.timedelta(minutes=6))
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "no worker" in answer.json()["queue"]
