"""Answers about the household that do not go together with those about its people."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from households.models import Health, Labour, PovertyAttribute, PovertyCause, Schooling

ABLE_AGES = range(16, 60)

SICK_CAUSE_WITHOUT_PATIENT = warning(
    "sick_cause_without_patient", _("The cause of poverty is illness, but every member is healthy.")
)
DISABILITY_CAUSE_WITHOUT_DISABLED = warning(
    "disability_cause_without_disabled", _("The cause of poverty is disability, but no member is disabled.")
)
SCHOOLING_CAUSE_WITHOUT_STUDENT = warning(
    "schooling_cause_without_student", _("The cause of poverty is schooling, but no member is at school.")
)
CAUSE_REPEATED = warning("cause_repeated", _("The same cause of poverty is named twice; the second is left out."))
ALLOWANCE_WITHOUT_MEMBER = warning(
    "allowance_household_without_member", _("A household on subsistence allowance, but no member receives it.")
)
FIVE_GUARANTEES_WITH_WORKER = warning(
    "five_guarantees_with_worker",
    _("A five-guarantees household, but %(name)s is of working age (%(age)s) and able to work."),
)
HELPER_IS_MEMBER = warning("helper_is_member", _("The helper %(helper)s is a member of the household themselves."))
SEVERAL_HELPERS = warning(
    "several_helpers", _("“%(value)s” seems to name several helpers; write one, and add the others later.")
)


def causes_and_members(household: SheetHousehold) -> None:
    causes = {household.values.get(code) for code in ("main_cause", "other_cause", "second_other_cause")}
    if PovertyCause.ILLNESS in causes and household.has("health"):
        # Who is disabled is not healthy either; only a household of healthy people contradicts the cause.
        states = {member.values.get("health") for member in household.members}
        if states == {Health.HEALTHY}:
            household.tell(SICK_CAUSE_WITHOUT_PATIENT, _cause_column(household, PovertyCause.ILLNESS))
    if PovertyCause.DISABILITY in causes and household.has("health"):
        states = {member.values.get("health") for member in household.members}
        if None not in states and Health.DISABLED not in states:
            household.tell(DISABILITY_CAUSE_WITHOUT_DISABLED, _cause_column(household, PovertyCause.DISABILITY))
    if PovertyCause.SCHOOLING in causes and household.has("schooling"):
        states = {member.values.get("schooling") for member in household.members}
        if states <= {Schooling.NOT_IN_SCHOOL, None} and None not in states:
            household.tell(SCHOOLING_CAUSE_WITHOUT_STUDENT, _cause_column(household, PovertyCause.SCHOOLING))


def _cause_column(household: SheetHousehold, cause: str) -> str:
    columns = ("main_cause", "other_cause", "second_other_cause")
    return next(code for code in columns if household.values.get(code) == cause)


def causes_differ(household: SheetHousehold) -> None:
    """The register keeps each cause once, so that the repetition is left out."""
    seen = set()
    for code in ("main_cause", "other_cause", "second_other_cause"):
        cause = household.values.get(code)
        if cause is None:
            continue
        if cause in seen:
            household.tell(CAUSE_REPEATED, code)
            del household.values[code]
        seen.add(cause)


def allowance_members(household: SheetHousehold) -> None:
    attribute = household.values.get("attribute")
    if attribute not in {PovertyAttribute.ALLOWANCE, PovertyAttribute.ALLOWANCE_ONLY} or not household.has(
        "on_allowance"
    ):
        return
    if not any(member.values.get("on_allowance") for member in household.members):
        household.tell(ALLOWANCE_WITHOUT_MEMBER, "attribute")


def five_guarantees_worker(household: SheetHousehold) -> None:
    if household.values.get("attribute") != PovertyAttribute.FIVE_GUARANTEES:
        return
    for member in household.members:
        age = member.age(household.year_end)
        able = member.values.get("labour") in {Labour.ORDINARY, Labour.SKILLED}
        if able and age is not None and age in ABLE_AGES:
            household.tell_of(member, FIVE_GUARANTEES_WITH_WORKER, "labour", age=age)


def helper(household: SheetHousehold) -> None:
    name = household.values.get("helper_name")
    if not name:
        return
    if any(member.name == name for member in household.members):
        household.tell(HELPER_IS_MEMBER, "helper_name", helper=name)
    if any(mark in name for mark in "、,，/;；"):
        household.tell(SEVERAL_HELPERS, "helper_name", value=name[:40])


CHECKS = [causes_and_members, causes_differ, allowance_members, five_guarantees_worker, helper]
