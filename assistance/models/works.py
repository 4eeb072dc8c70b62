"""What enrolments have to tell besides their own columns: relocation, house repair, courses."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.conditions import HouseGrade
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class ResettlementSite(Scoped):
    """A place where households are resettled together (集中安置点)."""

    view_permission: ClassVar[str] = "measures.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="resettlement_sites", verbose_name=_("village"), db_index=False
    )
    name = models.CharField(_("name"), max_length=60)
    households_planned = models.PositiveIntegerField(_("households planned"), null=True, blank=True)
    begun_on = models.DateField(_("begun on"), null=True, blank=True)
    opened_on = models.DateField(_("ready on"), null=True, blank=True, help_text=_("Accepted and ready to move in."))
    note = models.CharField(_("note"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("resettlement site")
        verbose_name_plural = _("resettlement sites")
        ordering = ["village", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "name"],
                name="resettlement_site_unique_in_village",
                violation_error_message=_("The village has a site of this name already."),
            ),
            models.CheckConstraint(
                condition=Q(begun_on=None) | Q(opened_on=None) | Q(opened_on__gte=F("begun_on")),
                name="resettlement_site_opened_after_begun",
                violation_error_message=_("A site is ready after it was begun."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_path(self) -> str:
        return self.village.path


class RelocationMode(models.TextChoices):
    WHOLE_VILLAGE = "01", _("Whole administrative village")
    WHOLE_GROUP = "02", _("Whole natural village or group")
    SINGLE = "03", _("Single households")


class RelocationQuerySet(ScopedQuerySet):
    def moved_in(self, year: int) -> Self:
        """Households that moved in a year."""
        return self.filter(moved_on__year=year)


class Relocation(Scoped):
    """One household's move, of an enrolment in relocation. Without a site it is resettled by itself (分散安置).

    `members`: who moved; written with `moved_on`.
    """

    view_permission: ClassVar[str] = "measures.view"
    scoped_through: ClassVar[str] = "enrolment"

    enrolment = models.OneToOneField(
        "assistance.Enrolment", models.PROTECT, related_name="relocation", verbose_name=_("enrolment")
    )
    site = models.ForeignKey(
        ResettlementSite,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relocations",
        verbose_name=_("resettlement site"),
        help_text=_("Empty: resettled by itself."),
    )
    mode = models.CharField(_("manner of moving"), max_length=2, choices=RelocationMode, default=RelocationMode.SINGLE)
    house_area = models.DecimalField(
        _("floor space of the new house (m²)"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    moved_on = models.DateField(_("moved on"), null=True, blank=True)
    old_house_cleared_on = models.DateField(_("old house cleared on"), null=True, blank=True)
    members = models.ManyToManyField(
        "households.Member", related_name="relocations", verbose_name=_("persons who moved"), blank=True
    )

    objects = RelocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("household relocation")
        verbose_name_plural = _("household relocations")
        ordering = ["enrolment"]
        indexes = [models.Index(fields=["moved_on"], name="relocation_moved_on")]

    def __str__(self) -> str:
        return str(self.enrolment)

    @property
    def audit_household_id(self) -> int:
        return self.enrolment.household_id

    @property
    def audit_area_path(self) -> str:
        return self.enrolment.household.village.path


class RepairMethod(models.TextChoices):
    REPAIR = "repair", _("Strengthened")
    REBUILD = "rebuild", _("Built anew")


class HouseRepairQuerySet(ScopedQuerySet):
    def accepted_in(self, year: int) -> Self:
        """Houses whose repair was accepted in a year."""
        return self.filter(accepted_on__year=year)


class HouseRepair(Scoped):
    """The repair of one dangerous house (农村危房改造), of an enrolment in house repair. The subsidy is the enrolment's amount."""

    view_permission: ClassVar[str] = "measures.view"
    scoped_through: ClassVar[str] = "enrolment"

    enrolment = models.OneToOneField(
        "assistance.Enrolment", models.PROTECT, related_name="house_repair", verbose_name=_("enrolment")
    )
    grade = models.CharField(
        _("grade before"),
        max_length=1,
        choices=[(HouseGrade.C.value, HouseGrade.C.label), (HouseGrade.D.value, HouseGrade.D.label)],
    )
    method = models.CharField(_("manner of repair"), max_length=7, choices=RepairMethod)
    house_area = models.DecimalField(_("floor space (m²)"), max_digits=6, decimal_places=1, null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by = models.CharField(_("accepted by"), max_length=60, blank=True)

    objects = HouseRepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("house repair")
        verbose_name_plural = _("house repairs")
        ordering = ["enrolment"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_on=None) | ~Q(accepted_by=""),
                name="house_repair_accepted_by_somebody",
                violation_error_message=_("Say who accepted the work."),
            )
        ]
        indexes = [models.Index(fields=["accepted_on"], name="house_repair_accepted_on")]

    def __str__(self) -> str:
        return str(self.enrolment)

    @property
    def audit_household_id(self) -> int:
        return self.enrolment.household_id

    @property
    def audit_area_path(self) -> str:
        return self.enrolment.household.village.path


class SubsidyRate(models.Model):
    """What a measure pays for a grade (C or D house), from one day to another: a norm in data, with the clause it rests on."""

    measure = models.ForeignKey(
        "assistance.Measure", models.PROTECT, related_name="rates", verbose_name=_("support measure")
    )
    grade = models.CharField(_("grade"), max_length=10)
    amount_fen = models.BigIntegerField(_("amount"))
    clause = models.ForeignKey(
        "assistance.PolicyClause", models.PROTECT, related_name="rates", verbose_name=_("policy clause")
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day; empty: open."))

    class Meta:
        verbose_name = _("subsidy rate")
        verbose_name_plural = _("subsidy rates")
        ordering = ["measure", "grade", "-valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "grade", "valid_from"],
                name="subsidy_rate_once",
                violation_error_message=_("A rate of this grade begins on that day already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0),
                name="subsidy_rate_positive",
                violation_error_message=_("A rate is a positive amount."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="subsidy_rate_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.grade}"


class Course(Scoped):
    """A training course (培训) that persons are enrolled in."""

    view_permission: ClassVar[str] = "measures.view"
    area_lookup: ClassVar[str] = "area__path"

    area = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="courses", verbose_name=_("held in"), db_index=False
    )
    name = models.CharField(_("name"), max_length=80)
    subject = models.CharField(_("subject"), max_length=80, blank=True)
    unit = models.ForeignKey(
        "accounts.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("held by")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    hours = models.PositiveSmallIntegerField(_("hours"), null=True, blank=True)
    enrolments = models.ManyToManyField(
        "assistance.Enrolment", related_name="courses", verbose_name=_("participants"), blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["-starts_on", "name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="course_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]
        indexes = [models.Index(fields=["area", "starts_on"], name="course_area_day")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_area_path(self) -> str:
        return self.area.path
