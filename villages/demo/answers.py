"""The answers of a village's surveys in the demo. What is drawn once for a village keeps its place in both years, so that
nothing gets worse without a reason."""

import random
from decimal import Decimal
from typing import Any

from jiangjin.areas.models import Area
from jiangjin.common.money import FEN_PER_YUAN
from villages.demo.known import Known
from villages.demo.people import FIRST, LAST, People
from villages.models.survey import WHOLES

YEARS = (FIRST, LAST)


class Answers:
    """Those of one village. `places`: where the village stands between the least and the most, by answer."""

    def __init__(self, rng: random.Random, words: dict[str, Any], *, poor: bool) -> None:
        self.rng, self.words, self.poor = rng, words, poor
        self.places = {
            name: rng.random()
            for name in (
                *words["shares"],
                *words["answers"],
                *("net_income_yuan", "collective_income_yuan", "unhardened_km", "waste_kg_a_person", "assisted"),
            )
        }
        self.settlements = rng.randint(2, 7)
        self.clinics = 1 + (rng.randrange(10) < 2)
        self.doctors = rng.choice([1, 1, 1, 2] if poor else [1, 1, 2, 2, 3])
        self.toilets = rng.randint(0, 2)
        self.elsewhere = {
            "waste_points": rng.randint(1, 5),
            "cooperatives": rng.choice([0, 0, 1, 1, 2]),
            "mutual_aid_associations": 0,
            "farm_inns": rng.choice([0, 0, 0, 1, 2]),
        }

    def of(self, year: int, people: People, register: Known, village: Area, groups: int) -> dict[str, Any]:
        """Columns of VillageSurvey."""
        columns: dict[str, Any] = {
            "household_count": people.households,
            "population": people.population,
            "agricultural_population": people.agricultural,
            "group_count": groups,
            "settlement_count": self.settlements,
            "waste_produced_t": max(1, round(people.population * self._between("waste_kg_a_person", year) / 1000)),
            **people.counts,
        }
        columns |= {name: self._share(name, year, columns[WHOLES[name]]) for name in self.words["shares"]}
        columns |= {name: self._answer(name, year) for name in self.words["answers"]}
        columns["groups_on_hardened_road"] = min(columns["groups_on_hardened_road"], columns["groups_on_gravel_road"])
        keep_to(columns, register, village, year)
        columns |= {
            "net_income_per_capita_fen": self._yuan("net_income_yuan", year, 10),
            "collective_income_fen": self._yuan("collective_income_yuan", year, 500),
            "unhardened_km": self._unhardened(columns, year),
            "clinic_count": self.clinics,
            "qualified_doctors": self.doctors,
            "medical_assistance_cases": round(people.population * self._between("assisted", year)),
            "public_toilets": self.toilets + (year == LAST),
        }
        if not self.poor:
            columns |= self.elsewhere
            columns |= dict.fromkeys(self._open())
        return columns

    def _between(self, name: str, year: int, told: Any = None) -> float:
        """Where the village stands in a range of the table."""
        told = self.words[name] if told is None else told
        if isinstance(told, dict):
            told = (
                told["elsewhere"][YEARS.index(year)] if not self.poor else told["before" if year == FIRST else "after"]
            )
        low, high = told
        return float(low + (high - low) * self.places[name])

    def _share(self, name: str, year: int, whole: int) -> int:
        return min(round(whole * self._between(name, year, self.words["shares"][name])), whole)

    def _answer(self, name: str, year: int) -> bool:
        told = self.words["answers"][name]
        if self.poor:
            return year == LAST or self.places[name] < told["before"]
        return bool(self.places[name] < told["elsewhere"][YEARS.index(year)])

    def _yuan(self, name: str, year: int, step: int) -> int:
        return round(self._between(name, year) / step) * step * FEN_PER_YUAN

    def _unhardened(self, columns: dict[str, Any], year: int) -> Decimal:
        if columns["main_road_hardened"]:
            return Decimal(0)
        return Decimal(round(self._between("unhardened_km", year) * 10)) / 10

    def _open(self) -> list[str]:
        """Answers that nobody gave."""
        asked = [*self.words["answers"], *self.words["shares"]]
        return [name for name in asked if self.rng.randrange(100) < self.words["not_verified_in_hundred"]]


def keep_to(columns: dict[str, Any], register: Known, village: Area, year: int) -> None:
    """What the surveys of poor households found cannot be better in the village's."""
    households = columns["household_count"]
    unsafe = register.condition("unsafe_water", year, village)
    columns["safe_water_households"] = min(columns["safe_water_households"], households - unsafe)
    dark = register.condition("without_power", year, village)
    columns["power_households"] = min(columns["power_households"], households - dark)
    dangerous = register.condition("dangerous_house", year, village)
    columns["dangerous_house_households"] = min(max(columns["dangerous_house_households"], dangerous), households)
    columns["cooperative_poor_households"] = register.condition("in_cooperative", year, village)
