"""Yearly survey of how a household lives."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class HouseGrade(models.TextChoices):
    A = "1", _("Grade A")
    B = "2", _("Grade B")
    C = "3", _("Grade C")
    D = "4", _("Grade D")
    OTHER = "9", _("Not graded")


SAFE_GRADES = [HouseGrade.A, HouseGrade.B]
DANGEROUS_GRADES = [HouseGrade.C, HouseGrade.D]


class RoadKind(models.TextChoices):
    DIRT = "01", _("Dirt road")
    GRAVEL = "02", _("Gravel road")
    CEMENT = "03", _("Cement road")
    ASPHALT = "04", _("Asphalt road")


class Fuel(models.TextChoices):
    WOOD = "01", _("Wood and straw")
    DUNG = "02", _("Dried dung")
    COAL = "03", _("Coal")
    CLEAN = "04", _("Clean energy")
    OTHER = "99", _("Other fuel")


class LivingConditions(Scoped):
    """Survey of one household for one year. NULL or empty means that nobody looked: it is never a yes."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="conditions",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    surveyed_on = models.DateField(_("surveyed on"))
    food_secure = models.BooleanField(_("no worry about food"), null=True, blank=True)
    clothing_secure = models.BooleanField(_("no worry about clothing"), null=True, blank=True)
    house_grade = models.CharField(_("house grade"), max_length=1, choices=HouseGrade, blank=True)
    house_area_m2 = models.PositiveIntegerField(_("floor area (m²)"), null=True, blank=True)
    water_safe = models.BooleanField(_("safe drinking water"), null=True, blank=True)
    water_difficult = models.BooleanField(_("difficulty in getting water"), null=True, blank=True)
    power_for_living = models.BooleanField(_("electricity at home"), null=True, blank=True)
    power_for_production = models.BooleanField(_("electricity for production"), null=True, blank=True)
    broadcast = models.BooleanField(_("radio and television"), null=True, blank=True)
    sanitary_toilet = models.BooleanField(_("sanitary toilet"), null=True, blank=True)
    in_cooperative = models.BooleanField(_("in a farmers' cooperative"), null=True, blank=True)
    road_kind = models.CharField(_("road to the house"), max_length=2, choices=RoadKind, blank=True)
    road_distance_m = models.PositiveIntegerField(_("distance to the village main road (m)"), null=True, blank=True)
    fuel = models.CharField(_("main fuel"), max_length=2, choices=Fuel, blank=True)
    farmland_mu = models.DecimalField(_("farmland (mu)"), max_digits=8, decimal_places=2, null=True, blank=True)
    irrigated_mu = models.DecimalField(_("irrigated land (mu)"), max_digits=8, decimal_places=2, null=True, blank=True)
    forest_mu = models.DecimalField(_("forest (mu)"), max_digits=8, decimal_places=2, null=True, blank=True)
    returned_forest_mu = models.DecimalField(
        _("farmland returned to forest (mu)"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=100, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("living conditions")
        verbose_name_plural = _("living conditions")
        ordering = ["household", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "year"],
                name="conditions_once_a_year",
                violation_error_message=_("The household's living conditions of this year are on file already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.year}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
