"""What contradicts an exit: a household that has exited poverty, and a sheet that says otherwise (DOMAIN 1.6, exit)."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from households.models.conditions import DANGEROUS_GRADES
from households.models.member_year import OUT_OF_SCHOOL
from households.rules.facts import school_age_births
from jiangjin.common.money import per_capita_fen

EXITED_BELOW_LINE = warning(
    "exited_below_line",
    _("The household has exited poverty, but its net income per head, %(amount)s, is below the line of %(line)s."),
)
EXITED_IN_DANGEROUS_HOUSE = warning(
    "exited_in_dangerous_house", _("The household has exited poverty, but lives in a house of grade C or D.")
)
EXITED_WITHOUT_SAFE_WATER = warning(
    "exited_without_safe_water", _("The household has exited poverty, but has no safe drinking water.")
)
EXITED_OUT_OF_SCHOOL = warning(
    "exited_out_of_school",
    _("The household has exited poverty, but %(name)s is of compulsory school age and not at school."),
)
EXITED_UNINSURED = warning(
    "exited_uninsured", _("The household has exited poverty, but %(name)s is not in the rural medical scheme.")
)


def exited(household: SheetHousehold, *, line_fen: int | None) -> None:
    """Tell what speaks against the exit; `line_fen` is the poverty line of the sheet's year, None where there is none."""
    values, net = household.values, household.net_income_fen
    if net is not None and line_fen is not None and net < line_fen * len(household.members):
        each = per_capita_fen(net, len(household.members))
        household.tell(
            EXITED_BELOW_LINE, household.first_amount, amount=f"{each / 100:,.2f}", line=f"{line_fen / 100:,.2f}"
        )
    if values.get("house_grade") in DANGEROUS_GRADES:
        household.tell(EXITED_IN_DANGEROUS_HOUSE, "house_grade")
    if values.get("water_safe") is False:
        household.tell(EXITED_WITHOUT_SAFE_WATER, "water_safe")
    first, last = school_age_births(household.year_end)
    for member in household.members:
        identity = member.identity
        if identity and first <= identity.born_on <= last and member.values.get("schooling") in OUT_OF_SCHOOL:
            household.tell_of(member, EXITED_OUT_OF_SCHOOL, "schooling")
        if member.values.get("medical_insured") is False:
            household.tell_of(member, EXITED_UNINSURED, "medical_insured")
