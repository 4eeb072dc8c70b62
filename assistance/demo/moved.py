"""Which households of the demo moved, repaired their house, or sent somebody to a course."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from assistance.demo.known import YEAR
from assistance.models import Batch, ExitChannel
from households.models import Household, HouseholdStatus, Labour, LivingConditions, Member, MemberYear, StatusEvent
from households.models.conditions import DANGEROUS_GRADES, SAFE_GRADES
from jiangjin.areas.models import Area, under


@dataclass(slots=True, eq=False)
class Home:
    """A household as these works look at it. `until`: the last day on which something may be finished: before its exit, or the
    demo's day. grades: of the house, in the year before and in the year."""

    pk: int
    village: int
    town: int
    status: str
    registered_on: dt.date
    until: dt.date
    grades: tuple[str, str] = ("", "")
    channels: set[str] = field(default_factory=set)
    people: list[tuple[int, dt.date, dt.date | None]] = field(default_factory=list)
    able: list[int] = field(default_factory=list)

    def present(self, on: dt.date) -> list[int]:
        """Numbers of the members on a day."""
        return [key for key, joined_on, left_on in self.people if joined_on <= on and (left_on is None or left_on > on)]

    @property
    def is_steady(self) -> bool:
        """Whether the same persons belong to it from the year's first day to the last on which something is finished."""
        first = dt.date(YEAR, 1, 1)
        return self.present(first) == self.present(self.until) and all(
            joined_on <= first or joined_on > self.until for _key, joined_on, _left in self.people
        )

    @property
    def is_exited(self) -> bool:
        return self.status == HouseholdStatus.EXITED

    @property
    def was_dangerous(self) -> bool:
        return self.grades[0] in DANGEROUS_GRADES

    @property
    def is_mended(self) -> bool:
        """Dangerous in the year before, safe in the year."""
        return self.was_dangerous and self.grades[1] in SAFE_GRADES


def homes(county: Area, *, today: dt.date) -> list[Home]:
    """The households of a county that are followed, in the order of their numbers."""
    here = under(county.path, "household__village__path")
    exits = dict(StatusEvent.objects.exits_in(YEAR).filter(here).order_by().values_list("household_id", "occurred_on"))
    found: dict[int, Home] = {}
    rows = Household.objects.in_area(county).order_by("number")
    for pk, village, town, status, registered_on in rows.values_list(
        "pk", "village_id", "village__parent_id", "status", "registered_on"
    ):
        if status == HouseholdStatus.EXITED and pk not in exits:
            continue  # exited before this year: nothing of this year's is theirs
        until = exits.get(pk, today) - dt.timedelta(days=1)
        found[pk] = Home(pk, village, town or 0, status, registered_on, until)
    grades: dict[int, dict[int, str]] = {}
    surveys = LivingConditions.objects.filter(here, year__in=[YEAR - 1, YEAR]).order_by()
    for household, year, grade in surveys.values_list("household_id", "year", "house_grade"):
        grades.setdefault(household, {})[year] = grade
    for key, home in found.items():
        told = grades.get(key, {})
        home.grades = (told.get(YEAR - 1, ""), told.get(YEAR, ""))
    for household, batch in ExitChannel.objects.filter(here).order_by().values_list("household_id", "batch").distinct():
        found[household].channels.add(batch)
    members = Member.objects.filter(here).order_by("household", "relation", "born_on", "pk")
    for pk, household, joined_on, left_on in members.values_list("pk", "household_id", "joined_on", "left_on"):
        if household in found:
            found[household].people.append((pk, joined_on, left_on))
    able = MemberYear.objects.filter(
        under(county.path, "member__household__village__path"),
        year=YEAR,
        labour__in=[Labour.ORDINARY, Labour.SKILLED],
    ).order_by("member")
    for member, household in able.values_list("member_id", "member__household_id"):
        if household in found:
            found[household].able.append(member)
    return list(found.values())


def choose_moved(rng: random.Random, homes_: list[Home], *, persons: int) -> list[Home]:
    """Households of the relocation channel whose members at their exit add up to `persons` exactly: those in dangerous houses
    first. As many as there are where they do not suffice."""
    candidates = [home for home in homes_ if Batch.RELOCATION in home.channels and home.is_steady]
    rng.shuffle(candidates)
    candidates.sort(key=lambda home: not home.was_dangerous)
    chosen: list[Home] = []
    left = persons
    for home in candidates:
        size = len(home.present(home.until))
        if 0 < size <= left and (left - size == 0 or left - size >= 2):
            chosen.append(home)
            left -= size
        if not left:
            break
    return chosen


def choose_repaired(rng: random.Random, homes_: list[Home], moved: list[Home], *, count: int) -> list[Home]:
    """Households whose house was dangerous and is safe, and that did not move."""
    gone = {home.pk for home in moved}
    mended = [home for home in homes_ if home.is_mended and home.is_exited and home.pk not in gone]
    if len(mended) < count:
        mended += [home for home in homes_ if home.is_mended and not home.is_exited][: count - len(mended)]
    return sorted(rng.sample(mended, min(count, len(mended))), key=lambda home: home.pk)


def choose_learners(rng: random.Random, homes_: list[Home], *, town: int, count: int) -> list[tuple[Home, int]]:
    """Able persons of a town, of its employment and industry channels first."""
    offered = [(home, person) for home in homes_ if home.town == town for person in home.able]
    rng.shuffle(offered)
    offered.sort(key=lambda each: not each[0].channels & {Batch.EMPLOYMENT, Batch.INDUSTRY})
    return offered[:count]


def season(words: dict[str, Any], name: str) -> tuple[dt.date, dt.date]:
    """The days between which such works are proposed."""
    first, last = (dt.date.fromisoformat(f"{YEAR}-{day}") for day in words["seasons"][name])
    return first, last
