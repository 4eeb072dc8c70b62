"""Uploaded rosters: the file, what the check found, and what was committed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class RosterImportState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, waiting for confirmation")
    COMMITTING = "committing", _("Being committed")
    COMMITTED = "committed", _("Committed")
    FAILED = "failed", _("Unreadable")
    DISCARDED = "discarded", _("Discarded")


class Severity(models.TextChoices):
    ERROR = "error", _("Error")
    WARNING = "warning", _("Warning")
    HINT = "hint", _("Hint")


class RosterImport(Scoped):
    """One uploaded workbook. The file and its refused rows are sealed on disk and removed after the retention period."""

    view_permission: ClassVar[str] = "households.import"
    area_lookup: ClassVar[str] = "area__path"

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="roster_imports", verbose_name=_("area"))
    original_name = models.CharField(_("file name"), max_length=200)
    file = models.FileField(_("workbook"), upload_to="rosters/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=RosterImportState, default=RosterImportState.CHECKING)
    year = models.PositiveSmallIntegerField(_("year of the facts"), null=True)
    counts = models.JSONField(_("counts"), default=dict)
    error = models.CharField(_("error"), max_length=500, blank=True)
    refused_file = models.FileField(_("refused rows"), upload_to="rosters/", blank=True)
    check_job = models.ForeignKey(
        "jobs.JobRun", models.PROTECT, null=True, related_name="+", verbose_name=_("checking job")
    )
    commit_job = models.ForeignKey(
        "jobs.JobRun", models.PROTECT, null=True, related_name="+", verbose_name=_("committing job")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("uploaded by")
    )
    created_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    committed_at = models.DateTimeField(_("committed at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.original_name

    @property
    def audit_area_path(self) -> str:
        return self.area.path


class RosterIssue(Scoped):
    """One finding in an uploaded workbook, at its sheet, row and column."""

    view_permission: ClassVar[str] = "households.import"
    scoped_through: ClassVar[str] = "roster_import"

    roster_import = models.ForeignKey(
        "households.RosterImport", models.PROTECT, related_name="issues", verbose_name=_("roster import")
    )
    severity = models.CharField(_("severity"), max_length=7, choices=Severity)
    code = models.CharField(_("check"), max_length=40)
    params = models.JSONField(_("details"), default=dict)
    household_number = models.CharField(_("household number"), max_length=30, blank=True)
    sheet = models.CharField(_("sheet"), max_length=40)
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=3, blank=True)
    column_title = models.CharField(_("column title"), max_length=60, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding in a roster")
        verbose_name_plural = _("findings in a roster")
        ordering = ["roster_import", "row", "column", "pk"]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}{self.column} {self.code}"
