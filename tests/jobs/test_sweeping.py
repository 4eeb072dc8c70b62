"""The sweeper: finds what the queue lost, what died, and what was due and never ran."""

import datetime as dt
import json

import pytest
from django.core.management import call_command
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import claim
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import Due
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = dt.date(2015, 12, 31)
SILENT = dt.timedelta(seconds=121)


def a_run(*, state=JobState.QUEUED, created=dt.timedelta(0), heartbeat=None, **values) -> JobRun:
    """A run created and last heard of so long ago."""
    run = services.create(kind="probe", area=factories.county(), by=None)
    now = timezone.now()
    values["heartbeat_at"] = now - heartbeat if heartbeat is not None else None
    JobRun.objects.filter(pk=run.pk).update(state=state, created_at=now - created, **values)
    run.refresh_from_db()
    return run


@pytest.fixture(autouse=True)
def probe(kind):
    kind(lambda context: {"attempt": context.run.attempt})


@pytest.fixture
def no_schedule(monkeypatch):
    """Nothing is due."""
    monkeypatch.setattr(services, "start_due", lambda *, today: 0)


def sweep():
    return services.sweep(today=TODAY)


def test_a_silent_run_goes_back_on_the_queue_once(queue, no_schedule):
    run = a_run(state=JobState.RUNNING, heartbeat=SILENT, attempt=1)
    assert sweep() == {"requeued": 1, "given_up": 0, "started": 0}
    assert queue == [run.pk]
    run.refresh_from_db()
    assert run.state == JobState.QUEUED
    assert sweep()["requeued"] == 0  # a worker has a minute to pick it up
    assert running.execute(run.pk).counts == {"attempt": 2}


@pytest.mark.parametrize("heartbeat", [dt.timedelta(0), dt.timedelta(seconds=119)])
def test_a_run_that_says_something_is_left_alone(queue, no_schedule, heartbeat):
    run = a_run(state=JobState.RUNNING, heartbeat=heartbeat, attempt=1, created=dt.timedelta(days=2))
    assert sweep()["requeued"] == 0
    run.refresh_from_db()
    assert (run.state, queue) == (JobState.RUNNING, [])


def test_a_waiting_run_that_no_message_wakes_is_queued_again(queue, no_schedule):
    lost = a_run(created=dt.timedelta(seconds=61))
    a_run(created=dt.timedelta(seconds=30))
    assert sweep()["requeued"] == 1
    assert queue == [lost.pk]
    assert sweep()["requeued"] == 0
    JobRun.objects.filter(pk=lost.pk).update(heartbeat_at=timezone.now() - dt.timedelta(seconds=61))
    assert sweep()["requeued"] == 1


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_what_ended_stays_ended(queue, no_schedule, state):
    a_run(state=state, heartbeat=dt.timedelta(days=1), created=dt.timedelta(days=1))
    assert sweep() == {"requeued": 0, "given_up": 0, "started": 0}
    assert queue == []


def test_a_run_that_kills_its_worker_every_time_is_given_up_with_its_marks(queue, no_schedule):
    household = factories.household()
    run = a_run(state=JobState.RUNNING, heartbeat=SILENT, attempt=services.MAX_ATTEMPTS)
    DirtyMark.objects.create(consumer="exit_evaluation", household_id=household.pk)
    claim("exit_evaluation", job_id=run.pk)
    assert sweep() == {"requeued": 0, "given_up": 1, "started": 0}
    run.refresh_from_db()
    assert (run.state, run.error) == (JobState.FAILED, "The worker died several times.")
    assert run.finished_at is not None
    assert DirtyMark.objects.get().claimed_by is None
    assert queue == []


def test_a_broker_that_is_away_costs_nobody_anything(
    monkeypatch, no_schedule, caplog, django_capture_on_commit_callbacks
):
    def away(*, run_id):
        raise BrokerError("connection refused")

    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", away)
    with django_capture_on_commit_callbacks(execute=True):
        run = services.start(kind="probe", area=factories.county(), by=None)
    assert run.state == JobState.QUEUED
    first, second = (a_run(state=JobState.RUNNING, heartbeat=SILENT, attempt=1) for _number in range(2))
    assert sweep()["requeued"] == 2
    assert {first.pk, second.pk} <= set(JobRun.objects.filter(state=JobState.QUEUED).values_list("pk", flat=True))
    assert "the broker does not answer" in caplog.text


def monthly(today):
    yield Due(key=f"{today:%Y-%m}", area=factories.county(), params={"month": f"{today:%Y-%m}"})


def start_due(today=TODAY):
    return services.start_due(today=today)


def test_what_was_due_and_never_ran_is_started_once(kind, queue, django_capture_on_commit_callbacks):
    kind(lambda context: {"month": context.params["month"]}, code="monthly", due=monthly)
    with django_capture_on_commit_callbacks(execute=True):
        assert start_due() == 1
    run = JobRun.objects.get(kind="monthly")
    assert (run.key, run.created_by, queue) == ("2015-12", None, [run.pk])
    assert start_due() == 0
    assert running.execute(run.pk).counts == {"month": "2015-12"}
    assert start_due() == 0
    assert start_due(dt.date(2016, 1, 1)) == 1


def test_a_due_run_that_failed_is_tried_again_but_not_for_ever(kind, queue):
    kind(lambda context: 1 // 0, code="monthly", due=monthly)
    for attempt in range(services.MAX_ATTEMPTS):
        assert start_due() == 1, attempt
        running.execute(JobRun.objects.filter(kind="monthly").latest("pk").pk)
    assert start_due() == 0
    assert JobRun.objects.filter(kind="monthly", state=JobState.FAILED).count() == services.MAX_ATTEMPTS


def test_another_sweeper_that_was_faster_is_no_error(kind, queue, monkeypatch):
    kind(lambda context: {}, code="monthly", due=monthly)
    start_due()
    monkeypatch.setattr(services.JobRun.objects, "filter", lambda **_lookups: JobRun.objects.none())
    assert start_due() == 0
    assert JobRun.objects.all().count() == 1


def test_a_kind_that_cannot_tell_does_not_keep_the_others_from_starting(kind, queue):
    def broken(today):
        raise LookupError("no calendar")

    kind(lambda context: {}, code="a_broken", due=broken)
    kind(lambda context: {}, code="monthly", due=monthly)
    with pytest.raises(ExceptionGroup) as raised:
        start_due()
    assert raised.group_contains(LookupError, match="no calendar")
    assert JobRun.objects.filter(kind="monthly").count() == 1


def test_the_command_prints_its_counts(queue, no_schedule, capsys):
    a_run(state=JobState.RUNNING, heartbeat=SILENT, attempt=1)
    call_command("sweep_jobs")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"requeued": 1, "given_up": 0, "started": 0}


def test_every_county_with_households_gets_last_months_evaluation(queue):
    factories.over_the_line()
    assert start_due(dt.date(2015, 12, 3)) >= 1
    run = JobRun.objects.get(kind="evaluate_exits")
    assert (run.key, run.params, run.area.code) == ("2015-11-30", {"as_of": "2015-11-30"}, "500116")
    assert running.execute(run.pk).counts["households"] == 1
