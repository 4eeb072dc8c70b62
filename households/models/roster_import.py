"""Uploaded rosters: the file, what the check found, and what was committed."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.registries import Label, Registry


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


@dataclass(frozen=True)
class FindingKind:
    """One check: its stable code, how grave its findings are, and the sentence that tells one (with %(name)s for details)."""

    code: str
    severity: Severity
    sentence: Label
    order: int = 0


# Filled by the checks when the app starts.
finding_kinds: Registry[FindingKind] = Registry("findings in rosters")


class RosterOutcome(models.TextChoices):
    """What the roster means for a household of the register."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    REFUSED = "refused", _("Refused")


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
    files_removed_at = models.DateTimeField(_("files removed at"), null=True)

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

    @property
    def sentence(self) -> str:
        """What is wrong, in the user's language."""
        if self.code not in finding_kinds:
            return self.code
        return str(finding_kinds[self.code].sentence) % self.params

    @property
    def place(self) -> str:
        """Sheet, row and column, as a person looks for them."""
        return place_in_words(self.sheet, self.row, self.column, self.column_title)

    @property
    def message(self) -> str:
        """Where it is and what is wrong."""
        return gettext("%(place)s: %(sentence)s") % {"place": self.place, "sentence": self.sentence}


def place_in_words(sheet: str, row: int, column: str, title: str) -> str:
    """Where something stands in a workbook; `column` may be empty."""
    place = {"sheet": sheet, "row": row, "column": column, "title": title}
    if not column:
        return gettext("Sheet “%(sheet)s”, row %(row)s") % place
    return gettext("Sheet “%(sheet)s”, row %(row)s, column %(column)s “%(title)s”") % place


class RosterPreview(Scoped):
    """What a checked roster would do to one household, and after the commit what it did."""

    view_permission: ClassVar[str] = "households.import"
    scoped_through: ClassVar[str] = "roster_import"

    roster_import = models.ForeignKey(
        "households.RosterImport", models.PROTECT, related_name="previews", verbose_name=_("roster import")
    )
    position = models.PositiveIntegerField(_("position"), help_text=_("Place of the household in the file."))
    household_number = models.CharField(_("household number"), max_length=30, blank=True)
    head_name = models.CharField(_("head"), max_length=60, blank=True)
    village_name = models.CharField(_("village"), max_length=60, blank=True)
    sheet = models.CharField(_("sheet"), max_length=40)
    first_row = models.PositiveIntegerField(_("first row"))
    last_row = models.PositiveIntegerField(_("last row"))
    members_count = models.PositiveIntegerField(_("members"))
    net_income_fen = models.BigIntegerField(_("net income"), null=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=RosterOutcome)
    result = models.CharField(
        _("result"), max_length=9, choices=RosterOutcome, blank=True, help_text=_("Empty until it is committed.")
    )
    version = models.PositiveIntegerField(
        _("version"), null=True, help_text=_("Of the household on file, when the roster was checked.")
    )
    differences = models.JSONField(_("differences"), default=list)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("household of a roster")
        verbose_name_plural = _("households of a roster")
        ordering = ["roster_import", "position"]
        constraints = [
            models.UniqueConstraint(fields=["roster_import", "position"], name="roster_preview_position"),
        ]

    def __str__(self) -> str:
        return f"{self.household_number} {self.outcome}"

    def changes(self) -> list["RosterChange"]:
        """The differences in words, in the user's language."""
        return [RosterChange.of(difference) for difference in self.differences]


@dataclass(frozen=True)
class RosterChange:
    """One value that the register has otherwise. `person` names the member it belongs to, if it belongs to one."""

    person: str
    label: str
    before: str
    after: str

    @classmethod
    def of(cls, difference: dict[str, Any]) -> "RosterChange":
        """From {"model", "field", "person", "before", "after"}; without a field the whole record is new."""
        model = apps.get_model("households", difference["model"])
        name = difference.get("field")
        if not name:
            return cls(difference.get("person", ""), str(model._meta.verbose_name), "", gettext("new"))
        field = model._meta.get_field(name)
        return cls(
            difference.get("person", ""),
            str(field.verbose_name),
            _shown(field, difference.get("before")),
            _shown(field, difference.get("after")),
        )


def _shown(field: Any, value: Any) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field.name.endswith("_fen"):
        return f"{value / 100:,.2f}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)
