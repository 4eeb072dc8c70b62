"""What /readyz tells of jobs: whether the broker takes messages, and whether workers keep up."""

import datetime as dt

from celery import current_app
from django.db.models import Min
from django.utils import timezone
from kombu.exceptions import OperationalError

from jiangjin.common.registries import Readiness
from jiangjin.jobs.models import JobRun, JobState

# A job that has waited longer than this says that no worker runs; pages still work, so that it does not make us unready.
LONG_WAIT = dt.timedelta(minutes=5)
BROKER_SECONDS = 1


def broker() -> Readiness:
    """The broker can be reached within a second."""
    try:
        with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
    except (OperationalError, OSError):
        return Readiness(False, "unreachable")
    return Readiness(True, "ok")


def queue() -> Readiness:
    """Since when the oldest job has been waiting, and when the last one was done."""
    waiting = JobRun.objects.filter(state=JobState.QUEUED).aggregate(since=Min("created_at"))["since"]
    if waiting is not None and timezone.now() - waiting > LONG_WAIT:
        return Readiness(True, f"waiting since {waiting.isoformat(timespec='seconds')}: no worker takes jobs")
    done = (
        JobRun.objects.filter(state=JobState.DONE)
        .order_by("-finished_at")
        .values_list("finished_at", flat=True)
        .first()
    )
    return Readiness(True, f"last job done {done.isoformat(timespec='seconds')}" if done else "no job yet")
