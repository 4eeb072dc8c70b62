"""How many people live in a village of the demo, and what kind of people: consistent with the poor households on file."""

import math
import random
from dataclasses import dataclass
from typing import Any

from households.models import PovertyAttribute
from jiangjin.areas.demo import is_community
from jiangjin.areas.models import Area
from jiangjin.common.demo import DemoContext
from villages.demo.known import Known

FIRST, LAST = 2014, 2015
OUTSIDE = {"allowance": PovertyAttribute.ALLOWANCE, "five_guarantees": PovertyAttribute.FIVE_GUARANTEES}
PERSONS_A_HOUSEHOLD = {"allowance": 1.9, "five_guarantees": 1.1}
# Columns that are a share of the population, by the name of the share.
SHARES = {
    "women_population": "women",
    "minority_population": "minority",
    "disabled_population": "disabled",
    "labour_force": "labour",
    "party_members": "party",
}


@dataclass(frozen=True)
class People:
    """The people of a village in a year; `counts` are columns of VillageSurvey."""

    agricultural: int
    population: int
    households: int
    counts: dict[str, int]


def draw(
    context: DemoContext, rng: random.Random, words: dict[str, Any], known: Known, village: Area, *, poor: bool
) -> dict[int, People]:
    """By year. In a poor village the incidence of the first year is high; at the end of the last one it lies below the limit."""
    kind = "community" if is_community(village) else "village"
    first, last = (known.roll_persons[year].get(village.pk, 0) for year in (FIRST, LAST))
    highest = words["highest_incidence_percent"]
    # So that a small district, too, ends below the limit.
    least = math.ceil(last / highest["afterwards"] * 100)
    if poor:
        agricultural = round(first / rng.uniform(*words["incidence_percent"]) * 100)
    else:
        agricultural = round(rng.randint(*words["population"][kind]) * float(context.share))
        least = max(least, math.ceil(first / highest["elsewhere"] * 100))
    agricultural = max(agricultural, least, 40)
    kept = _Kept.drawn(rng, words, kind)
    growth = rng.uniform(-0.006, 0.004)
    return {
        year: kept.people(known, village, year, round(agricultural * factor))
        for year, factor in ((FIRST, 1.0), (LAST, 1.0 + growth))
    }


@dataclass(frozen=True)
class _Kept:
    """What a village keeps from year to year."""

    agricultural_share: float
    size: float
    away_of_labour: float
    shares: dict[str, float]
    outside: dict[str, float]

    @classmethod
    def drawn(cls, rng: random.Random, words: dict[str, Any], kind: str) -> "_Kept":
        told = words["people"]
        return cls(
            agricultural_share=rng.uniform(*told["agricultural"][kind]),
            size=rng.uniform(*words["persons_a_household"]),
            away_of_labour=rng.uniform(*told["away_of_labour"]),
            shares={column: rng.uniform(*told[name]) for column, name in SHARES.items()},
            outside={name: rng.uniform(*told["outside_the_roll"][name]) for name in OUTSIDE},
        )

    def people(self, known: Known, village: Area, year: int, agricultural: int) -> People:
        """Those of a year."""
        population = round(agricultural / self.agricultural_share)
        households = min(max(round(population / self.size), known.on_file.get(village.pk, 0) + 5), population)
        counts = {column: round(population * share) for column, share in self.shares.items()}
        counts["away_workers"] = round(counts["labour_force"] * self.away_of_labour)
        counts["reported_poor_households"] = known.roll_households[year].get(village.pk, 0)
        counts["reported_poor_persons"] = known.roll_persons[year].get(village.pk, 0)
        for name, attribute in OUTSIDE.items():
            on_file, persons = known.attributes[attribute].get(village.pk, (0, 0))
            others = round(households * self.outside[name])
            counts[f"{name}_households"] = min(on_file + others, households)
            counts[f"{name}_persons"] = min(persons + round(others * PERSONS_A_HOUSEHOLD[name]), population)
        return People(agricultural, population, households, counts)
