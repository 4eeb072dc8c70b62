"""A household of the roster beside the register: what is new, what differs, and what cannot be.

A blank cell says nothing and takes nothing away; a person whom the sheet does not name stays a member.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from households.imports.checks.across import HELPER_IS_POOR
from households.imports.checks.exited import exited
from households.imports.columns import AMOUNTS, CONDITIONS, HOUSEHOLD_FIELDS, MEMBER_YEAR
from households.imports.findings import error, hint, warning
from households.imports.places import Places, group_key, group_name
from households.imports.register import OnFile
from households.imports.roster import SheetHousehold, SheetMember
from households.models import (
    HelperAssignment,
    Household,
    HouseholdStatus,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Relation,
    RosterOutcome,
    Schooling,
)
from households.models.household import FOLLOWED
from households.services.pairing import Who
from jiangjin.areas.models import Area
from jiangjin.common.personal import BANK_ACCOUNT, IDENTITY, PHONE, seal

IDENTITY_ON_FILE = error("identity_on_file", _("%(name)s is on file as a member of household %(number)s."))
IDENTITY_ON_FILE_ELSEWHERE = error(
    "identity_on_file_elsewhere", _("%(name)s is on file as a member of a household in another area.")
)
NUMBER_ELSEWHERE = error("number_elsewhere", _("The household number %(number)s is on file in another area."))
HEAD_MISSING = error(
    "head_missing",
    _("On file the head is %(head)s, who is not in the sheet. Enter first who left, or who is the head now."),
)
MEMBER_MISSING = warning(
    "member_missing", _("%(name)s is on file as a member, but not in the sheet; they stay a member.")
)
NOT_ON_ROLL = warning(
    "not_on_roll", _("This household is not on the roll any more: it is “%(status)s”. Its status stays.")
)
OLDER_THAN_REGISTER = hint(
    "older_than_register",
    _("The register has facts of %(latest)s; of this sheet only the yearly facts of %(year)s are taken."),
)
SAME_GRADE_THREE_YEARS = warning(
    "same_grade_three_years", _("%(name)s is in the same grade for the third year; pupils move up every year.")
)
# Grades of one year each; preschool, primary school and college take several.
GRADES = {code for code in Schooling if Schooling.GRADE_7 <= code <= Schooling.HIGHER_VOCATIONAL_3}
MASKED = {"phone": PHONE, "bank_account": BANK_ACCOUNT}


@dataclass
class MemberPlan:
    """What happens to one person: a new member, or changes of one on file, and of their year."""

    sheet: SheetMember
    member: Member | None
    changes: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """What happens to one household. `household` is None for a new one."""

    sheet: SheetHousehold
    household: Household | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    new_group: str = ""
    tier: str = ""
    members: list[MemberPlan] = field(default_factory=list)
    income: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    helper: Who | None = None
    former_helpers: list[HelperAssignment] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> RosterOutcome:
        if self.sheet.refused:
            return RosterOutcome.REFUSED
        if self.household is None:
            return RosterOutcome.NEW
        return RosterOutcome.CHANGED if self.differences else RosterOutcome.UNCHANGED

    @property
    def village(self) -> Area:
        """Where the household is or will be; only for one that is not refused."""
        if self.sheet.village is None:
            raise ValueError(f"household {self.sheet.number} has no village")
        return self.sheet.village

    def differs(self, model: str, name: str, before: Any, after: Any, person: str = "") -> None:
        """Note a difference for the preview."""
        self.differences.append(
            {"model": model, "field": name, "person": person, "before": _plain(before), "after": _plain(after)}
        )


def compare(sheet: SheetHousehold, on_file: OnFile, places: Places) -> Plan:
    """What the roster means for one household; adds findings that the register brings."""
    plan = Plan(sheet, on_file.households.get(sheet.number) if sheet.number else None)
    household = plan.household
    if household is not None and not places.allows(household.village):
        sheet.tell(NUMBER_ELSEWHERE, "number", number=sheet.number)
        return plan
    _refuse_people_elsewhere(plan, on_file, places)
    _tell_poor_helper(sheet, on_file)
    if household is None:
        _plan_new(plan, places)
        return plan
    if household.status not in FOLLOWED:
        sheet.tell(NOT_ON_ROLL, "number", status=str(household.get_status_display()))
    latest = on_file.latest_year.get(household.pk, 0)
    if latest > sheet.year:
        sheet.tell(OLDER_THAN_REGISTER, "number", latest=latest, year=sheet.year)
    if household.status == HouseholdStatus.EXITED:
        exited(sheet, line_fen=on_file.lines.of_place(household.village.path))
    _plan_members(plan, household, on_file, only_years=latest > sheet.year)
    if not sheet.refused:
        if latest <= sheet.year:
            _plan_household(plan, household, places)
            _plan_helper(plan, household, on_file)
        _plan_year(plan, household, on_file)
    return plan


def helper_of(sheet: SheetHousehold) -> Who | None:
    """Name and unit of the helper whom the sheet names."""
    name = sheet.values.get("helper_name", "")[:60]
    return (name, sheet.values.get("helper_unit", "")[:100]) if name else None


def _refuse_people_elsewhere(plan: Plan, on_file: OnFile, places: Places) -> None:
    for member in plan.sheet.members:
        known = on_file.people.get(member.digest)
        if known is None or (plan.household is not None and known.household_id == plan.household.pk):
            continue
        if places.allows(known.household.village):
            plan.sheet.tell_of(member, IDENTITY_ON_FILE, "identity", number=known.household.number)
        else:
            plan.sheet.tell_of(member, IDENTITY_ON_FILE_ELSEWHERE, "identity")


def _tell_poor_helper(sheet: SheetHousehold, on_file: OnFile) -> None:
    """Unless the sheet itself told it already."""
    if any(finding.code == HELPER_IS_POOR for finding in sheet.findings):
        return
    name = sheet.values.get("helper_name", "")
    number = on_file.namesakes.get((sheet.village.pk, name)) if sheet.village is not None else None
    if number is not None and number != sheet.number:
        sheet.tell(HELPER_IS_POOR, "helper_name", helper=name, number=number)


def _plan_new(plan: Plan, places: Places) -> None:
    sheet = plan.sheet
    plan.members = [MemberPlan(member, None, facts=_facts(member)) for member in sheet.members]
    plan.income = {code: sheet.values[code] for code in AMOUNTS if code in sheet.values}
    plan.conditions = {code: sheet.values[code] for code in CONDITIONS if code in sheet.values}
    plan.changes = {code: sheet.values[code] for code in HOUSEHOLD_FIELDS if code in sheet.values}
    plan.tier = sheet.values.get("tier", "")
    plan.helper = helper_of(sheet)
    _plan_group(plan, None, places)


def _plan_group(plan: Plan, present: Area | None, places: Places) -> None:
    given, village = plan.sheet.values.get("group"), plan.sheet.village
    if not given or village is None:
        return
    if present is not None and present.parent_id == village.pk and group_key(present.name) == group_key(given):
        return
    group = places.group(village, given)
    if group is None:
        plan.new_group = group_name(given)
    else:
        plan.changes["group"] = group
    if plan.household is not None:
        plan.differs("household", "group", present, group or plan.new_group)


def _plan_household(plan: Plan, household: Household, places: Places) -> None:
    values = plan.sheet.values
    if plan.sheet.village is not None and plan.sheet.village.pk != household.village_id:
        plan.differs("household", "village", household.village, plan.sheet.village)
        plan.changes["village"] = plan.sheet.village
        plan.changes["group"] = None
    _plan_group(plan, household.group, places)
    for code in HOUSEHOLD_FIELDS:
        if code not in values or values[code] == getattr(household, code):
            continue
        plan.changes[code] = values[code]
        before, after = getattr(household, code), values[code]
        if code in MASKED:
            before, after = seal(MASKED[code], before).masked, seal(MASKED[code], after).masked
        plan.differs("household", code, before, after)
    _clear_repeated_causes(plan, household)
    tier = values.get("tier")
    if tier and tier != household.tier:
        plan.tier = tier
        plan.differs("household", "tier", household.tier, tier)


def _clear_repeated_causes(plan: Plan, household: Household) -> None:
    """A cause that moves to the front leaves its place further back, where the sheet says nothing of it."""
    seen: set[str] = set()
    for code in ("main_cause", "other_cause", "second_other_cause"):
        cause = plan.changes.get(code, getattr(household, code))
        if cause and cause in seen:
            plan.changes[code] = ""
            plan.differs("household", code, cause, "")
        seen.add(cause)


def _plan_helper(plan: Plan, household: Household, on_file: OnFile) -> None:
    wanted = helper_of(plan.sheet)
    if wanted is None:
        return
    name, unit = wanted
    present = on_file.assignments.get(household.pk, [])
    for assignment in present:
        helper = assignment.helper
        if helper.name == name and (not unit or (helper.unit is not None and helper.unit.name == unit)):
            return
    plan.helper, plan.former_helpers = wanted, list(present)
    before = "、".join(assignment.helper.name for assignment in present)
    plan.differs("helperassignment", "helper", before, f"{name} {unit}".strip())


def _plan_year(plan: Plan, household: Household, on_file: OnFile) -> None:
    values = plan.sheet.values
    for model, codes, known, target in (
        (IncomeStatement, AMOUNTS, on_file.incomes.get(household.pk), plan.income),
        (LivingConditions, CONDITIONS, on_file.conditions.get(household.pk), plan.conditions),
    ):
        given = {code: values[code] for code in codes if code in values}
        if known is None and given:
            target.update(given)
            plan.differences.append({"model": model._meta.model_name})
        elif known is not None:
            for code, value in given.items():
                if getattr(known, code) != value:
                    target[code] = value
                    plan.differs(str(model._meta.model_name), code, getattr(known, code), value)


def _plan_members(plan: Plan, household: Household, on_file: OnFile, *, only_years: bool) -> None:
    present = on_file.members.get(household.pk, [])
    pairs = match(plan.sheet.members, present)
    matched = {member.pk for _sheet, member in pairs if member is not None}
    missing = [member for member in present if member.pk not in matched]
    head = next((member for member in missing if member.relation == Relation.HEAD), None)
    if head is not None and not only_years:
        plan.sheet.tell(HEAD_MISSING, "relation", head=head.name)
        return
    for absent in missing:
        plan.sheet.tell(MEMBER_MISSING, "name", row=plan.sheet.first_row, name=absent.name)
    for sheet, member in pairs:
        if member is None:
            if not only_years:
                plan.members.append(MemberPlan(sheet, None, facts=_facts(sheet)))
                plan.differences.append({"model": "member", "person": sheet.name})
            continue
        planned = MemberPlan(sheet, member)
        schooling = sheet.values.get("schooling")
        if schooling in GRADES and on_file.schooling_before.get(member.pk) == [schooling, schooling]:
            plan.sheet.tell_of(sheet, SAME_GRADE_THREE_YEARS, "schooling")
        if not only_years:
            planned.changes = _member_changes(plan, sheet, member)
        if member.joined_on.year <= plan.sheet.year:
            planned.facts = _year_changes(plan, sheet, member, on_file.member_years.get(member.pk))
        plan.members.append(planned)


def match(sheets: list[SheetMember], present: list[Member]) -> list[tuple[SheetMember, Member | None]]:
    """Who of the sheet is who on file: by identity number, then by name and relation, since numbers get corrected."""
    by_digest = {member.identity_digest: member for member in present}
    found: dict[int, Member] = {}
    for sheet in sheets:
        known = by_digest.get(sheet.digest) if sheet.digest else None
        if known is not None:
            found[sheet.row] = known
    taken = {member.pk for member in found.values()}
    for sheet in sheets:
        if sheet.row in found:
            continue
        same = [m for m in present if m.pk not in taken and (m.name, m.relation) == (sheet.name, sheet.relation)]
        if len(same) == 1:
            found[sheet.row] = same[0]
            taken.add(same[0].pk)
    return [(sheet, found.get(sheet.row)) for sheet in sheets]


def _member_changes(plan: Plan, sheet: SheetMember, member: Member) -> dict[str, Any]:
    """Only what the row really says: a relation that was not understood or a blank sex changes nothing."""
    given: dict[str, Any] = {"name": sheet.name}
    given |= {code: sheet.values[code] for code in ("relation", "sex", "ethnicity") if code in sheet.values}
    changes = {code: value for code, value in given.items() if getattr(member, code) != value}
    for code, value in changes.items():
        plan.differs("member", code, getattr(member, code), value, member.name)
    identity = sheet.identity
    if identity is not None:
        other = sheet.digest != member.identity_digest
        if other or (identity.as_given and identity.as_given != member.identity_as_given):
            changes["identity"] = identity
            masked = seal(IDENTITY, identity.number).masked
            plan.differs("member", "identity", member.identity_masked, masked, member.name)
    return changes


def _facts(sheet: SheetMember) -> dict[str, Any]:
    return {code: sheet.values[code] for code in MEMBER_YEAR if code in sheet.values}


def _year_changes(plan: Plan, sheet: SheetMember, member: Member, known: MemberYear | None) -> dict[str, Any]:
    given = _facts(sheet)
    if known is None:
        if given:
            plan.differences.append({"model": "memberyear", "person": member.name})
        return given
    changes = {code: value for code, value in given.items() if getattr(known, code) != value}
    for code, value in changes.items():
        plan.differs("memberyear", code, getattr(known, code), value, member.name)
    return changes


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)
