"""Starting jobs, and finding those that were lost or never started."""

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from jiangjin.areas.models import Area
from jiangjin.changes.services import release
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import Due, JobKind, kinds
from jiangjin.jobs.running import execute

logger = logging.getLogger(__name__)

# A queued run that no worker picked up within this time is put on the queue again.
QUEUED_SILENCE = dt.timedelta(seconds=60)
MAX_ATTEMPTS = 5


def start(*, kind: str, area: Area, by: Any, params: dict[str, Any] | None = None, key: str = "") -> JobRun:
    """Write the run and hand it to a worker when the transaction commits. Raises IntegrityError for a key that ran."""
    run = create(kind=kind, area=area, by=by, params=params, key=key)
    transaction.on_commit(lambda: enqueue(run.pk))
    return run


def create(*, kind: str, area: Area, by: Any, params: dict[str, Any] | None = None, key: str = "") -> JobRun:
    """Write the run only."""
    if kind not in kinds:
        raise ValueError(f"unknown kind of job: {kind}")
    return JobRun.objects.create(kind=kind, area=area, created_by=by, params=params or {}, key=key)


def run_now(*, kind: str, area: Area, by: Any = None, params: dict[str, Any] | None = None, key: str = "") -> JobRun:
    """Write the run and do it here (commands). Raises what the handler raises."""
    run = create(kind=kind, area=area, by=by, params=params, key=key)
    return execute(run.pk, reraise=True) or JobRun.objects.get(pk=run.pk)


def enqueue(run_id: int) -> None:
    """Wake a worker up. The message may get lost, or the broker be away; the row is there and the sweeper finds it."""
    from jiangjin.jobs.tasks import run_job

    try:
        run_job.delay(run_id=run_id)
    except (BrokerError, OSError):
        logger.exception("job %s waits: the broker does not answer", run_id)


def sweep(*, today: dt.date) -> dict[str, int]:
    """Put lost runs back on the queue, start periodic runs that are due and missing. Returns counts of both.

    Safe to call at any time and by several at once: a run is claimed by one worker, a periodic key exists once.
    """
    requeued, given_up = _revive(now=timezone.now())
    for run_id in requeued:
        enqueue(run_id)
    return {"requeued": len(requeued), "given_up": given_up, "started": start_due(today=today)}


def _revive(*, now: dt.datetime) -> tuple[list[int], int]:
    """Runs to be put on the queue (waiting ones that no message wakes, and those whose worker died), and how many were given up.

    Rows are locked first: a run that ends meanwhile is not done twice, and one whose row its worker holds for publishing is
    not taken to be dead. The heartbeat moves, so that the next sweep does not queue the same run once more right away.
    """
    silent = now - dt.timedelta(seconds=settings.JOB_SILENCE_SECONDS)
    with transaction.atomic():
        runs = JobRun.objects.select_for_update(skip_locked=True)
        dead = list(runs.filter(state=JobState.RUNNING, heartbeat_at__lt=silent))
        hopeless = [run.pk for run in dead if run.attempt >= MAX_ATTEMPTS]
        _give_up(hopeless, now=now)
        revived = [run.pk for run in dead if run.attempt < MAX_ATTEMPTS]
        waiting = runs.filter(state=JobState.QUEUED, created_at__lt=now - QUEUED_SILENCE)
        forgotten = [run.pk for run in waiting.exclude(heartbeat_at__gte=now - QUEUED_SILENCE)]
        JobRun.objects.filter(pk__in=[*revived, *forgotten]).update(state=JobState.QUEUED, heartbeat_at=now)
    return [*revived, *forgotten], len(hopeless)


def _give_up(run_ids: list[int], *, now: dt.datetime) -> None:
    for run_id in run_ids:
        release(job_id=run_id)
    JobRun.objects.filter(pk__in=run_ids).update(
        state=JobState.FAILED, finished_at=now, error="The worker died several times."
    )


def start_due(*, today: dt.date) -> int:
    """Start the periodic runs that should exist by `today` and do not; returns how many.

    A kind that cannot tell what is due does not keep the others from starting; its error is raised when they have.
    """
    started, errors = 0, []
    for kind in kinds:
        try:
            for due in kind.due(today) if kind.due is not None else ():
                started += _start_one(kind, due)
        except Exception as error:
            errors.append(error)
    if errors:
        raise ExceptionGroup("some kinds of jobs cannot tell what is due", errors)
    return started


def _start_one(kind: JobKind, due: Due) -> bool:
    """Start a periodic run unless it exists or failed too often; returns whether it was started."""
    attempts = JobRun.objects.filter(kind=kind.code, key=due.key, area=due.area)
    if attempts.exclude(state=JobState.FAILED).exists() or attempts.count() >= MAX_ATTEMPTS:
        return False
    try:
        with transaction.atomic():
            start(kind=kind.code, area=due.area, by=None, params=due.params, key=due.key)
    except IntegrityError:
        return False  # another sweeper was faster
    return True


def retry(*, run: JobRun, by: Any) -> JobRun:
    """Start a failed run again as a new run with the same parameters.

    Raises ValueError for a run that did not fail, or that has been started again already.
    """
    with transaction.atomic():
        failed = JobRun.objects.select_for_update().get(pk=run.pk)
        if not may_start_again(failed):
            raise ValueError("only a failed job can be started again, and only once")
        return start(kind=failed.kind, area=failed.area, by=by, params=failed.params, key=failed.key)


def may_start_again(run: JobRun) -> bool:
    """Whether a run failed and no later one does, or did, the same work."""
    if run.state != JobState.FAILED:
        return False
    later = JobRun.objects.filter(kind=run.kind, area=run.area_id, key=run.key, pk__gt=run.pk)
    return not any(run.key or other.params == run.params for other in later.exclude(state=JobState.FAILED))
