"""The answers of a village survey in the order of the form, grouped by what they are about.

Form, page, workbook and REST read the groups from here.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.common.registries import Label


@dataclass(frozen=True)
class Part:
    """One group of answers."""

    code: str
    label: Label
    fields: tuple[str, ...]


PARTS = (
    Part(
        "people",
        pgettext_lazy("village survey", "People"),
        (
            "household_count",
            "population",
            "agricultural_population",
            "minority_population",
            "women_population",
            "disabled_population",
            "labour_force",
            "away_workers",
            "party_members",
        ),
    ),
    Part(
        "poverty",
        _("Poverty and income"),
        (
            "reported_poor_households",
            "reported_poor_persons",
            "allowance_households",
            "allowance_persons",
            "five_guarantees_households",
            "five_guarantees_persons",
            "net_income_per_capita_fen",
            "collective_income_fen",
        ),
    ),
    Part(
        "roads",
        _("Roads"),
        (
            "main_road_hardened",
            "bus_service",
            "unhardened_km",
            "group_count",
            "groups_on_gravel_road",
            "groups_on_hardened_road",
            "settlement_count",
            "settlements_with_footpath",
        ),
    ),
    Part(
        "living",
        _("Water, power and housing"),
        (
            "safe_water_households",
            "water_difficult_households",
            "power_households",
            "production_power_households",
            "dangerous_house_households",
        ),
    ),
    Part(
        "communication",
        _("Broadcast, television and network"),
        ("broadcast_households", "tv_households", "mobile_households", "broadband_households"),
    ),
    Part(
        "health",
        _("Health and insurance"),
        (
            "clinic_count",
            "clinic_standardised",
            "qualified_doctors",
            "medical_insured_persons",
            "pension_insured_persons",
            "medical_assistance_cases",
        ),
    ),
    Part(
        "services",
        _("Public services and environment"),
        (
            "service_centre_standardised",
            "culture_room",
            "public_toilets",
            "waste_points",
            "waste_produced_t",
            "waste_treated_t",
        ),
    ),
    Part(
        "industry",
        _("Industry"),
        (
            "cooperatives",
            "cooperative_poor_households",
            "mutual_aid_associations",
            "tourism_households",
            "farm_inns",
        ),
    ),
)
SURVEY_FIELDS = tuple(name for part in PARTS for name in part.fields)
