"""The exited households of a county, as the demo of their channels looks at them."""

import datetime as dt
from dataclasses import dataclass, field

from assistance.demo.known import YEAR
from households.models import (
    Health,
    Labour,
    LivingConditions,
    Member,
    MemberYear,
    PovertyAttribute,
    PovertyCause,
    Schooling,
    StatusEvent,
)
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import under


@dataclass(slots=True)
class ExitedPerson:
    """A member on the day of the exit, with the facts of the year."""

    pk: int
    schooling: str = ""
    health: str = ""
    labour: str = ""
    work_place: str = ""
    work_months: int = 0

    @property
    def is_student(self) -> bool:
        return self.schooling >= Schooling.PRIMARY

    @property
    def is_ill(self) -> bool:
        return self.health in (Health.CHRONIC, Health.SERIOUS)

    @property
    def is_able(self) -> bool:
        return self.labour in (Labour.ORDINARY, Labour.SKILLED) and not self.is_student


@dataclass(slots=True, eq=False)
class ExitedHousehold:
    """A household and its exit. `town`: the end of the town's code, which is the same in every county of the demo."""

    pk: int
    exit: int
    exited_on: dt.date
    town: str
    is_safety_net: bool
    causes: tuple[str, ...]
    in_cooperative: bool = False
    people: list[ExitedPerson] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def workers(self) -> list[ExitedPerson]:
        """Who earns away from the farm, those who do so for the longest time first."""
        away = [person for person in self.people if person.work_place]
        return sorted(away, key=lambda person: (-person.work_months, person.pk))

    @property
    def earning(self) -> list[ExitedPerson]:
        """Everybody in the order in which they live on wages: workers, others who could work, those who are kept by them."""
        workers = self.workers
        others = [person for person in self.people if not person.work_place]
        return [*workers, *sorted(others, key=lambda person: not person.is_able)]

    @property
    def ill(self) -> list[ExitedPerson]:
        """Who is ill, seriously first."""
        return sorted(
            (each for each in self.people if each.is_ill), key=lambda each: (each.health, each.pk), reverse=True
        )

    @property
    def has_students(self) -> bool:
        return any(person.is_student for person in self.people)

    def is_poor_by(self, cause: PovertyCause) -> bool:
        """Whether it is one of the causes on file."""
        return cause in self.causes


def exited_households(places: DemoPlaces) -> list[ExitedHousehold]:
    """Those whose exit of the year stands, in the order of their numbers."""
    towns = {village.pk: places.town_of(village).code[len(places.county.code) :] for village in places.villages}
    exits = StatusEvent.objects.exits_in(YEAR).filter(under(places.county.path, "household__village__path"))
    causes = [f"household__{name}" for name in ("main_cause", "other_cause", "second_other_cause")]
    found = {}
    for pk, household, day, village, attribute, *reasons in exits.order_by("household__number").values_list(
        "pk", "household_id", "occurred_on", "household__village_id", "household__attribute", *causes
    ):
        supported = attribute in (PovertyAttribute.ALLOWANCE, PovertyAttribute.FIVE_GUARANTEES)
        found[household] = ExitedHousehold(household, pk, day, towns[village], supported, tuple(filter(None, reasons)))
    _add_people(places, found)
    surveyed = LivingConditions.objects.filter(year=YEAR, in_cooperative=True).order_by()
    for household in surveyed.values_list("household_id", flat=True):
        if household in found:
            found[household].in_cooperative = True
    return list(found.values())


def _add_people(places: DemoPlaces, found: dict[int, ExitedHousehold]) -> None:
    here = under(places.county.path, "household__village__path")
    columns = ["schooling", "health", "labour", "work_place", "work_months"]
    years = MemberYear.objects.filter(
        under(places.county.path, "member__household__village__path"), year=YEAR
    ).order_by()
    facts = {row[0]: row[1:] for row in years.values_list("member_id", *columns)}
    members = Member.objects.filter(here).order_by("household", "relation", "born_on", "pk")
    for pk, household, joined_on, left_on in members.values_list("pk", "household_id", "joined_on", "left_on"):
        exited = found.get(household)
        if exited is None or joined_on > exited.exited_on or (left_on is not None and left_on <= exited.exited_on):
            continue
        schooling, health, labour, work_place, months = facts.get(pk, ("", "", "", "", 0))
        exited.people.append(ExitedPerson(pk, schooling, health, labour, work_place, months or 0))
