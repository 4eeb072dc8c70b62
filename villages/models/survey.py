"""A village's year."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet
from villages.models.poor_village import PoorVillage

# Each answer that counts a part, and the answer that counts the whole: the part is never greater, and shares are shown of it.
WHOLES: dict[str, str] = {
    "agricultural_population": "population",
    "minority_population": "population",
    "women_population": "population",
    "disabled_population": "population",
    "labour_force": "population",
    "away_workers": "population",
    "party_members": "population",
    "reported_poor_households": "household_count",
    "reported_poor_persons": "population",
    "allowance_households": "household_count",
    "allowance_persons": "population",
    "five_guarantees_households": "household_count",
    "five_guarantees_persons": "population",
    "groups_on_gravel_road": "group_count",
    "groups_on_hardened_road": "group_count",
    "settlements_with_footpath": "settlement_count",
    "safe_water_households": "household_count",
    "water_difficult_households": "household_count",
    "power_households": "household_count",
    "production_power_households": "household_count",
    "dangerous_house_households": "household_count",
    "broadcast_households": "household_count",
    "tv_households": "household_count",
    "mobile_households": "household_count",
    "broadband_households": "household_count",
    "medical_insured_persons": "population",
    "pension_insured_persons": "population",
    "cooperative_poor_households": "household_count",
    "tourism_households": "household_count",
    "waste_treated_t": "waste_produced_t",
}


def _count(label: Any, help_text: Any = "") -> models.PositiveIntegerField:
    """A number that somebody counted; NULL: nobody has."""
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


def _few(label: Any, help_text: Any = "") -> models.PositiveSmallIntegerField:
    """As `_count`, of what there are few of."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True, help_text=help_text)


def _answer(label: Any, help_text: Any = "") -> models.BooleanField:
    """Yes or no; NULL: not verified."""
    return models.BooleanField(label, null=True, blank=True, help_text=help_text)


def _amount(label: Any) -> models.BigIntegerField:
    """Money in 分."""
    return models.BigIntegerField(label, null=True, blank=True, validators=[MinValueValidator(0)])


class VillageSurveyQuerySet(ScopedQuerySet):
    def of_poor_villages(self, year: int) -> Self:
        """Of villages that stood on the list of poor villages in the year."""
        return self.filter(village__in=PoorVillage.objects.in_year(year).values("village"))


class VillageSurvey(Scoped):
    """What is known of a village for a year: people, income, infrastructure, services (the B items of the village form).

    Each answer may be missing: then it is not verified, which is neither a yes nor a zero. One row a year, corrected in place;
    what stood there before stays in the change log.
    """

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        related_name="village_surveys",
        verbose_name=_("village"),
        db_index=False,  # the unique constraint begins with it
    )
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    reported_on = models.DateField(_("reported on"))
    source = models.CharField(_("source"), max_length=120, blank=True)

    household_count = _count(_("households in the village"))
    population = _count(_("population"))
    agricultural_population = _count(
        _("agricultural registered population"), _("Poverty incidence is the poor population's share of it.")
    )
    minority_population = _count(_("minority population"))
    women_population = _count(_("women"))
    disabled_population = _count(_("disabled persons"))
    labour_force = _count(_("labour force"))
    away_workers = _count(_("people working away"))
    party_members = _count(_("Party members"))

    reported_poor_households = _count(_("poor households (as reported)"))
    reported_poor_persons = _count(_("poor population (as reported)"))
    allowance_households = _count(_("allowance households"))
    allowance_persons = _count(_("persons on subsistence allowance"))
    five_guarantees_households = _count(_("five-guarantees households"))
    five_guarantees_persons = _count(_("five-guarantees persons"))

    net_income_per_capita_fen = _amount(_("farmers' net income per head"))
    collective_income_fen = _amount(_("collective income of the village"))

    main_road_hardened = _answer(_("main road hardened"), _("At least one road of concrete or asphalt to the village."))
    bus_service = _answer(_("bus service"))
    unhardened_km = models.DecimalField(
        _("unhardened road to the town (km)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    group_count = _few(_("villagers' groups"))
    groups_on_gravel_road = _few(_("groups reached by gravel road or better"))
    groups_on_hardened_road = _few(_("groups reached by hardened road"))
    settlement_count = _few(_("settlements of 20 households and more"))
    settlements_with_footpath = _few(_("of these with a footpath"))

    safe_water_households = _count(_("households with safe water"))
    water_difficult_households = _count(_("households with difficulty to get water"))
    power_households = _count(_("households with electricity"))
    production_power_households = _count(_("households with power for production"))
    dangerous_house_households = _count(_("households in dangerous houses"))

    broadcast_households = _count(_("households reached by broadcast"))
    tv_households = _count(_("households reached by television"))
    mobile_households = _count(_("households reached by mobile signal"))
    broadband_households = _count(_("households reached by broadband"))

    clinic_count = _few(_("clinics"))
    clinic_standardised = _answer(_("clinic standardised"))
    qualified_doctors = _few(_("qualified doctors and assistants"))
    medical_insured_persons = _count(_("persons in the rural cooperative medical scheme"))
    pension_insured_persons = _count(_("persons in the residents' pension scheme"))
    medical_assistance_cases = _count(_("cases of medical assistance"))

    service_centre_standardised = _answer(_("service centre standardised"))
    culture_room = _answer(_("library or culture room"))
    public_toilets = _few(_("public toilets"))
    waste_points = _few(_("waste collection points"))
    waste_produced_t = _count(_("waste (t a year)"))
    waste_treated_t = _count(_("of this treated harmlessly (t)"))

    cooperatives = _few(_("farmers' cooperatives"))
    cooperative_poor_households = _count(_("poor households in them"))
    mutual_aid_associations = _few(_("mutual-aid associations"))
    tourism_households = _count(_("households in rural tourism"))
    farm_inns = _few(_("farm inns"))

    is_demo = models.BooleanField(_("invented for the demo"), default=False, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded at"), auto_now=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = VillageSurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("village survey")
        verbose_name_plural = _("village surveys")
        ordering = ["village", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["village", "year"],
                name="village_survey_once_a_year",
                violation_error_message=_("There is a survey of this village and year already."),
            ),
            models.CheckConstraint(
                condition=Q(*(Q(**{f"{part}__lte": F(whole)}) for part, whole in WHOLES.items())),
                name="village_survey_parts_within_wholes",
                violation_error_message=_("A part cannot be greater than the whole."),
            ),
        ]
        indexes = [models.Index(fields=["year"], name="village_survey_year")]

    def __str__(self) -> str:
        return f"{self.village} {self.year}"

    @property
    def audit_area_path(self) -> str:
        return self.village.path
