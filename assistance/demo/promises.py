"""Difficulties that households raise, what is promised to them, and what came of it by the end of the year."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from assistance.demo.known import YEAR, KnownHousehold
from assistance.demo.tables import table
from assistance.models import DifficultyKind
from households.demo.tables import Urn
from households.models import Health
from households.models.conditions import DANGEROUS_GRADES, RoadKind

DUE_AFTER_DAYS = Urn({7: 12, 10: 10, 15: 24, 20: 12, 30: 26, 45: 8, 60: 8})
LATE_DUE = (dt.date(YEAR, 12, 4), dt.date(YEAR, 12, 24))
OPEN_DUE = (dt.date(YEAR + 1, 1, 8), dt.date(YEAR + 1, 1, 29))


@dataclass(slots=True)
class Promise:
    """A FollowUp; `done_on` is empty while it is open."""

    text: str
    due_on: dt.date
    done_on: dt.date | None = None
    outcome: str = ""


@dataclass(slots=True)
class Difficulty:
    """What was raised on a visit; both empty where only something was promised."""

    kind: str = ""
    text: str = ""
    promise: Promise | None = None


class Promises:
    """Draws difficulties and promises. `today`: the demo's day; nothing is done later."""

    def __init__(self, rng: random.Random, today: dt.date) -> None:
        self.rng = rng
        self.today = today
        self.rates = table("rates")
        self.words = table("difficulties")

    def draw(self, household: KnownHousehold, day: dt.date, kept: str = "") -> Difficulty:
        """What a visit brought up, mostly nothing. `kept` "late" or "open": something that is not done by the end of the year."""
        if kept or self.rng.random() < self.rates["difficulty"]:
            kind = self._kind(household)
            row = self._new(self.words["kinds"][kind], household)
            promise = None
            if kept or self.rng.random() < self.rates["promise_with_difficulty"]:
                promise = self._promise(row, household, day, kept)
            return Difficulty(kind, row["text"], promise)
        if self.rng.random() < self.rates["promise_without"]:
            return Difficulty(promise=self._promise(self._new(self.words["promises"], household), household, day, ""))
        return Difficulty()

    def _new(self, rows: list[dict[str, Any]], household: KnownHousehold) -> dict[str, Any]:
        """A row that has not come up in the household yet, as long as there is one."""
        row = self.rng.choice([row for row in rows if row["promise"] not in household.told] or rows)
        household.told.add(row["promise"])
        return row

    def _kind(self, household: KnownHousehold) -> str:
        weights = kind_weights(household)
        return self.rng.choices(list(weights), weights=list(weights.values()))[0]

    def _promise(self, row: dict[str, Any], household: KnownHousehold, day: dt.date, kept: str) -> Promise:
        slots = {"n": self.rng.randint(2, 5), "m": self.rng.randint(2, 8) * 5}
        text, outcome = row["promise"].format_map(slots), self.rng.choice(row["outcomes"]).format_map(slots)
        if kept:
            first, last = LATE_DUE if kept == "late" else OPEN_DUE
            due_on = max(day, first) + dt.timedelta(days=self.rng.randint(0, (last - max(day, first)).days))
            return Promise(text, due_on)
        due_on = day + dt.timedelta(days=DUE_AFTER_DAYS.draw(self.rng))
        done_on = self._done_on(household, day, due_on)
        return Promise(text, due_on, done_on, outcome if done_on is not None else "")

    def _done_on(self, household: KnownHousehold, day: dt.date, due_on: dt.date) -> dt.date | None:
        """When it was kept; None if it is open. Nothing stays open for a household that nobody follows any more."""
        if household.gone_on is not None:
            return min(due_on, max(day, household.gone_on - dt.timedelta(days=1)))
        if due_on >= self.today:
            early = self.rng.random() < self.rates["kept_early"]
            return day + dt.timedelta(days=self.rng.randint(0, (self.today - day).days)) if early else None
        if self.rng.random() >= self.rates["kept"]:
            return None
        late = self.rng.random() < self.rates["kept_late"]
        first, last = (
            (due_on, due_on + dt.timedelta(days=25)) if late else (min(day + dt.timedelta(days=2), due_on), due_on)
        )
        done_on = first + dt.timedelta(days=self.rng.randint(0, (last - first).days))
        return done_on if done_on <= self.today else None


def kind_weights(household: KnownHousehold) -> dict[str, float]:
    """The kinds that the household's causes, house, members or road bear out."""
    words = table("difficulties")
    weights: dict[str, float] = dict(words["anybody"])
    for place, cause in enumerate(household.causes):
        for kind, weight in words["by_cause"][cause].items():
            weights[kind] = weights.get(kind, 0) + weight / (1 + place)
    now = household.survey()
    if now.house_grade in DANGEROUS_GRADES:
        weights[DifficultyKind.HOUSING] = weights.get(DifficultyKind.HOUSING, 0) + 6
    if now.water_safe is False:
        weights[DifficultyKind.WATER] = weights.get(DifficultyKind.WATER, 0) + 6
    if now.road_kind == RoadKind.DIRT:
        weights[DifficultyKind.ROADS] = weights.get(DifficultyKind.ROADS, 0) + 2
    if any(person.is_student for person in household.people):
        weights[DifficultyKind.SCHOOLING] = weights.get(DifficultyKind.SCHOOLING, 0) + 0.5
    else:
        weights.pop(DifficultyKind.SCHOOLING, None)
    if not household.can_work:
        weights.pop(DifficultyKind.INCOME, None)
    if any(person.health == Health.SERIOUS for person in household.people):
        weights[DifficultyKind.MEDICAL] = weights.get(DifficultyKind.MEDICAL, 0) + 2
    return weights
