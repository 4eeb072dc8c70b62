"""The record of long work."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class JobState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


UNFINISHED = {JobState.QUEUED, JobState.RUNNING}


class JobRun(Scoped):
    """One run of one kind of job. The row is written first and enqueued on commit; the queue may lose it, the sweeper finds it."""

    view_permission: ClassVar[str] = "jobs.view"
    area_lookup: ClassVar[str] = "area__path"

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(
        _("key"), max_length=80, blank=True, help_text=_("What a periodic run is for, such as a month; once per kind.")
    )
    params = models.JSONField(_("parameters"), default=dict)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="jobs", verbose_name=_("area"))
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.QUEUED, db_index=True)
    stage = models.CharField(_("stage"), max_length=100, blank=True)
    progress_done = models.PositiveIntegerField(_("done"), default=0)
    progress_total = models.PositiveIntegerField(_("total"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.TextField(_("error"), blank=True)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs", verbose_name=_("started by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "area", "key"],
                condition=~Q(key="") & ~Q(state=JobState.FAILED),
                name="job_key_once",
                violation_error_message=_("This job has run or is running already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int | None:
        """0 to 100, or None while the amount of work is not known."""
        if self.state == JobState.DONE:
            return 100
        if not self.progress_total:
            return None
        return min(100, self.progress_done * 100 // self.progress_total)

    @property
    def label(self) -> str:
        """What the job does, in the user's language."""
        from jiangjin.jobs.registry import kinds

        return str(kinds[self.kind].label) if self.kind in kinds else self.kind
