"""A job as the progress bar shows it."""

from django.urls import reverse
from django.utils import timezone

from jiangjin.common.components import Progress, seconds_left
from jiangjin.jobs.models import JobRun, JobState


def progress_of(run: JobRun, *, result_url: str = "", follow: bool = False) -> Progress:
    """The bar of a run; it asks `jobs:progress` for itself. `result_url` is offered (or followed) when it is done."""
    failed = run.state == JobState.FAILED
    return Progress(
        title=run.label,
        state=run.state,
        url=reverse("jobs:progress", args=[run.pk]),
        done=run.progress_done,
        total=run.progress_total,
        message=run.error if failed else run.stage,
        seconds_left=seconds_left(
            done=run.progress_done, total=run.progress_total, started_at=run.started_at, now=timezone.now()
        ),
        result_url=result_url,
        follow=follow,
    )
