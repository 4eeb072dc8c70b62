"""The demo's exit channels: by which of the six batches each exited household left poverty, with the overlap of the article."""

import random
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from assistance.demo.drawing import draw, exchanged, in_order, shared_sizes
from assistance.demo.exited import ExitedHousehold, ExitedPerson, exited_households
from assistance.demo.tables import table
from assistance.models import Batch, ExitChannel
from households.models import Health, PovertyCause
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.common.set_based import insert_rows

COLUMNS = ["exit", "household", "member", "batch", "enrolment", "recorded_by", "recorded_at"]


def fill(context: DemoContext) -> Counts:
    """Say for every person of an exited household by which channels it left poverty."""
    households = exited_households(context.get(DemoPlaces))
    chosen = Channels(context, households).chosen()
    officer, now = context.get(DemoAccounts).officer, timezone.now()
    by = officer.pk if officer is not None else None
    rows = [
        (household.exit, household.pk, person.pk, str(batch), None, by, now)
        for household in households
        for batch in Batch
        for person in chosen[batch].get(household.pk, [])
    ]
    insert_rows(ExitChannel, COLUMNS, rows)
    return {"exit_channels": len(rows)}


class Channels:
    """Chooses the channels of one county.

    Who is on the safety net stands in the household file. Relocation comes from the mountain towns, education has students,
    medical aid goes to persons who are ill. Whoever is left works away or has an industry, but for a few that have nothing but
    medical aid and a few dozen that have nothing at all. What the sums still want of industry, employment and medical aid
    goes to households that have another channel already: that is the overlap.
    """

    def __init__(self, context: DemoContext, households: list[ExitedHousehold]) -> None:
        self.context = context
        self.rng: random.Random = context.rng("exit channels")
        self.targets = table("exit_channels")
        self.households = households
        self.mountains = set(self.targets["mountain_towns"])

    def chosen(self) -> dict[str, dict[int, list[ExitedPerson]]]:
        """By batch and number of the household: the persons."""
        net = [each for each in self.households if each.is_safety_net]
        nothing = self._first(
            self._outside(net), lambda each: not each.ill and not each.in_cooperative, "without_channel"
        )
        free = self._outside(nothing)
        moved = self._drawn(Batch.RELOCATION, free, self._would_move)
        taught = self._drawn(
            Batch.EDUCATION, free, lambda each: _would_be_taught(each) * (0.4 if each in set(moved) else 1)
        )
        covered = {*net, *nothing, *moved, *taught}
        rest = [each for each in self.households if each not in covered]
        sick_only = self._first(rest, lambda each: bool(each.ill) / each.size**2, "medical_only")
        rest = [each for each in rest if each not in set(sick_only)]
        working = self._first(rest, _would_work, "employment_only")
        industry, working = self._industry(rest, working, [*net, *moved, *taught])
        employed = self._employed(working, {*industry, *moved, *taught})
        return {
            Batch.INDUSTRY: _whole(industry),
            Batch.EMPLOYMENT: employed,
            Batch.RELOCATION: _whole(moved),
            Batch.EDUCATION: _whole(taught),
            Batch.MEDICAL: self._treated(sick_only, free),
            Batch.SAFETY_NET: _whole(net),
        }

    def _outside(self, taken: Iterable[ExitedHousehold]) -> list[ExitedHousehold]:
        left_out = set(taken)
        return [each for each in self.households if each not in left_out]

    def _part(self, name: str, what: str) -> int:
        return self.context.part_of(self.targets[name][what])

    def _first(self, candidates: list[ExitedHousehold], weight: Any, name: str) -> list[ExitedHousehold]:
        """As many as the table says."""
        return in_order(self.rng, candidates, weight)[: self.context.part_of(self.targets[name])]

    def _drawn(self, batch: str, candidates: list[ExitedHousehold], weight: Any) -> list[ExitedHousehold]:
        """Whole households, with the households and persons of the target."""
        count, total = self._part(batch, "households"), self._part(batch, "persons")
        return draw(self.rng, candidates, weight, count=count, total=total)

    def _would_move(self, household: ExitedHousehold) -> float:
        far = household.is_poor_by(PovertyCause.TRANSPORT) or household.is_poor_by(PovertyCause.DISASTER)
        return (3 if far else 1) * (0.15 if household.is_safety_net else 1) * (household.town in self.mountains)

    def _industry(
        self, rest: list[ExitedHousehold], working: list[ExitedHousehold], others: list[ExitedHousehold]
    ) -> tuple[list[ExitedHousehold], list[ExitedHousehold]]:
        """Everybody of the rest who does not live on wages alone, and of the others as many as the target still wants.

        Where the others alone cannot bring the sum about, some of the rest change places. Returns both.
        """
        at_work = set(working)
        own = [each for each in rest if each not in at_work]
        count = max(self._part(Batch.INDUSTRY, "households") - len(own), 0)
        total = self._part(Batch.INDUSTRY, "persons")
        missing = total - sum(each.size for each in own)
        more = draw(self.rng, list(dict.fromkeys(others)), _would_farm, count=count, total=missing)
        missing -= sum(each.size for each in more)
        exchanged_own = exchanged(own, working, missing=missing)
        kept = set(exchanged_own)
        return [*exchanged_own, *more], [each for each in [*own, *working] if each not in kept]

    def _employed(self, working: list[ExitedHousehold], others: set[ExitedHousehold]) -> dict[int, list[ExitedPerson]]:
        """Households that live on wages as a whole, and of others those who work."""
        count = max(self._part(Batch.EMPLOYMENT, "households") - len(working), 0)
        candidates = [each for each in self.households if each in others and each not in set(working)]
        more = in_order(self.rng, candidates, _would_work)[:count]
        chosen = [*working, *more]
        wished = [*(each.size for each in working), *(len(each.workers) for each in more)]
        limits = [(max(len(each.workers), 1), each.size) for each in chosen]
        counts = shared_sizes(self.rng, limits, wished, total=self._part(Batch.EMPLOYMENT, "persons"))
        return {each.pk: each.earning[:number] for each, number in zip(chosen, counts, strict=True)}

    def _treated(self, first: list[ExitedHousehold], everybody: list[ExitedHousehold]) -> dict[int, list[ExitedPerson]]:
        """Persons who are ill: all of the households that have no other channel, then the seriously ill before the others."""
        total = self._part(Batch.MEDICAL, "persons")
        people = [(each, person) for each in first for person in each.ill]
        known = set(first)
        others = [(each, person) for each in everybody if each not in known for person in each.ill]
        drawn = in_order(self.rng, others, lambda row: 12 if row[1].health == Health.SERIOUS else 1)
        treated: dict[int, list[ExitedPerson]] = {}
        for household, person in [*people, *drawn][:total]:
            treated.setdefault(household.pk, []).append(person)
        return treated


def _whole(households: Iterable[ExitedHousehold]) -> dict[int, list[ExitedPerson]]:
    return {each.pk: each.people for each in households}


def _would_be_taught(household: ExitedHousehold) -> float:
    costly = household.is_poor_by(PovertyCause.SCHOOLING)
    return (4 if costly else 1) * (0.4 if household.is_safety_net else 1) * household.has_students


def _would_work(household: ExitedHousehold) -> float:
    months = sum(person.work_months for person in household.workers)
    return months * (0.3 if household.in_cooperative else 1) / household.size


def _would_farm(household: ExitedHousehold) -> float:
    return (4 if household.in_cooperative else 1) * (0.5 if household.is_safety_net else 1)


parts.register(DemoPart(code="exit_channels", order=58, fill=fill))
