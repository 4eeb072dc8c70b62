"""Planned households and helpers into the tables: bulk inserts, some hundred households at a time."""

from dataclasses import fields
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model

from households.demo.incomes import Income
from households.demo.pairing import PlannedHelper, invented_phone
from households.demo.people import YEAR, Person, PersonYear
from households.demo.planned import PlannedHousehold
from households.demo.surveys import Survey
from households.demo.tables import table
from households.models import (
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    StatusEvent,
    TierDecision,
)
from jiangjin.accounts.models import User
from jiangjin.common.demo import DemoContext
from jiangjin.common.money import FEN_PER_YUAN
from jiangjin.common.personal import BANK_ACCOUNT, IDENTITY, PHONE, Kind, seal
from jiangjin.common.romanise import readings

CHUNK = 500
# Account numbers of no bank: a prefix that none has, the county, a running number.
ACCOUNT = "990000{county:03d}{number:010d}"
PERSON_YEAR = [each.name for each in fields(PersonYear)]
INCOME_ITEMS = [each.name for each in fields(Income)]
LAND = ["farmland", "irrigated", "forest", "returned_forest"]
SURVEY = [each.name for each in fields(Survey) if each.name not in LAND]

M = TypeVar("M", bound=Model)


class Writer:
    """Writes one county's plan and counts what it wrote."""

    def __init__(self, context: DemoContext, officer: User | None) -> None:
        self.rng = context.rng("numbers")
        self.county_number = context.number
        self.officer = officer
        self.counts: dict[str, int] = {}

    def helpers(self, planned: list[PlannedHelper]) -> list[Helper]:
        """The stored helpers, in the order of the plan."""
        helpers = []
        for helper in planned:
            pinyin, initials = readings(helper.name)
            helpers.append(
                Helper(
                    name=helper.name,
                    name_pinyin=pinyin,
                    name_initials=initials,
                    unit=helper.unit,
                    town=helper.town,
                    title=helper.title,
                    user=helper.user,
                    **_sealed(PHONE, "phone", helper.phone),
                )
            )
        return self._insert("helpers", helpers)

    def households(self, planned: list[PlannedHousehold], helpers: list[Helper]) -> None:
        """Households and all that hangs on them, chunk by chunk."""
        for start in range(0, len(planned), CHUNK):
            chunk = planned[start : start + CHUNK]
            stored = self._insert(
                "households", [self._household(each, start + place) for place, each in enumerate(chunk, start=1)]
            )
            pairs = list(zip(chunk, stored, strict=True))
            self._members(pairs)
            self._years(pairs)
            self._history(pairs, helpers)

    def _household(self, planned: PlannedHousehold, number: int) -> Household:
        phone = invented_phone(self.rng) if self.rng.randrange(100) < 88 else ""
        account = ACCOUNT.format(county=self.county_number, number=number)
        head = planned.people[0]
        return Household(
            number=planned.number,
            village=planned.village,
            group=planned.group,
            attribute=planned.attribute,
            main_cause=planned.main_cause,
            other_cause=planned.other_cause,
            second_other_cause=planned.second_other_cause,
            tier=planned.tiers[-1].tier,
            status=planned.status,
            status_on=planned.status_on,
            registered_on=planned.registered_on,
            bank_name=table("phrases")["bank" if self.county_number == 0 else "bank_elsewhere"],
            military_family=self.rng.randrange(100) < 2,
            only_child_family=self._has_children(planned, 1, head),
            two_daughters_family=self._has_children(planned, 2, head),
            note=planned.note,
            is_demo=True,
            **_sealed(PHONE, "phone", phone),
            **_sealed(BANK_ACCOUNT, "bank_account", account),
        )

    def _has_children(self, planned: PlannedHousehold, count: int, head: Person) -> bool:
        """Whether the head's children (two: daughters) are that many and the household took part in the scheme."""
        children = [person for person in planned.people if person.role == "child"]
        daughters = all(person.sex != head.sex for person in children) or count == 1
        return len(children) == count and daughters and self.rng.randrange(100) < 30

    def _members(self, pairs: list[tuple[PlannedHousehold, Household]]) -> None:
        people = [(person, household) for planned, household in pairs for person in planned.people]
        members = self._insert("members", [_member(person, household) for person, household in people])
        self._insert(
            "member_years",
            [
                MemberYear(member=member, year=year, **{name: getattr(facts, name) for name in PERSON_YEAR})
                for (person, _household), member in zip(people, members, strict=True)
                for year, facts in sorted(person.years.items())
            ],
        )

    def _years(self, pairs: list[tuple[PlannedHousehold, Household]]) -> None:
        source = table("phrases")
        self._insert(
            "incomes",
            [
                IncomeStatement(
                    household=household,
                    year=year,
                    reported_on=planned.reported_on[year],
                    source=source["income_source"],
                    **_in_fen(income),
                )
                for planned, household in pairs
                for year, income in sorted(planned.incomes.items())
            ],
        )
        self._insert(
            "conditions",
            [
                LivingConditions(
                    household=household,
                    year=year,
                    source=source["survey_source"],
                    **{name: getattr(survey, name) for name in SURVEY},
                    **{f"{name}_mu": Decimal(getattr(survey, name)) / 10 for name in LAND},
                )
                for planned, household in pairs
                for year, survey in sorted(planned.surveys.items())
            ],
        )

    def _history(self, pairs: list[tuple[PlannedHousehold, Household]], helpers: list[Helper]) -> None:
        self._insert(
            "tier_decisions",
            [
                TierDecision(
                    household=household,
                    tier=each.tier,
                    decided_on=each.on,
                    decided_by=self.officer,
                    reason=each.reason,
                )
                for planned, household in pairs
                for each in planned.tiers
            ],
        )
        self._insert(
            "status_events",
            [
                StatusEvent(
                    household=household,
                    kind=each.kind,
                    occurred_on=each.on,
                    persons=each.persons,
                    cause=each.cause,
                    reason=each.reason,
                    evidence=each.evidence,
                    recorded_by=self.officer,
                )
                for planned, household in pairs
                for each in planned.events
            ],
        )
        self._insert(
            "assignments",
            [
                HelperAssignment(
                    household=household,
                    helper=helpers[each.helper],
                    starts_on=each.starts_on,
                    ends_on=each.ends_on,
                    end_reason=each.end_reason,
                )
                for planned, household in pairs
                for each in planned.assignments
            ],
        )

    def _insert(self, name: str, rows: list[M]) -> list[M]:
        self.counts[name] = self.counts.get(name, 0) + len(rows)
        return type(rows[0])._default_manager.bulk_create(rows) if rows else rows


def count_exited(planned: list[PlannedHousehold]) -> dict[str, int]:
    """Households and persons that the plan lets exit in the year."""
    exits = [
        event for household in planned for event in household.events if event.kind == "exited" and event.on.year == YEAR
    ]
    return {"exited_households": len(exits), "exited_persons": sum(event.persons for event in exits)}


def _member(person: Person, household: Household) -> Member:
    pinyin, initials = readings(person.name)
    identity = seal(IDENTITY, person.identity)
    return Member(
        household=household,
        name=person.name,
        name_pinyin=pinyin,
        name_initials=initials,
        relation=person.relation,
        sex=person.sex,
        born_on=person.born_on,
        ethnicity=person.ethnicity,
        identity=identity.cipher,
        identity_digest=identity.digest,
        identity_masked=identity.masked,
        joined_on=person.joined_on,
        joined_by=person.joined_by,
        left_on=person.left_on,
        left_by=person.left_by,
    )


def _in_fen(income: Income) -> dict[str, int | None]:
    columns = {}
    for item in INCOME_ITEMS:
        yuan = getattr(income, item)
        name = "disposable_income_fen" if item == "disposable" else f"{item}_fen"
        columns[name] = None if yuan is None else yuan * FEN_PER_YUAN
    return columns


def _sealed(kind: Kind, name: str, value: str) -> dict[str, Any]:
    sealed = seal(kind, value)
    return {name: sealed.cipher, f"{name}_digest": sealed.digest, f"{name}_masked": sealed.masked}
