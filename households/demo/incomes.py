"""Incomes of invented households, in whole yuan: items that agree with the members and add up to a wished net income."""

import builtins
import random
from dataclasses import dataclass

from households.demo.people import YEAR, Person
from households.demo.yearly_facts import PENSION_AGE, is_able
from households.models import Labour, WorkPlace

PENSION = {YEAR - 1: 12 * 80, YEAR: 12 * 95}
PLANNING_REWARD = 960
GRAIN_SUBSIDY_A_MU = 88
OLD_AGE_ALLOWANCE, OLD_AGE = 600, 80
ECOLOGICAL_A_MU = 125
# The monthly allowance of a person fills up what is missing to the allowance line.
ALLOWANCE_A_MONTH = (110, 230)
SMALL_ALLOWANCE_A_MONTH = (60, 110)
FIVE_GUARANTEES_A_MONTH = (360, 430)
MONTHLY_WAGE = {
    WorkPlace.TOWN: (900, 1500),
    WorkPlace.COUNTY: (1200, 1900),
    WorkPlace.MUNICIPALITY: (1500, 2300),
    WorkPlace.OUTSIDE: (1800, 2700),
}
SKILLED_BONUS = 400


@dataclass(slots=True)
class Income:
    """One year; the items are those of IncomeStatement, in yuan."""

    wages: int = 0
    business: int = 0
    property: int = 0
    family_planning: int = 0
    allowance: int = 0
    five_guarantees: int = 0
    pension: int = 0
    ecological: int = 0
    other_transfer: int = 0
    business_cost: int = 0
    disposable: int | None = None

    # `property` names a column within this class.
    @builtins.property
    def transfers(self) -> int:
        return (
            self.family_planning
            + self.allowance
            + self.five_guarantees
            + self.pension
            + self.ecological
            + self.other_transfer
        )

    @builtins.property
    def net(self) -> int:
        return self.wages + self.business + self.property + self.transfers - self.business_cost


@dataclass(slots=True)
class Entitlements:
    """What a household is entitled to besides what it earns. Land in tenths of a mu."""

    farmland: int = 0
    returned_forest: int = 0
    family_planning: bool = False
    allowance_a_month: int = 0
    five_guarantees_a_month: int = 0


def transfers(people: list[Person], entitled: Entitlements, year: int) -> Income:
    """The income that does not depend on work. Allowances begin in 2015, when the exits' safety net was spread."""
    facts = [person.years[year] for person in people if year in person.years]
    ages = [person.age - (YEAR - year) for person in people]
    old = [
        person for person in people if person.age - (YEAR - year) >= PENSION_AGE and person.years[year].pension_insured
    ]
    income = Income(
        family_planning=PLANNING_REWARD if entitled.family_planning else 0,
        pension=len(old) * PENSION[year],
        ecological=entitled.returned_forest * ECOLOGICAL_A_MU // 10,
        other_transfer=entitled.farmland * GRAIN_SUBSIDY_A_MU // 10
        + OLD_AGE_ALLOWANCE * sum(age >= OLD_AGE for age in ages),
    )
    if year == YEAR:
        receiving = sum(bool(each.on_allowance) for each in facts)
        income.allowance = receiving * entitled.allowance_a_month * 12
        income.five_guarantees = len(facts) * entitled.five_guarantees_a_month * 12
    return income


def earn(rng: random.Random, income: Income, people: list[Person], year: int, net: int) -> None:
    """Add to the transfers what is missing to `net`: wages with months and place of work, farm and trade, rent, support.

    Raises ValueError where the transfers alone are more.
    """
    missing = net - income.net
    if missing < 0:
        raise ValueError(f"transfers of {income.net} yuan exceed a net income of {net}")
    able = [person for person in people if year in person.years and is_able(person.years[year]) and person.age < 68]
    wages_wished = missing * rng.randint(35, 85) // 100
    for person in rng.sample(able, len(able)):
        place, monthly = _job(rng, person, year)
        months = min(rng.randint(4, 11), (wages_wished - income.wages) // monthly)
        if months < 1:
            break
        facts = person.years[year]
        facts.work_place, facts.work_months = place, months
        income.wages += months * monthly
    rest = missing - income.wages
    if rest > 600 and rng.randrange(100) < 14:
        income.property = min(rest // 3, rng.randint(120, 1400))
        rest -= income.property
    farming = any(
        person.years[year].labour in (Labour.ORDINARY, Labour.SKILLED, Labour.WEAK)
        for person in people
        if year in person.years
    )
    if farming and rest > 0:
        income.business_cost = max(1, rest * rng.randint(15, 45) // 100)
        income.business = rest + income.business_cost
    else:
        income.other_transfer += rest  # children and relatives support who cannot work


def _job(rng: random.Random, person: Person, year: int) -> tuple[WorkPlace, int]:
    near = person.age >= 50
    place = rng.choices(list(MONTHLY_WAGE), weights=(46, 34, 12, 8) if near else (20, 24, 24, 32))[0]
    low, high = MONTHLY_WAGE[place]
    bonus = SKILLED_BONUS if person.years[year].labour == Labour.SKILLED else 0
    return place, rng.randint(low, high) // 10 * 10 + bonus
