"""What the register holds about the households and people of a roster, loaded for many at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max

from households.imports.roster import SheetHousehold
from households.models import (
    HelperAssignment,
    Household,
    HouseholdStatus,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    TierDecision,
)
from households.models.household import REGISTERED
from households.rules.facts import Lines


@dataclass
class OnFile:
    """The register's rows, by what a roster knows them by. Members are those present now, assignments the open ones."""

    households: dict[str, Household] = field(default_factory=dict)
    members: dict[int, list[Member]] = field(default_factory=lambda: defaultdict(list))
    member_years: dict[int, MemberYear] = field(default_factory=dict)
    incomes: dict[int, IncomeStatement] = field(default_factory=dict)
    conditions: dict[int, LivingConditions] = field(default_factory=dict)
    assignments: dict[int, list[HelperAssignment]] = field(default_factory=lambda: defaultdict(list))
    latest_year: dict[int, int] = field(default_factory=dict)
    tier_decided_on: dict[int, Any] = field(default_factory=dict)
    people: dict[str, Member] = field(default_factory=dict)
    # Schooling by member in the two years before; numbers of households by village and name of a member.
    schooling_before: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    namesakes: dict[tuple[int, str], str] = field(default_factory=dict)
    lines: Lines = field(default_factory=lambda: Lines(None))


def load(sheets: Sequence[SheetHousehold], *, year: int, lock: bool = False) -> OnFile:
    """The rows for these households, in a fixed number of queries; with `lock` the households stay locked until the transaction
    ends, and what only warnings need is left out: the check has told them."""
    found = OnFile()
    numbers = [sheet.number for sheet in sheets if sheet.number]
    query = Household.objects.filter(number__in=numbers).select_related("village", "group").order_by("pk")
    if lock:
        query = query.select_for_update(of=("self",))
    found.households = {household.number: household for household in query}
    digests = [member.digest for sheet in sheets for member in sheet.members if member.digest]
    people = Member.objects.filter(identity_digest__in=digests, left_on=None)
    found.people = {member.identity_digest: member for member in people.select_related("household__village")}
    if not lock:
        found.namesakes = _namesakes(sheets)
    if not found.households:
        return found
    if any(household.status == HouseholdStatus.EXITED for household in found.households.values()):
        found.lines = Lines.of_year(year)
    by_pk = {household.pk: household for household in found.households.values()}
    _load_facts(found, by_pk, year)
    return found


def _namesakes(sheets: Sequence[SheetHousehold]) -> dict[tuple[int, str], str]:
    """Poor people who have a helper's name, by their village."""
    helpers = {sheet.values["helper_name"] for sheet in sheets if "helper_name" in sheet.values}
    villages = {sheet.village.pk for sheet in sheets if sheet.village is not None}
    poor = Member.objects.filter(
        household__village__in=villages, household__status__in=REGISTERED, name__in=helpers, left_on=None
    )
    rows = poor.order_by("-pk").values_list("household__village", "name", "household__number")
    return {(village, name): number for village, name, number in rows}


def _load_facts(found: OnFile, by_pk: dict[int, Household], year: int) -> None:
    keys = list(by_pk)
    present = {}
    for member in Member.objects.filter(household__in=keys, left_on=None).order_by("pk"):
        member.household = by_pk[member.household_id]
        found.members[member.household_id].append(member)
        present[member.pk] = member
    for row in MemberYear.objects.filter(member__household__in=keys, year=year, member__left_on=None):
        if row.member_id in present:
            row.member = present[row.member_id]
            found.member_years[row.member_id] = row
    before = MemberYear.objects.filter(member__in=present, year__in=[year - 1, year - 2])
    for pk, schooling in before.order_by("year").values_list("member", "schooling"):
        found.schooling_before[pk].append(schooling)
    found.incomes = _by_household(IncomeStatement.objects.filter(household__in=keys, year=year), by_pk)
    found.conditions = _by_household(LivingConditions.objects.filter(household__in=keys, year=year), by_pk)
    open_rows = HelperAssignment.objects.filter(household__in=keys, ends_on=None).select_related("helper__unit")
    for assignment in open_rows.order_by("pk"):
        assignment.household = by_pk[assignment.household_id]
        found.assignments[assignment.household_id].append(assignment)
    for model in (IncomeStatement, LivingConditions):
        years = (
            model.objects.filter(household__in=keys).order_by().values_list("household").annotate(latest=Max("year"))
        )
        for household, latest in years:
            found.latest_year[household] = max(latest, found.latest_year.get(household, 0))
    decisions = TierDecision.objects.filter(household__in=keys).order_by().values_list("household")
    found.tier_decided_on = dict(decisions.annotate(latest=Max("decided_on")))


def _by_household(rows: Iterable[Any], by_pk: dict[int, Household]) -> dict[int, Any]:
    found = {}
    for row in rows:
        row.household = by_pk[row.household_id]
        found[row.household_id] = row
    return found
