"""Everything a visit says: who was met, what was seen, how it changed, what was explained and given."""

import datetime as dt
import random
from dataclasses import dataclass, fields
from typing import Any

from assistance.demo.habits import Habits
from assistance.demo.known import YEAR, KnownHousehold, Person
from assistance.demo.promises import Difficulty
from assistance.demo.rounds import Occasion, PlannedVisit
from assistance.demo.tables import table
from assistance.demo.telling import Teller, speaker
from assistance.models import Confirmation, DifficultyKind, Trend, VisitMethod
from households.models import Education, Health
from households.models.conditions import DANGEROUS_GRADES
from jiangjin.common.money import FEN_PER_YUAN

GROWN_UP = 18


def _hundred(*shares: tuple[str, int]) -> list[str]:
    """Values as often as their share in a hundred: drawing from a list is the fastest draw."""
    return [value for value, share in shares for _each in range(share)]


TRENDS = {
    "usual": _hundred((Trend.SAME, 68), (Trend.BETTER, 28), (Trend.WORSE, 4)),
    "good": _hundred((Trend.SAME, 40), (Trend.BETTER, 58), (Trend.WORSE, 2)),
    "bad": _hundred((Trend.SAME, 48), (Trend.BETTER, 4), (Trend.WORSE, 48)),
    "still": _hundred((Trend.SAME, 90), (Trend.BETTER, 8), (Trend.WORSE, 2)),
    "ill": _hundred((Trend.SAME, 70), (Trend.BETTER, 16), (Trend.WORSE, 14)),
}
CONFIRMED = {
    "able": _hundred(
        (Confirmation.SIGNED, 80), (Confirmation.FINGERPRINT, 10), (Confirmation.SPOKEN, 8), (Confirmation.NONE, 2)
    ),
    "illiterate": _hundred(
        (Confirmation.SIGNED, 8), (Confirmation.FINGERPRINT, 80), (Confirmation.SPOKEN, 10), (Confirmation.NONE, 2)
    ),
    "called": _hundred((Confirmation.SPOKEN, 85), (Confirmation.NONE, 15)),
}
# The share of visits on which a trend is written down.
WRITTEN_DOWN = {"income": 0.94, "health": 0.9, "housing": 0.46, "schooling": 0.8}


@dataclass(slots=True)
class Content:
    """The content fields of a Visit."""

    people_met: str = ""
    income_trend: str = ""
    health_trend: str = ""
    housing_trend: str = ""
    schooling_trend: str = ""
    condition: str = ""
    policy_explained: str = ""
    money_fen: int = 0
    goods: str = ""
    goods_value_fen: int = 0
    difficulty_kind: str = ""
    difficulty: str = ""
    confirmation: str = Confirmation.NONE

    def as_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = [each.name for each in fields(Content)]


@dataclass(frozen=True)
class _Season:
    """Days of the year on which something is given more often."""

    first: dt.date
    last: dt.date
    gift: dict[str, Any]


class Contents:
    """Fills in planned visits of a county."""

    def __init__(self, rng: random.Random, teller: Teller, habits: Habits) -> None:
        self.rng = rng
        self.teller = teller
        self.habits = habits
        self.rates, self.words, self.gifts = table("rates"), table("phrases"), table("difficulties")
        self._seasons = [_Season(_day(row["from"]), _day(row["to"]), row) for row in self.gifts["gifts"]]
        self._told: dict[int, str] = {}

    def fill(self, household: KnownHousehold, visit: PlannedVisit, difficulty: Difficulty, *, is_away: bool) -> Content:
        """The content of one visit; visits of a household come in the order of their days."""
        people = household.present(visit.visited_on)
        called = visit.method == VisitMethod.PHONE
        content = Content(difficulty_kind=difficulty.kind, difficulty=difficulty.text)
        met = [speaker(people)] if called else self._met(visit.visited_on, people)
        content.people_met = "、".join(person.name for person in met)
        content.condition = self._condition(household, visit, people, is_away=is_away)
        self._set_trends(content, household, visit, people)
        if not called:
            content.policy_explained = self._policy(household, visit, people)
            self._give(content, visit, people)
        content.confirmation = self._confirmation(met[0], called=called)
        return content

    def _met(self, day: dt.date, people: list[Person]) -> list[Person]:
        """One to three of those who were at home: the head as a rule, seldom somebody who works far away."""
        at_home = [
            person
            for person in people
            if person.age >= GROWN_UP
            and not person.is_far_away(day)
            and not (person.is_student and day.month not in (2, 7, 8))
        ]
        if not at_home:
            return people[:1]
        wanted = min(len(at_home), self.rng.choices((1, 2, 3), weights=(62, 32, 6))[0])
        if self.rng.random() < 0.72:
            return at_home[:wanted]
        return [at_home[place] for place in sorted(self.rng.sample(range(len(at_home)), wanted))]

    def _condition(self, household: KnownHousehold, visit: PlannedVisit, people: list[Person], *, is_away: bool) -> str:
        """What was seen. Careless helpers write the same again."""
        kind = self.habits.of(visit.helper).kind
        before = self._told.get(household.pk)
        if before and visit.occasion == Occasion.MONTHLY and self.rng.random() < self.rates["copied"].get(kind, 0):
            return before
        told = self.teller.condition(household, visit, people, is_away=is_away)
        if visit.occasion == Occasion.MONTHLY:
            self._told[household.pk] = told
        return told

    def _set_trends(
        self, content: Content, household: KnownHousehold, visit: PlannedVisit, people: list[Person]
    ) -> None:
        kind, before, now = content.difficulty_kind, household.survey(YEAR - 1), household.survey()
        exits = household.exited_on is not None and (household.exited_on - visit.visited_on).days < 90
        ill = any(person.health in (Health.SERIOUS, Health.CHRONIC) for person in people)
        mended = before.house_grade in DANGEROUS_GRADES and now.house_grade not in DANGEROUS_GRADES
        content.income_trend = self._trend(
            "income", "bad" if kind == DifficultyKind.INCOME else "good" if exits else "usual"
        )
        content.health_trend = self._trend(
            "health", "bad" if kind == DifficultyKind.MEDICAL else "ill" if ill else "still"
        )
        if visit.method == VisitMethod.HOME:
            bad = kind in (DifficultyKind.HOUSING, DifficultyKind.WATER)
            content.housing_trend = self._trend("housing", "bad" if bad else "good" if mended else "still")
        if any(person.is_student for person in people):
            content.schooling_trend = self._trend("schooling", "bad" if kind == DifficultyKind.SCHOOLING else "usual")

    def _trend(self, what: str, how: str) -> str:
        return self.rng.choice(TRENDS[how]) if self.rng.random() < WRITTEN_DOWN[what] else ""

    def _policy(self, household: KnownHousehold, visit: PlannedVisit, people: list[Person]) -> str:
        """The subjects explained: those that concern the household."""
        names = self.words["policies"]
        if visit.occasion in (Occasion.FIRST, Occasion.NEW_HELPER):
            text: str = self.words["all_policies"]
            return text
        if self.rng.random() >= self.rates["policy"]:
            return ""
        exited_on = household.exited_on
        if exited_on is not None and abs((exited_on - visit.visited_on).days) < 45 and self.rng.random() < 0.4:
            exit_policy: str = self.words["exit_policy"]
            return exit_policy
        concerned = ["industry", "jobs", "assistance"]
        if any(person.is_student for person in people):
            concerned.append("education")
        if any(person.health != Health.HEALTHY for person in people):
            concerned += ["medical", "medical"]
        if {household.survey(YEAR - 1).house_grade, household.survey().house_grade} & set(DANGEROUS_GRADES):
            concerned += ["housing", "housing", "moving"]
        if any(person.labour in ("03", "04") for person in people if person.age >= GROWN_UP):
            concerned.append("allowance")
        chosen = dict.fromkeys(self.rng.choices(concerned, k=self.rng.choice((1, 1, 2, 2, 3))))
        return "、".join(names[name] for name in chosen)

    def _give(self, content: Content, visit: PlannedVisit, people: list[Person]) -> None:
        """Money or goods, mostly before festivals and at the beginning of a term."""
        gift = self.gifts["gift_otherwise"]
        for season in self._seasons:
            if season.first <= visit.visited_on <= season.last:
                gift = season.gift
        if gift.get("for") == "students" and not any(person.is_student for person in people):
            return
        if self.rng.random() >= gift["chance"]:
            return
        if self.rng.random() < gift["money_chance"]:
            content.money_fen = self.rng.choice(gift["money"]) * FEN_PER_YUAN
        if not content.money_fen or self.rng.random() < 0.3:
            content.goods, value = self.rng.choice(gift["goods"])
            content.goods_value_fen = (value + self.rng.randint(-2, 4) * 5) * FEN_PER_YUAN

    def _confirmation(self, person: Person, *, called: bool) -> str:
        writes = person.education not in (Education.ILLITERATE, Education.PRESCHOOL)
        return self.rng.choice(CONFIRMED["called" if called else "able" if writes else "illiterate"])


def _day(text: str) -> dt.date:
    """'02-18' → that day of the year."""
    return dt.date.fromisoformat(f"{YEAR}-{text}")
