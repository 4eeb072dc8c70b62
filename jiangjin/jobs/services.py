"""Starting jobs, and finding those that were lost or never started."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiangjin.areas.models import Area
from jiangjin.changes.services import release
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import kinds
from jiangjin.jobs.running import execute

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
    """Wake a worker up. The message may get lost; the row does not."""
    from jiangjin.jobs.tasks import run_job

    run_job.delay(run_id=run_id)


def sweep(*, today: dt.date) -> dict[str, int]:
    """Put lost runs back on the queue, start periodic runs that are due and missing. Returns counts of both.

    Safe to call at any time and by several at once: a run is claimed by one worker, a periodic key exists once.
    """
    now = timezone.now()
    silent = now - dt.timedelta(seconds=settings.JOB_SILENCE_SECONDS)
    dead = JobRun.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=silent)
    given_up = _give_up(list(dead.filter(attempt__gte=MAX_ATTEMPTS).values_list("pk", flat=True)))
    # The heartbeat moves too, so that the next sweep does not queue the same run once more right away.
    revived = list(dead.values_list("pk", flat=True))
    JobRun.objects.filter(pk__in=revived, heartbeat_at__lt=silent).update(state=JobState.QUEUED, heartbeat_at=now)
    forgotten = list(
        JobRun.objects.filter(state=JobState.QUEUED, created_at__lt=now - QUEUED_SILENCE)
        .exclude(heartbeat_at__gte=now - QUEUED_SILENCE)
        .exclude(pk__in=revived)
        .values_list("pk", flat=True)
    )
    JobRun.objects.filter(pk__in=forgotten).update(heartbeat_at=now)
    for run_id in [*revived, *forgotten]:
        enqueue(run_id)
    return {
        "requeued": len(revived) + len(forgotten),
        "given_up": given_up,
        "started": start_due(today=today),
    }


def _give_up(run_ids: list[int]) -> int:
    with transaction.atomic():
        for run_id in run_ids:
            release(job_id=run_id)
        return JobRun.objects.filter(pk__in=run_ids).update(
            state=JobState.FAILED, finished_at=timezone.now(), error="The worker died several times."
        )


def start_due(*, today: dt.date) -> int:
    """Start the periodic runs that should exist by `today` and do not; returns how many."""
    started = 0
    for kind in kinds:
        if kind.due is None:
            continue
        for due in kind.due(today):
            attempts = JobRun.objects.filter(kind=kind.code, key=due.key, area=due.area)
            if attempts.exclude(state=JobState.FAILED).exists() or attempts.count() >= MAX_ATTEMPTS:
                continue
            try:
                with transaction.atomic():
                    start(kind=kind.code, area=due.area, by=None, params=due.params, key=due.key)
            except IntegrityError:
                continue  # another sweeper was faster
            started += 1
    return started


def retry(*, run: JobRun, by: Any) -> JobRun:
    """Start a failed run again as a new run with the same parameters."""
    if run.state != JobState.FAILED:
        raise ValueError("only a failed job can be started again")
    return start(kind=run.kind, area=run.area, by=by, params=run.params, key=run.key)
