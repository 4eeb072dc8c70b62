"""Required answers that are missing. A column that the sheet does not have is not a blank."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from households.imports.columns import AMOUNTS
from households.imports.findings import hint, warning
from households.imports.roster import SCHOOL_AGES, SheetHousehold, SheetMember

WORKING_AGES = range(16, 66)

# Of the household: one finding at its cell.
HOUSEHOLD_COLUMNS = {
    "attribute": warning("attribute_blank", _("The household attribute is blank.")),
    "tier": warning("tier_blank", _("The tier is blank.")),
    "main_cause": warning("main_cause_blank", _("The main cause of poverty is blank.")),
    "house_grade": warning("house_grade_blank", _("The grade of the house is blank.")),
    "house_area_m2": warning("house_area_blank", _("The floor area is blank.")),
    "water_safe": warning("water_blank", _("Whether the drinking water is safe is blank.")),
    "power_for_living": warning("power_blank", _("Whether there is electricity at home is blank.")),
    "in_cooperative": warning("cooperative_blank", _("Whether the household is in a cooperative is blank.")),
    "road_distance_m": warning("road_distance_blank", _("The distance to the main road is blank.")),
    "road_kind": warning("road_kind_blank", _("The kind of road to the house is blank.")),
    "fuel": warning("fuel_blank", _("The main fuel is blank.")),
    "sanitary_toilet": warning("toilet_blank", _("Whether there is a sanitary toilet is blank.")),
    "helper_name": warning("helper_blank", _("The household has no helper.")),
}
ETHNICITY_BLANK = warning("ethnicity_blank", _("The nationality of %(name)s is blank."))
EDUCATION_BLANK = warning("education_blank", _("The education of %(name)s, who is not at school, is blank."))
SCHOOLING_BLANK = warning(
    "schooling_blank", _("Whether %(name)s, aged %(age)s, is at school is blank (it is asked from 6 to 23 years).")
)
HEALTH_BLANK = warning("health_blank", _("The health of %(name)s is blank."))
LABOUR_BLANK = warning(
    "labour_blank", _("The ability to work of %(name)s, aged %(age)s, is blank (it is asked from 16 to 65 years).")
)
INCOME_BLANK = warning("income_blank", _("No income item is filled in: the household has no income statement then."))
INCOME_ITEMS_BLANK = hint("income_items_blank", _("%(count)s income items are blank and count as zero."))


def household_answers(household: SheetHousehold) -> None:
    for column, code in HOUSEHOLD_COLUMNS.items():
        if household.is_blank(column):
            household.tell(code, column)


def income(household: SheetHousehold) -> None:
    asked = [code for code in AMOUNTS if household.has(code)]
    blank = [code for code in asked if household.is_blank(code)]
    if asked and len(blank) == len(asked):
        household.tell(INCOME_BLANK, asked[0])
    elif blank:
        household.tell(INCOME_ITEMS_BLANK, blank[0], count=len(blank))


def members_answers(household: SheetHousehold) -> None:
    asked = [(column, code, wanted) for column, code, wanted in MEMBER_COLUMNS if household.has(column)]
    for member in household.members:
        age = member.age(household.year_end)
        for column, code, wanted in asked:
            if column not in member.values and column not in member.unreadable and wanted(member, age):
                household.tell_of(member, code, column, **({} if age is None else {"age": age}))


def _always(member: SheetMember, age: int | None) -> bool:
    return True


def _not_at_school(member: SheetMember, age: int | None) -> bool:
    return member.is_not_at_school(age)


def _of_school_age(member: SheetMember, age: int | None) -> bool:
    return age is not None and age in SCHOOL_AGES


def _of_working_age(member: SheetMember, age: int | None) -> bool:
    return age is not None and age in WORKING_AGES


MEMBER_COLUMNS: list[tuple[str, str, Callable[[SheetMember, int | None], bool]]] = [
    ("ethnicity", ETHNICITY_BLANK, _always),
    ("education", EDUCATION_BLANK, _not_at_school),
    ("schooling", SCHOOLING_BLANK, _of_school_age),
    ("health", HEALTH_BLANK, _always),
    ("labour", LABOUR_BLANK, _of_working_age),
]
CHECKS = [household_answers, income, members_answers]
