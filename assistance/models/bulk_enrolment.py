"""Many enrolments at once: proposed from a list, or approved, begun, finished and stopped together."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.models.enrolment import EnrolmentAct
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class BulkState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Waits for confirmation")
    COMMITTING = "committing", _("Being written")
    COMMITTED = "committed", _("Written")
    DISCARDED = "discarded", _("Thrown away")


class BulkOutcome(models.TextChoices):
    """What comes, or came, of one row."""

    READY = "ready", _("Can be done")
    DONE = "done", _("Done")
    ALREADY = "already", _("Is so already")
    REFUSED = "refused", _("Refused")


class BulkEnrolment(Scoped):
    """One list: what is to be done to whom, what a check found, and after the confirmation what was done.

    measure, year: what is proposed; empty where enrolments on file are acted upon. values: what the service is told besides
    the row, as the log keeps it (day, reason, note, unit). titles: over the columns of an uploaded list, by sheet.
    """

    view_permission: ClassVar[str] = "measures.propose"
    area_lookup: ClassVar[str] = "area__path"

    act = models.CharField(_("act"), max_length=9, choices=EnrolmentAct)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="bulk_enrolments", verbose_name=_("area"))
    measure = models.ForeignKey(
        "assistance.Measure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bulk_enrolments",
        verbose_name=_("support measure"),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    values = models.JSONField(_("particulars"), default=dict)
    source = models.CharField(_("source"), max_length=200, help_text=_("The file, or where the rows were chosen."))
    titles = models.JSONField(_("column titles"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=BulkState, default=BulkState.CHECKING)
    counts = models.JSONField(_("counts"), default=dict)
    job = models.ForeignKey("jobs.JobRun", models.PROTECT, null=True, related_name="+", verbose_name=_("job"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    committed_at = models.DateTimeField(_("written at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk enrolment")
        verbose_name_plural = _("bulk enrolments")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(act=EnrolmentAct.PROPOSE) | Q(measure__isnull=False, year__isnull=False),
                name="bulk_enrolment_proposes_a_measure",
                violation_error_message=_("Say which measure is proposed, and for which year."),
            )
        ]

    def __str__(self) -> str:
        return self.source

    @property
    def audit_area_path(self) -> str:
        return self.area.path


class BulkEnrolmentRow(Scoped):
    """One row of a list, as it was given and as it was understood.

    cells: as they stood in the file. code, params: why the row is refused, or is so already (services.enrolment_refusals).
    result: what came of it; empty until it was written.
    """

    view_permission: ClassVar[str] = "measures.propose"
    scoped_through: ClassVar[str] = "bulk"

    bulk = models.ForeignKey(
        BulkEnrolment, models.PROTECT, related_name="rows", verbose_name=_("bulk enrolment"), db_index=False
    )
    position = models.PositiveIntegerField(_("position"))
    sheet = models.CharField(_("sheet"), max_length=40, blank=True)
    line = models.PositiveIntegerField(_("row"), null=True, blank=True)
    cells = models.JSONField(_("cells"), default=list)
    given = models.JSONField(_("as given"), default=dict)
    household = models.ForeignKey(
        "households.Household", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    member = models.ForeignKey(
        "households.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    enrolment = models.ForeignKey(
        "assistance.Enrolment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bulk_rows",
        verbose_name=_("enrolment"),
    )
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    outcome = models.CharField(_("outcome of the check"), max_length=8, choices=BulkOutcome, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=BulkOutcome, blank=True)
    code = models.CharField(_("code"), max_length=40, blank=True)
    params = models.JSONField(_("details"), default=dict)
    column = models.CharField(_("column"), max_length=3, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a bulk enrolment")
        verbose_name_plural = _("rows of bulk enrolments")
        ordering = ["bulk", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["bulk", "position"],
                name="bulk_row_once",
                violation_error_message=_("This place of the list is taken."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.position}"

    @property
    def audit_household_id(self) -> Any:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.bulk.area.path

    @property
    def came_to(self) -> str:
        """The result, or before there is one what the check expects."""
        return self.result or self.outcome
