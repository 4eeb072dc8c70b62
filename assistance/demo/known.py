"""What the demo's visits go by: households of one county as their files tell of them, some hundred at a time."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from assistance.rules.visit_facts import GONE
from households.models import (
    HelperAssignment,
    Household,
    HouseholdStatus,
    Labour,
    LivingConditions,
    Member,
    MemberYear,
    Schooling,
    StatusEvent,
    StatusEventKind,
    WorkPlace,
)
from jiangjin.areas.models import Area

YEAR = 2015
HOUSEHOLDS_A_CHUNK = 500
WORKING_AGE = 16
AWAY_FROM_MONTH = 3


@dataclass(slots=True)
class Person:
    """A member with the facts of the year; these are empty for those who left before it was surveyed.

    works_at, works_as: the invented place and trade, once somebody has written of them.
    """

    name: str
    relation: str
    age: int
    joined_on: dt.date
    left_on: dt.date | None
    education: str = ""
    schooling: str = ""
    health: str = ""
    labour: str = ""
    work_place: str = ""
    work_months: int = 0
    works_at: str = ""
    works_as: str = ""

    def is_present(self, on: dt.date) -> bool:
        """Whether they belong to the household on the day."""
        return self.joined_on <= on and (self.left_on is None or self.left_on > on)

    @property
    def is_student(self) -> bool:
        return self.schooling >= Schooling.PRIMARY

    @property
    def works_far_away(self) -> bool:
        """Whether they work where nobody comes home from in the evening."""
        return self.work_place == WorkPlace.OUTSIDE

    def is_far_away(self, on: dt.date) -> bool:
        """Whether they are there on the day: they leave after the Spring Festival."""
        return self.works_far_away and AWAY_FROM_MONTH <= on.month < AWAY_FROM_MONTH + self.work_months

    @property
    def should_be_at_school(self) -> bool:
        return 7 <= self.age <= 15 and self.schooling == Schooling.NOT_IN_SCHOOL


@dataclass(slots=True)
class Answering:
    """Who answers for the household from one day to another."""

    helper: int
    starts_on: dt.date
    ends_on: dt.date | None


@dataclass(slots=True)
class Survey:
    """One year's survey of the house, as far as visitors talk about it."""

    house_grade: str = ""
    water_safe: bool | None = None
    road_kind: str = ""
    in_cooperative: bool | None = None


@dataclass(slots=True)
class KnownHousehold:
    """One household. `gone_on` is the first day on which nobody follows it any more; causes the most important first.

    told: what visitors have written of it so far; they do not say it again.
    """

    pk: int
    village: int
    note: str
    tier: str
    attribute: str
    causes: list[str]
    registered_on: dt.date
    gone_on: dt.date | None
    exited_on: dt.date | None = None
    relapsed_on: dt.date | None = None
    people: list[Person] = field(default_factory=list)
    answering: list[Answering] = field(default_factory=list)
    surveys: dict[int, Survey] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    @property
    def can_work(self) -> bool:
        """Whether some member can work, and be it a little."""
        return any(person.labour in (Labour.ORDINARY, Labour.SKILLED, Labour.WEAK) for person in self.people)

    def present(self, on: dt.date) -> list[Person]:
        """Members on the day, the head first."""
        return [person for person in self.people if person.is_present(on)]

    def helper_on(self, day: dt.date) -> int | None:
        """Who answers on the day; of several the first named."""
        for row in self.answering:
            if row.starts_on <= day and (row.ends_on is None or row.ends_on >= day):
                return row.helper
        return None

    def survey(self, year: int = YEAR) -> Survey:
        """The survey of a year; an empty one where nobody looked."""
        return self.surveys.get(year) or Survey()


def households(county: Area) -> Iterator[list[KnownHousehold]]:
    """The county's households in the order of their numbers, chunk by chunk."""
    keys = list(Household.objects.in_area(county).order_by("number").values_list("pk", flat=True))
    for start in range(0, len(keys), HOUSEHOLDS_A_CHUNK):
        yield _load(keys[start : start + HOUSEHOLDS_A_CHUNK])


def _load(keys: list[int]) -> list[KnownHousehold]:
    columns = ["pk", "village_id", "note", "tier", "attribute", "main_cause", "other_cause", "second_other_cause"]
    rows = Household.objects.filter(pk__in=keys).order_by("number")
    found = {}
    for pk, village, note, tier, attribute, *causes, registered_on, status, status_on in rows.values_list(
        *columns, "registered_on", "status", "status_on"
    ):
        found[pk] = KnownHousehold(
            pk=pk,
            village=village,
            note=note,
            tier=tier,
            attribute=attribute,
            causes=[cause for cause in causes if cause],
            registered_on=registered_on,
            gone_on=status_on if status in GONE else None,
            exited_on=status_on if status == HouseholdStatus.EXITED else None,
        )
    _add_people(found)
    _add_history(found)
    return list(found.values())


def _add_people(found: dict[int, KnownHousehold]) -> None:
    columns = ["education", "schooling", "health", "labour", "work_place", "work_months"]
    years = MemberYear.objects.filter(year=YEAR, member__household__in=found).order_by()
    facts = {member: row for member, *row in years.values_list("member_id", *columns)}
    members = Member.objects.filter(household__in=found).order_by("household", "relation", "pk")
    for pk, household, name, relation, born_on, joined_on, left_on in members.values_list(
        "pk", "household_id", "name", "relation", "born_on", "joined_on", "left_on"
    ):
        person = Person(name, relation, YEAR - born_on.year, joined_on, left_on)
        if pk in facts:
            *texts, months = facts[pk]
            person.education, person.schooling, person.health, person.labour, person.work_place = texts
            person.work_months = months or 0
        found[household].people.append(person)


def _add_history(found: dict[int, KnownHousehold]) -> None:
    assignments = HelperAssignment.objects.filter(household__in=found).order_by("household", "starts_on", "pk")
    for household, helper, starts_on, ends_on in assignments.values_list(
        "household_id", "helper_id", "starts_on", "ends_on"
    ):
        found[household].answering.append(Answering(helper, starts_on, ends_on))
    surveys = LivingConditions.objects.filter(household__in=found, year__in=[YEAR - 1, YEAR]).order_by()
    columns = ["house_grade", "water_safe", "road_kind", "in_cooperative"]
    for household, year, *row in surveys.values_list("household_id", "year", *columns):
        found[household].surveys[year] = Survey(*row)
    relapses = StatusEvent.objects.filter(household__in=found, kind=StatusEventKind.RELAPSED).order_by()
    for household, day in relapses.values_list("household_id", "occurred_on"):
        found[household].relapsed_on = day
