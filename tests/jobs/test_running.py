"""One run of one job: claimed by one worker, its progress seen, its end recorded, nothing of a lost attempt published."""

import datetime as dt
import threading

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jiangjin.accounts.scoping import ScopedQuerySet
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import claim
from jiangjin.jobs import running, services
from jiangjin.jobs.models import JobRun, JobState
from tests import factories

pytestmark = pytest.mark.django_db


def create(**kwargs) -> JobRun:
    return services.create(kind="probe", area=factories.county(), by=None, **kwargs)


def test_a_job_keeps_its_counts_and_its_times(kind):
    kind(lambda context: {"rows": context.params["rows"]})
    run = services.run_now(kind="probe", area=factories.county(), params={"rows": 3})
    assert (run.state, run.counts, run.attempt, run.error) == (JobState.DONE, {"rows": 3}, 1, "")
    assert run.created_at <= run.started_at <= run.finished_at
    assert run.is_finished
    assert run.percent == 100


def test_a_failing_handler_leaves_its_error(kind):
    def handler(context):
        context.progress(1, 4, "reading")
        raise ValueError("row 7 has no village")

    kind(handler)
    run = running.execute(create().pk)
    assert (run.state, run.error) == (JobState.FAILED, "ValueError: row 7 has no village")
    assert (run.progress_done, run.progress_total, run.stage, run.percent) == (1, 4, "reading", 25)
    assert run.finished_at is not None


def test_a_command_gets_the_error_itself_and_the_record_too(kind):
    kind(lambda context: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        services.run_now(kind="probe", area=factories.county())
    assert JobRun.objects.get().error.startswith("ZeroDivisionError")


def test_counts_that_cannot_be_kept_are_a_failure_and_not_a_job_that_runs_for_ever(kind):
    kind(lambda context: {"who": object()})
    run = running.execute(create().pk)
    assert run.state == JobState.FAILED
    assert "not JSON serializable" in run.error


def test_a_run_whose_kind_no_longer_exists_fails_with_its_name(kind):
    kind(lambda context: {})
    run = create()
    JobRun.objects.filter(pk=run.pk).update(kind="abolished")
    run = running.execute(run.pk)
    assert run.state == JobState.FAILED
    assert "abolished" in run.error
    assert run.label == "abolished"


def test_nobody_starts_a_kind_that_is_not_there():
    with pytest.raises(ValueError, match="unknown kind"):
        services.start(kind="nothing", area=factories.county(), by=None)


def test_a_failure_gives_the_marks_back(kind):
    household = factories.household()

    def handler(context):
        assert claim("exit_evaluation", job_id=context.run.pk).count() == 1
        raise RuntimeError("lost the way")

    kind(handler)
    DirtyMark.objects.create(consumer="exit_evaluation", household_id=household.pk)
    running.execute(create().pk)
    assert DirtyMark.objects.get().claimed_by is None


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.DONE, JobState.FAILED])
def test_only_a_waiting_run_is_claimed(kind, state):
    kind(lambda context: pytest.fail("was run"))
    run = create()
    JobRun.objects.filter(pk=run.pk).update(state=state)
    assert running.execute(run.pk) is None


def test_a_superseded_attempt_stops_at_its_next_progress(kind):
    def handler(context):
        context.progress(1, 2)
        # The sweeper took the worker for dead, and another one began.
        JobRun.objects.filter(pk=context.run.pk).update(attempt=2)
        context.progress(2, 2)
        pytest.fail("went on")

    kind(handler)
    run = create()
    assert running.execute(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.attempt, run.progress_done, run.counts) == (JobState.RUNNING, 2, 1, {})


def test_a_superseded_attempt_publishes_nothing(kind):
    def handler(context):
        JobRun.objects.filter(pk=context.run.pk).update(state=JobState.QUEUED)
        with transaction.atomic():
            context.hold()
            factories.household(number="500116000000000001")
        return {}

    kind(handler)
    run = create()
    assert running.execute(run.pk) is None
    run.refresh_from_db()
    assert run.state == JobState.QUEUED


def test_a_superseded_attempt_that_asks_nobody_does_not_close_the_run_of_the_other(kind):
    def handler(context):
        JobRun.objects.filter(pk=context.run.pk).update(attempt=2, counts={"of": "the second"})
        return {"of": "the first"}

    kind(handler)
    run = running.execute(create().pk)
    assert (run.state, run.counts) == (JobState.RUNNING, {"of": "the second"})


def test_a_superseded_attempt_that_fails_does_not_fail_the_run_of_the_other(kind):
    def handler(context):
        JobRun.objects.filter(pk=context.run.pk).update(attempt=2)
        raise ValueError("too late")

    kind(handler)
    run = running.execute(create().pk)
    assert (run.state, run.error) == (JobState.RUNNING, "")


@pytest.mark.parametrize("leave", [SystemExit, KeyboardInterrupt])
def test_a_worker_that_is_told_to_leave_leaves_the_run_to_the_sweeper(kind, queue, leave):
    def handler(context):
        if context.run.attempt == 1:
            raise leave
        return {"attempt": context.run.attempt}

    kind(handler)
    run = create()
    with pytest.raises(leave):
        running.execute(run.pk)
    run.refresh_from_db()
    assert run.state == JobState.RUNNING
    JobRun.objects.update(heartbeat_at=timezone.now() - dt.timedelta(hours=1))
    services.sweep(today=timezone.localdate())
    assert queue == [run.pk]
    assert running.execute(run.pk).counts == {"attempt": 2}


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_runs(kind):
    started = []
    kind(lambda context: started.append(context.run.pk) or {})
    run = create()
    together = threading.Barrier(2)
    outcomes = []

    def worker():
        try:
            together.wait()
            outcomes.append(running.execute(run.pk))
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert started == [run.pk]
    assert sorted(outcome is None for outcome in outcomes) == [False, True]
    run.refresh_from_db()
    assert (run.state, run.attempt) == (JobState.DONE, 1)


@pytest.mark.django_db(transaction=True)
def test_the_heart_beats_while_a_handler_says_nothing(kind, monkeypatch):
    monkeypatch.setattr(running, "HEARTBEAT_SECONDS", 0.01)
    beaten = threading.Event()

    def handler(context):
        first = JobRun.objects.get(pk=context.run.pk).heartbeat_at
        for _moment in range(500):
            if JobRun.objects.get(pk=context.run.pk).heartbeat_at > first:
                beaten.set()
                break
            threading.Event().wait(0.01)
        return {}

    kind(handler)
    running.execute(create().pk)
    assert beaten.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("heartbeat-")]


def test_one_lost_sign_of_life_does_not_stop_the_heart(kind, monkeypatch, caplog):
    kind(lambda context: {})
    run = create()
    heart = running.Heartbeat(run)
    monkeypatch.setattr(running, "HEARTBEAT_SECONDS", 0)
    beats = []

    def update(self, **values):
        beats.append(values)
        if len(beats) == 1:
            raise OperationalError("database is locked")
        heart.stopped.set()

    monkeypatch.setattr(ScopedQuerySet, "update", update)
    monkeypatch.setattr(running.connection, "close", lambda: None)
    heart._beat()
    assert len(beats) == 2
    assert "a sign of life" in caplog.text
