"""Enrolments: which household or person takes part in which measure, and how far it has got."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from jiangjin.common.append_only import AppendOnly, AppendOnlyQuerySet


class EnrolmentState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    APPROVED = "approved", _("Approved")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


# States in which an enrolment stands: planned or further, and not stopped.
STANDING = [EnrolmentState.PLANNED, EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY, EnrolmentState.DONE]


class EnrolmentQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Enrolments that were not stopped."""
        return self.filter(state__in=STANDING)


class Enrolment(Scoped):
    """One household (member empty) or one person enrolled in a measure for a year.

    `sequence` tells several of one year apart. Each change of state is an EnrolmentStep; the days here repeat the latest step
    into each state, written by the same service.
    """

    view_permission: ClassVar[str] = "measures.view"
    scoped_through: ClassVar[str] = "household"

    measure = models.ForeignKey(
        "assistance.Measure", models.PROTECT, related_name="enrolments", verbose_name=_("support measure")
    )
    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="enrolments",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    member = models.ForeignKey(
        "households.Member",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrolments",
        verbose_name=_("person"),
    )
    year = models.PositiveSmallIntegerField(_("year"))
    sequence = models.PositiveSmallIntegerField(_("number in the year"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=EnrolmentState, default=EnrolmentState.PLANNED)
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit in charge")
    )
    business = models.ForeignKey(
        "assistance.Business",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enrolments",
        verbose_name=_("business entity"),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    planned_on = models.DateField(_("planned on"))
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    stopped_on = models.DateField(_("stopped on"), null=True, blank=True)
    stop_reason = models.CharField(_("why it was stopped"), max_length=200, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["-year", "measure", "household", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "household", "year", "sequence"],
                condition=Q(member=None) & ~Q(state=EnrolmentState.STOPPED),
                name="enrolment_household_once",
                violation_error_message=_("The household is enrolled in this measure for the year already."),
            ),
            models.UniqueConstraint(
                fields=["measure", "member", "year", "sequence"],
                condition=Q(member__isnull=False) & ~Q(state=EnrolmentState.STOPPED),
                name="enrolment_member_once",
                violation_error_message=_("This person is enrolled in this measure for the year already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
                name="enrolment_amount_not_negative",
                violation_error_message=_("An amount cannot be less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gte=0),
                name="enrolment_quantity_not_negative",
                violation_error_message=_("A quantity cannot be less than nothing."),
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(planned_by=None) | ~Q(approved_by=F("planned_by")),
                name="enrolment_approved_by_another",
                violation_error_message=_("Whoever proposed it does not approve it."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY, EnrolmentState.DONE])
                | Q(approved_on__isnull=False),
                name="enrolment_approved_before_it_begins",
                violation_error_message=_("A measure is approved before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.DONE) | Q(done_on__isnull=False),
                name="enrolment_done_on_a_day",
                violation_error_message=_("Say on which day it was done."),
            ),
            models.CheckConstraint(
                condition=~Q(state=EnrolmentState.STOPPED) | Q(stopped_on__isnull=False) & ~Q(stop_reason=""),
                name="enrolment_stopped_with_reason",
                violation_error_message=_("Say why it is stopped."),
            ),
        ]
        indexes = [
            models.Index(fields=["household", "year"], name="enrolment_household_year"),
            models.Index(fields=["measure", "year", "state"], name="enrolment_measure_year"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.household} {self.year}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path


class EnrolmentStepQuerySet(ScopedQuerySet, AppendOnlyQuerySet):  # type: ignore[override]
    """Scoped, and only ever added to."""


class EnrolmentStep(Scoped, AppendOnly):
    """One change of an enrolment's state: who, on which day, into which state. Never changed or deleted."""

    view_permission: ClassVar[str] = "measures.view"
    scoped_through: ClassVar[str] = "enrolment"

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="steps", verbose_name=_("enrolment"), db_index=False
    )
    state = models.CharField(_("state"), max_length=9, choices=EnrolmentState)
    occurred_on = models.DateField(_("occurred on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = EnrolmentStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment step")
        verbose_name_plural = _("enrolment steps")
        ordering = ["enrolment", "occurred_on", "pk"]
        indexes = [models.Index(fields=["enrolment", "occurred_on"], name="enrolment_step_day")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state} {self.occurred_on}"

    @property
    def audit_household_id(self) -> int:
        return self.enrolment.household_id

    @property
    def audit_area_path(self) -> str:
        return self.enrolment.household.village.path
