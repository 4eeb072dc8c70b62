"""Who raises what in the year: on the visits that were made, and besides by phone, in the office, by the hotline, on inspections."""

import datetime as dt
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistance.demo.habits import DAYS
from assistance.demo.known import YEAR, KnownHousehold
from assistance.demo.promises import kind_weights
from assistance.demo.tables import table
from assistance.models import DifficultySource, FollowUp, Visit
from assistance.services.difficulties.rights import ON_PAPER
from households.demo.tables import Urn

ONE_DAY = dt.timedelta(days=1)


@dataclass(slots=True)
class Promised:
    """What was promised on the visit: until when, and when it was kept."""

    due_on: dt.date
    done_on: dt.date | None


@dataclass(slots=True)
class Signed:
    """A visit on which the household signed."""

    visit: int
    on: dt.date
    confirmation: str
    written_by: int | None


@dataclass(slots=True)
class Raised:
    """A difficulty as it reached the office; `until` is the first day on which nobody follows the household any more."""

    source: str
    kind: str
    what: str
    raised_on: dt.date
    solutions: list[str]
    village: int
    household: int | None = None
    group: int | None = None
    visit: int | None = None
    is_void: bool = False
    written_by: int | None = None
    promised: Promised | None = None
    until: dt.date | None = None
    helper: int | None = None
    speakers: list[str] = field(default_factory=list)
    signed: list[Signed] = field(default_factory=list)


class Reports:
    """Draws what households and villages report besides the visits."""

    def __init__(self, rng: random.Random, today: dt.date) -> None:
        self.rng = rng
        self.today = today
        self.rates, self.words = table("handling"), table("reports")
        self._counts = Urn({int(count): weight for count, weight in self.rates["a_household"].items()})
        self._sources = {name: Urn(self.rates[name]) for name in ("sources", "common_sources")}
        self._months = {kind: Urn(dict(enumerate(weights, start=1))) for kind, weights in self.rates["months"].items()}

    def of_household(self, household: KnownHousehold) -> Iterator[Raised]:
        """A year of one household, in no order."""
        weights = kind_weights(household)
        kinds = Urn(weights)
        for _number in range(self._counts.draw(self.rng)):
            kind = kinds.draw(self.rng)
            day = self._day(kind)
            helper = household.helper_on(day)
            people = household.present(day)
            there = household.registered_on <= day and (household.gone_on is None or day < household.gone_on)
            if not there or not people or day > self.today:
                continue
            row = self._fresh(self.words["households"][kind], household)
            slots = {"n": self.rng.randint(2, 4), "m": self.rng.randint(2, 9) * 10}
            yield Raised(
                source=self._sources["sources"].draw(self.rng),
                kind=kind,
                what=row["text"].format_map(slots),
                raised_on=day,
                solutions=[solution.format_map(slots) for solution in row["solutions"]],
                village=household.village,
                household=household.pk,
                until=household.gone_on,
                helper=helper,
                speakers=[person.name for person in people[:2]],
            )

    def of_villages(self, villages: dict[int, list[int]], count: int) -> Iterator[Raised]:
        """So many of villages in common; `villages` are numbers of groups by village."""
        numbers = sorted(villages)
        kinds = Urn({kind: len(rows) for kind, rows in self.words["common"].items()})
        for _number in range(count):
            village, kind = self.rng.choice(numbers), kinds.draw(self.rng)
            row, day = self.rng.choice(self.words["common"][kind]), min(self._day(kind), self.today)
            slots = {"n": "一二三四五六"[self.rng.randrange(6)], "m": self.rng.randint(2, 9)}
            groups = villages[village]
            yield Raised(
                source=self._sources["common_sources"].draw(self.rng),
                kind=kind,
                what=row["text"].format_map(slots),
                raised_on=day,
                solutions=[solution.format_map(slots) for solution in row["solutions"]],
                village=village,
                group=self.rng.choice(groups) if groups and self.rng.random() < 0.5 else None,
                speakers=self.words["phrases"]["villagers"],
            )

    def _fresh(self, rows: list[dict[str, Any]], household: KnownHousehold) -> dict[str, Any]:
        """A row that the household has not reported yet, as long as there is one."""
        row = self.rng.choice([row for row in rows if row["text"] not in household.told] or rows)
        household.told.add(row["text"])
        return row

    def _day(self, kind: str) -> dt.date:
        month = self._months[kind].draw(self.rng)
        days = DAYS[month]
        day = self.rng.choices(range(1, len(days) + 1), weights=days)[0]
        return dt.date(YEAR, month, day)


def raised_on_visits(households: Iterable[KnownHousehold]) -> Iterator[Raised]:
    """What the visits of some households brought up, in the order of their days, with what was promised on them."""
    by_key = {household.pk: household for household in households}
    words = table("reports")["visits"]
    promises = _promises(by_key)
    visits = Visit.objects.filter(household__in=by_key).exclude(difficulty_kind="").order_by("visited_on", "pk")
    columns = ["pk", "household_id", "helper_id", "visited_on", "difficulty_kind", "difficulty", "recorded_by_id"]
    for pk, key, helper, day, kind, what, writer, withdrawn_at in visits.values_list(*columns, "withdrawn_at"):
        household = by_key[key]
        yield Raised(
            source=DifficultySource.VISIT,
            kind=kind,
            what=what,
            raised_on=day,
            solutions=words[what],
            village=household.village,
            household=key,
            visit=pk,
            is_void=withdrawn_at is not None,
            written_by=writer,
            promised=promises.get(pk),
            until=household.gone_on,
            helper=helper,
            speakers=[person.name for person in household.present(day)[:2]],
        )


def signatures(households: Iterable[KnownHousehold]) -> dict[int, list[Signed]]:
    """The visits on which each household signed, in the order of their days."""
    keys = [household.pk for household in households]
    visits = Visit.objects.standing().filter(household__in=keys, confirmation__in=ON_PAPER).order_by("visited_on", "pk")
    signed: dict[int, list[Signed]] = {}
    columns = ("household_id", "pk", "visited_on", "confirmation", "recorded_by_id")
    for key, visit, on, confirmation, written_by in visits.values_list(*columns):
        signed.setdefault(key, []).append(Signed(visit, on, confirmation, written_by))
    return signed


def _promises(households: Iterable[int]) -> dict[int, Promised]:
    rows = FollowUp.objects.filter(visit__household__in=list(households)).exclude(visit__difficulty_kind="")
    days = rows.order_by("pk").values_list("visit_id", "due_on", "done_on")
    return {visit: Promised(due_on, done_on) for visit, due_on, done_on in days}
