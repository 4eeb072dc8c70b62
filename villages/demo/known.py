"""What the household files already say of each village: surveys must not contradict them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from households.models import Household, LivingConditions, Member, PovertyAttribute
from households.rules.roll import on_roll
from jiangjin.areas.models import Area, under

# Answers of the household surveys, counted by village.
CONDITIONS = {
    "unsafe_water": Q(water_safe=False),
    "dangerous_house": Q(house_grade__in=["3", "4"]),
    "without_power": Q(power_for_living=False),
    "in_cooperative": Q(in_cooperative=True),
}


@dataclass
class Known:
    """Counts by village number; a village of which nothing is known counts 0."""

    roll_households: dict[int, dict[int, int]] = field(default_factory=dict)
    roll_persons: dict[int, dict[int, int]] = field(default_factory=dict)
    conditions: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    attributes: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)
    on_file: dict[int, int] = field(default_factory=dict)

    def condition(self, name: str, year: int, village: Area) -> int:
        return self.conditions[name, year].get(village.pk, 0)


def known(county: Area, years: Iterable[int]) -> Known:
    """Count the county's households at the end of each year."""
    here = under(county.path, "village__path")
    result = Known(on_file=_by_village(Household.objects.filter(here), "village"))
    for year in years:
        last = dt.date(year, 12, 31)
        roll = Household.objects.filter(on_roll(last), here)
        result.roll_households[year] = _by_village(roll, "village")
        people = Member.objects.present(last).filter(
            on_roll(last, "household__"), under(county.path, "household__village__path")
        )
        result.roll_persons[year] = _by_village(people, "household__village")
        surveys = LivingConditions.objects.filter(under(county.path, "household__village__path"), year=year)
        for name, condition in CONDITIONS.items():
            result.conditions[name, year] = _by_village(surveys.filter(condition), "household__village")
    for attribute in (PovertyAttribute.ALLOWANCE, PovertyAttribute.FIVE_GUARANTEES):
        households = Household.objects.filter(here, attribute=attribute)
        counts = _by_village(households, "village")
        persons = _by_village(Member.objects.filter(household__in=households, left_on=None), "household__village")
        result.attributes[attribute] = {
            village: (count, persons.get(village, count)) for village, count in counts.items()
        }
    return result


def _by_village(rows: QuerySet, column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(column).annotate(number=Count("pk")))
