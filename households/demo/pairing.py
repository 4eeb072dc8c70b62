"""Helpers and their households: every followed household has an active one, and every active helper a household."""

import datetime as dt
import functools
import random
from dataclasses import dataclass

from households.demo import naming
from households.demo.living import GONE
from households.demo.people import YEAR
from households.demo.planned import PlannedAssignment, PlannedHousehold, working_day
from households.demo.sums import share_out
from households.demo.tables import Urn, table
from households.models import Sex
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Unit, User
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import DemoContext

# Active helpers above the target's least number, and how many of a hundred households changed helpers in the year.
SPARE_HELPERS = 36
HAND_OVERS = 4
MOST_HOUSEHOLDS = 3


@dataclass(slots=True)
class PlannedHelper:
    """A Helper."""

    name: str
    town: Area
    unit: Unit
    title: str
    phone: str
    user: User | None = None


class Pairing:
    """Makes the helpers of a county and writes their assignments into the planned households."""

    def __init__(self, context: DemoContext, places: DemoPlaces) -> None:
        self.rng = context.rng("helpers")
        self.context = context
        self.places = places
        self.accounts = context.get(DemoAccounts)
        self.helpers: list[PlannedHelper] = []

    def pair(self, households: list[PlannedHousehold]) -> list[PlannedHelper]:
        """Helpers, to whose places in this list the assignments refer."""
        by_town: dict[int, list[PlannedHousehold]] = {town.pk: [] for town in self.places.towns}
        for household in households:
            by_town[self.places.town_of(household.village).pk].append(household)
        followed = {pk: [each for each in there if each.status not in GONE] for pk, there in by_town.items()}
        wanted = self.context.part_of(table("targets")["helpers_at_least"] + SPARE_HELPERS)
        quotas = share_out(wanted, [len(followed[town.pk]) for town in self.places.towns])
        for town, quota in zip(self.places.towns, quotas, strict=True):
            if followed[town.pk]:
                self._pair_town(town, followed[town.pk], quota)
            for household in by_town[town.pk]:
                if household.status in GONE:
                    self._end(household, town)
        return self.helpers

    def _pair_town(self, town: Area, households: list[PlannedHousehold], quota: int) -> None:
        """Runs of neighbouring households, one helper each; users of the demo take theirs first."""
        units = self._units(town)
        waiting = list(households)
        for account in self.accounts.helpers:
            own = [each for each in waiting if each.village.pk == account.village.pk][: account.households]
            if own:
                waiting = [each for each in waiting if each not in own]
                self._take(own, self._helper(town, units, user=account.user))
                quota -= 1
        start = 0
        for length in _runs(self.rng, households=len(waiting), helpers=max(1, quota)):
            self._take(waiting[start : start + length], self._helper(town, units))
            start += length
        for household in households:
            if self.rng.randrange(100) < HAND_OVERS:
                self._hand_over(household, town, units)

    def _take(self, households: list[PlannedHousehold], helper: int) -> None:
        for household in households:
            starts_on = max(
                working_day(self.rng, dt.date(YEAR, 1, 19), dt.date(YEAR, 3, 27)),
                household.registered_on + dt.timedelta(days=10),
            )
            household.assignments.append(PlannedAssignment(helper, starts_on))

    def _hand_over(self, household: PlannedHousehold, town: Area, units: list[Unit]) -> None:
        """Somebody else answered for the household first."""
        present = household.assignments[0]
        last = working_day(self.rng, dt.date(YEAR, 5, 11), dt.date(YEAR, 10, 30))
        reason = self.rng.choice(table("phrases")["hand_over"])
        household.assignments.append(PlannedAssignment(self._helper(town, units), present.starts_on, last, reason))
        present.starts_on = last + dt.timedelta(days=1)

    def _end(self, household: PlannedHousehold, town: Area) -> None:
        """The helper of a household that is no longer followed."""
        starts_on = dt.date(YEAR, 1, 19)
        last = max(starts_on, household.status_on)
        reason = table("phrases")["gone"]
        helper = self._helper(town, self._units(town))
        household.assignments.append(PlannedAssignment(helper, starts_on, last, reason))

    def _helper(self, town: Area, units: list[Unit], user: User | None = None) -> int:
        sex = Sex.MALE if self.rng.randrange(100) < 62 else Sex.FEMALE
        unit = user.unit if user and user.unit else self.rng.choice(units)
        self.helpers.append(
            PlannedHelper(
                name=user.name if user else self._name(sex),
                town=town,
                unit=unit,
                title=_titles(unit.name, unit.kind).draw(self.rng),
                phone=invented_phone(self.rng),
                user=user,
            )
        )
        return len(self.helpers) - 1

    def _name(self, sex: str) -> str:
        generation = "middle" if self.rng.randrange(100) < 70 else "old"
        return naming.surname(self.rng) + naming.given_name(self.rng, sex, generation)

    def _units(self, town: Area) -> list[Unit]:
        """The town's own office twice, and the departments that help there."""
        own = self.accounts.town_units[town.pk]
        return [own, own, own, *self.rng.sample(self.accounts.departments, 4)]


def invented_phone(rng: random.Random) -> str:
    """Eleven digits that begin with 100, which no mobile number does."""
    return f"100{rng.randrange(10**8):08d}"


def _runs(rng: random.Random, *, households: int, helpers: int) -> list[int]:
    """How many households each helper takes: at least one, all together `households`; no more than three if that will do."""
    helpers = min(helpers, households)
    runs = [1] * helpers
    left = households - helpers
    most = max(MOST_HOUSEHOLDS, -(-households // helpers)) if helpers else 0
    while left:
        position = rng.randrange(helpers)
        if runs[position] < most:
            runs[position] += 1
            left -= 1
    return runs


@functools.cache
def _titles(unit: str, kind: str) -> Urn:
    titles = table("phrases")["helper_titles"]
    return Urn(titles.get(unit) or titles[kind])
