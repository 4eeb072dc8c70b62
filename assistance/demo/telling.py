"""What visitors write of a household: sentences that its family, house, work and the time of the year bear out."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from assistance.demo.known import YEAR, KnownHousehold, Person
from assistance.demo.rounds import Occasion, PlannedVisit
from assistance.demo.tables import table
from assistance.models import VisitMethod
from households.models import Health, PovertyAttribute, Schooling, WorkPlace
from households.models.conditions import DANGEROUS_GRADES

TERM_BEGINS = dt.date(YEAR, 9, 1)
HOLIDAY_MONTHS = (7, 8)
# When those who work far away come home for the Spring Festival, and go again.
BEFORE_FESTIVAL, HOME_UNTIL = dt.date(YEAR, 2, 5), dt.date(YEAR, 2, 25)
OLD_AGE = 70
BEFORE_EXIT = dt.timedelta(days=75)


class Topic(NamedTuple):
    """Something to write about: how likely (relative to others), the sentences to choose from, and whom they name."""

    weight: float
    sentences: list[str]
    person: Person | None = None


class Teller:
    """Writes what was seen. `is_elsewhere`: in an invented county, whose towns have no names that anybody knows."""

    def __init__(self, rng: random.Random, *, is_elsewhere: bool) -> None:
        self.rng = rng
        self.words = table("phrases")
        self.places = self.words["places"] | (self.words["places_elsewhere"] if is_elsewhere else {})

    def condition(self, household: KnownHousehold, visit: PlannedVisit, people: list[Person], *, is_away: bool) -> str:
        """The visit's text; `people` are the members on the day."""
        if visit.occasion == Occasion.CALL:
            spoken_to = speaker(people)
            sentences = self.words["call_away" if is_away else "call"]
            return self._said(self.rng.choice(sentences), people[0], spoken_to, visit.visited_on) + "。"
        lead, told = self._lead(visit), []
        if lead:
            told.append(self._said(self.rng.choice(lead), people[0], people[0], visit.visited_on))
        wanted = self.rng.choices((1, 2, 3), weights=(22, 56, 22))[0]
        for sentence, person in self._news(household, visit.visited_on, people, max(1, wanted - len(told))):
            told.append(self._said(sentence, people[0], person or people[0], visit.visited_on))
        return "；".join(told) + "。"

    def workplace(self, person: Person) -> str:
        """Where somebody works, the same every time; far away if nobody said."""
        if not person.works_at:
            code = person.work_place or WorkPlace.OUTSIDE
            person.works_at = self.rng.choice(self.places[code])
            person.works_as = self.rng.choice(self.words["trades"][code])
        return person.works_at

    def _lead(self, visit: PlannedVisit) -> list[str]:
        """Sentences to begin with; none for an ordinary home visit."""
        sentences: list[str] = []
        if visit.occasion in (Occasion.FIRST, Occasion.NEW_HELPER):
            sentences = self.words[visit.occasion]
        elif visit.method != VisitMethod.HOME:
            sentences = self.words[visit.method]
        elif visit.occasion == Occasion.AGAIN and self.rng.random() < 0.6:
            sentences = self.words["again"]
        return sentences

    def _news(
        self, household: KnownHousehold, day: dt.date, people: list[Person], wanted: int
    ) -> list[tuple[str, Person | None]]:
        """Sentences that have not been written of the household yet, each with whom it is about; if there are none, one of
        how things are."""
        topics = list(self._topics(household, day, people))
        drawn = self.rng.choices(range(len(topics)), weights=[topic.weight for topic in topics], k=4 * wanted)
        news: dict[int, tuple[str, Person | None]] = {}
        for place in dict.fromkeys(drawn):
            new = [sentence for sentence in topics[place].sentences if sentence not in household.told]
            if new and len(news) < wanted:
                news[place] = self.rng.choice(new), topics[place].person
                household.told.add(news[place][0])
        return [news[place] for place in sorted(news)] or [(self.rng.choice(self.words["calm"]), None)]

    def _topics(self, household: KnownHousehold, day: dt.date, people: list[Person]) -> Iterator[Topic]:
        words = self.words
        festival = words["festival"].get(str(day.month))
        if festival and day.day <= festival["until"]:
            yield Topic(1.6, festival["sentences"])
        yield from self._stage(household, day)
        for person in people:
            yield from self._of(person, day)
        yield from self._house(household, day)
        if household.can_work:
            yield Topic(2.6, words["season"][str(day.month)])
            yield Topic(1.3, words["farm"])
        for place, cause in enumerate(household.causes):
            yield Topic(1.5 if place == 0 else 0.6, words["causes"].get(cause, []))
        yield Topic(1.2, words["calm"])

    def _stage(self, household: KnownHousehold, day: dt.date) -> Iterator[Topic]:
        """Where the household stands with its exit and its allowance."""
        words = self.words
        exited_on = household.exited_on
        if exited_on is not None and exited_on <= day:
            yield Topic(3.0, words["after_exit"])
        elif exited_on is not None and exited_on - BEFORE_EXIT <= day:
            yield Topic(4.0, words["before_exit"])
        if household.relapsed_on is not None and household.relapsed_on <= day:
            yield Topic(4.0, words["relapsed"])
        if household.attribute == PovertyAttribute.ALLOWANCE:
            yield Topic(0.8, words["allowance"])
        elif household.attribute == PovertyAttribute.FIVE_GUARANTEES:
            yield Topic(2.0, words["five_guarantees"])

    def _of(self, person: Person, day: dt.date) -> Iterator[Topic]:
        """One member: work, school, health, age."""
        words = self.words
        if person.works_far_away and BEFORE_FESTIVAL <= day < HOME_UNTIL:
            yield Topic(1.2, words["work_back"], person)
        elif person.work_place and (person.is_far_away(day) or not person.works_far_away):
            yield Topic(0.9, words["work"], person)
        if person.is_student:
            yield Topic(0.9, words["school"][_school(person, day)], person)
        elif person.should_be_at_school:
            yield Topic(6.0, words["school"]["out"], person)
        if person.health != Health.HEALTHY:
            weight = 2.0 if person.health == Health.SERIOUS else 1.1
            yield Topic(weight, words["health"].get(person.health, []), person)
        elif person.age >= OLD_AGE:
            yield Topic(0.8, words["elder"], person)

    def _house(self, household: KnownHousehold, day: dt.date) -> Iterator[Topic]:
        """House, water and road, and what became of them in the year."""
        words, before, now = self.words, household.survey(YEAR - 1), household.survey()
        if now.house_grade in DANGEROUS_GRADES:
            yield Topic(3.0, words["dangerous_house"][now.house_grade])
        elif before.house_grade in DANGEROUS_GRADES and now.house_grade:
            mending = words["house_mending"]
            yield Topic(
                2.5, [mending[(day.month - 1) // 2]] if day.month <= 2 * len(mending) else words["house_mended"]
            )
        if now.water_safe is False:
            yield Topic(2.5, words["unsafe_water"])
        elif before.water_safe is False and now.water_safe:
            yield Topic(1.5, words["unsafe_water" if day.month <= 5 else "water_mended"])
        yield Topic(0.35, words["road"].get(now.road_kind or before.road_kind, []))

    def _said(self, sentence: str, head: Person, person: Person, on: dt.date) -> str:
        """A sentence with its blanks filled in."""
        if "{" not in sentence:
            return sentence
        rng, words = self.rng, self.words
        progress = words["house_progress"]
        slots: dict[str, Any] = {
            "head": head.name,
            "name": person.name,
            "n": rng.randint(2, 6),
            "m": rng.randint(2, 12) * 5,
            "wage": rng.randint(9, 28) * 100,
            "grade": words["grades"].get(school_year(person, on), ""),
            "subject": rng.choice(words["subjects"]),
            "progress": progress[(on.month - 1) * len(progress) // 12],
            "place": self.workplace(person),
            "trade": person.works_as,
        }
        return sentence.format_map(slots)


def school_year(person: Person, on: dt.date) -> str:
    """A student's year at school on the day (a code of Schooling); the yearly facts tell of the term that begins in September."""
    if on >= TERM_BEGINS:
        return person.schooling
    before: str = table("phrases")["grades_before_september"].get(person.schooling, "")
    return before


def speaker(people: list[Person]) -> Person:
    """Who answers the phone: somebody who works away, else the head."""
    return next((person for person in people if person.works_far_away), people[0])


def _school(person: Person, day: dt.date) -> str:
    """Which sentences of school fit a student."""
    if day.month in HOLIDAY_MONTHS:
        return "holiday"
    year = school_year(person, day)
    if year <= Schooling.GRADE_9:
        return "compulsory"
    return "senior" if year <= Schooling.VOCATIONAL_3 else "college"
