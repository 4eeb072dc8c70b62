"""What is known of a member for one year."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class Education(models.TextChoices):
    ILLITERATE = "01", _("Illiterate or semi-literate")
    PRIMARY = "02", _("Primary school")
    JUNIOR = "03", _("Junior middle school")
    SENIOR = "04", _("Senior middle school")
    COLLEGE = "05", _("College or above")
    PRESCHOOL = "06", _("Below school age")


class Schooling(models.TextChoices):
    """在校生状况."""

    NOT_IN_SCHOOL = "01", _("Not in school")
    PRESCHOOL = "02", _("Preschool")
    PRIMARY = "03", _("In primary school")
    GRADE_7 = "04", _("Grade 7")
    GRADE_8 = "05", _("Grade 8")
    GRADE_9 = "06", _("Grade 9")
    SENIOR_1 = "07", _("Senior year 1")
    SENIOR_2 = "08", _("Senior year 2")
    SENIOR_3 = "09", _("Senior year 3")
    VOCATIONAL_1 = "10", _("Secondary vocational year 1")
    VOCATIONAL_2 = "11", _("Secondary vocational year 2")
    VOCATIONAL_3 = "12", _("Secondary vocational year 3")
    HIGHER_VOCATIONAL_1 = "13", _("Higher vocational year 1")
    HIGHER_VOCATIONAL_2 = "14", _("Higher vocational year 2")
    HIGHER_VOCATIONAL_3 = "15", _("Higher vocational year 3")
    COLLEGE = "16", _("In college or above")


# Compulsory schooling begins with primary school: preschool does not fulfil it.
OUT_OF_SCHOOL = [Schooling.NOT_IN_SCHOOL, Schooling.PRESCHOOL]


class Health(models.TextChoices):
    HEALTHY = "01", _("Healthy")
    CHRONIC = "02", _("Long-term chronic illness")
    SERIOUS = "03", _("Serious illness")
    DISABLED = "04", _("Disabled")


class Labour(models.TextChoices):
    ORDINARY = "01", _("Ordinary labour")
    SKILLED = "02", _("Skilled labour")
    LOST = "03", _("Lost the ability to work")
    NONE = "04", _("No labour")
    WEAK = "05", _("Weak or half labour")


class WorkPlace(models.TextChoices):
    TOWN = "01", _("Within the town")
    COUNTY = "02", _("Outside the town, within the district")
    MUNICIPALITY = "03", _("Outside the district, within the municipality")
    OUTSIDE = "04", _("Outside the municipality")
    OTHER = "05", _("Elsewhere")


class MemberYear(Scoped):
    """Yearly facts of a member: school, health, work, insurance. NULL or empty means nobody said; it is never a yes."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "member"

    member = models.ForeignKey(
        "households.Member",
        models.PROTECT,
        related_name="years",
        verbose_name=_("member"),
        db_index=False,  # the unique constraint begins with it
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    education = models.CharField(_("education"), max_length=2, choices=Education, blank=True)
    schooling = models.CharField(_("school attendance"), max_length=2, choices=Schooling, blank=True)
    health = models.CharField(_("health"), max_length=2, choices=Health, blank=True)
    labour = models.CharField(_("ability to work"), max_length=2, choices=Labour, blank=True)
    work_place = models.CharField(_("place of work"), max_length=2, choices=WorkPlace, blank=True)
    work_months = models.PositiveSmallIntegerField(
        _("months of work"), null=True, blank=True, validators=[MaxValueValidator(12)]
    )
    medical_insured = models.BooleanField(_("in the rural medical scheme"), null=True, blank=True)
    pension_insured = models.BooleanField(_("in the pension scheme"), null=True, blank=True)
    serious_illness_insured = models.BooleanField(_("insured against serious illness"), null=True, blank=True)
    on_allowance = models.BooleanField(_("on subsistence allowance"), null=True, blank=True)
    in_service = models.BooleanField(_("serving in the forces"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("member's year")
        verbose_name_plural = _("members' years")
        ordering = ["member", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year"],
                name="member_year_once",
                violation_error_message=_("This member's year is on file already."),
            ),
            models.CheckConstraint(
                condition=Q(work_months=None) | Q(work_months__lte=12),
                name="member_year_work_months",
                violation_error_message=_("A year has at most 12 months of work."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.year}"

    @property
    def audit_household_id(self) -> int:
        return self.member.household_id

    @property
    def audit_area_path(self) -> str:
        return self.member.household.village.path
