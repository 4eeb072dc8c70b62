"""Running one job: claim, heartbeat, progress, publish, finish."""

import logging
import threading
from types import TracebackType
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jiangjin.changes.services import release
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.registry import kinds

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10


class Superseded(RuntimeError):
    """Another worker took the job over while this one was silent; nothing of this attempt may be published."""


class JobContext:
    """What a handler sees of its run."""

    def __init__(self, run: JobRun):
        self.run = run

    @property
    def params(self) -> dict[str, Any]:
        return self.run.params

    def progress(self, done: int, total: int, stage: str = "") -> None:
        """Tell how far the work is. Call between transactions, so that others see it."""
        updated = self._mine().update(
            progress_done=done, progress_total=total, stage=stage[:100], heartbeat_at=timezone.now()
        )
        if not updated:
            raise Superseded(str(self.run))

    def hold(self) -> None:
        """Inside the publishing transaction: locks the run's row and makes sure that the attempt is still ours."""
        if not self._mine().update(heartbeat_at=timezone.now()):
            raise Superseded(str(self.run))

    def _mine(self) -> Any:
        return JobRun.objects.filter(pk=self.run.pk, attempt=self.run.attempt, state=JobState.RUNNING)


class Heartbeat:
    """A thread that says every few seconds that the worker lives, over a connection of its own."""

    def __init__(self, run: JobRun):
        self.run = run
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, name=f"heartbeat-{run.pk}", daemon=True)

    def __enter__(self) -> None:
        # Inside a transaction (a test, or a command that wraps the job) nobody else can see the run: nothing to say.
        if not connection.in_atomic_block:
            self.thread.start()

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stopped.set()
        if self.thread.is_alive():
            self.thread.join()

    def _beat(self) -> None:
        try:
            while not self.stopped.wait(HEARTBEAT_SECONDS):
                self._say()
        finally:
            connection.close()

    def _say(self) -> None:
        """One sign of life. A busy or restarted database costs this one only: the next is said over a new connection."""
        try:
            JobRun.objects.filter(pk=self.run.pk, attempt=self.run.attempt).update(heartbeat_at=timezone.now())
        except Exception:
            logger.exception("a sign of life of job %s was lost", self.run.pk)
            connection.close()


def execute(run_id: int, *, reraise: bool = False) -> JobRun | None:
    """Run a waiting job to its end; None if another worker has it or it is finished.

    An exception makes the run failed, with its text; `reraise` passes it on as well (commands and tests).
    """
    now = timezone.now()
    with transaction.atomic():
        run = JobRun.objects.select_for_update().filter(pk=run_id, state=JobState.QUEUED).first()
        if run is None:
            return None
        run.state, run.attempt, run.error = JobState.RUNNING, run.attempt + 1, ""
        run.started_at = run.heartbeat_at = now
        run.save(update_fields=["state", "attempt", "error", "started_at", "heartbeat_at"])
    context = JobContext(run)
    try:
        with Heartbeat(run):
            counts = kinds[run.kind].handler(context)
        finish(context, state=JobState.DONE, counts=counts)
    except Superseded:
        logger.warning("job %s was taken over by another worker", run_id)
        return None
    except Exception as error:
        logger.exception("job %s failed", run_id)
        finish(context, state=JobState.FAILED, error=f"{type(error).__name__}: {error}")
        if reraise:
            raise
    run.refresh_from_db()
    return run


def finish(context: JobContext, *, state: JobState, counts: dict[str, Any] | None = None, error: str = "") -> None:
    """Close the run, if it is still ours."""
    changes: dict[str, Any] = {"state": state, "finished_at": timezone.now(), "error": error[:4000]}
    if counts is not None:
        changes["counts"] = counts
    with transaction.atomic():
        if context._mine().update(**changes) and state == JobState.FAILED:
            release(job_id=context.run.pk)
