"""The plan of a county's households, complete before the first row is written."""

import random

from households.demo.history import Calendar, set_history, set_registration, set_tiers
from households.demo.identities import IdentityBook
from households.demo.incomes import earn, transfers
from households.demo.living import GONE, settle
from households.demo.people import YEAR, Families
from households.demo.placing import draw_households, place
from households.demo.planned import PlannedHousehold
from households.demo.sums import share_out
from households.demo.tables import table
from households.models import HouseholdStatus, PovertyAttribute
from jiangjin.areas.demo import DemoPlaces
from jiangjin.common.demo import DemoContext


def plan(context: DemoContext, places: DemoPlaces, *, lines: dict[int, int]) -> list[PlannedHousehold]:
    """Every household of the county in the order of their numbers. `lines`: yuan per head by income year."""
    rng = context.rng("households")
    households = place(rng, draw_households(context, rng), places)
    families = Families(rng, IdentityBook(context.number))
    calendar = Calendar(rng, places)
    for household in households:
        set_registration(rng, household, calendar)
        settle(rng, household, families)
        if household.status in GONE:
            set_history(rng, household, calendar)
    _give_incomes(context, rng, households, lines)
    for household in households:
        if household.status not in GONE:
            set_history(rng, household, calendar)
        set_tiers(rng, household, calendar, line=lines[YEAR - 1])
    _choose_cooperatives(context, rng, households)
    return households


def _give_incomes(
    context: DemoContext, rng: random.Random, households: list[PlannedHousehold], lines: dict[int, int]
) -> None:
    exited = [household for household in households if household.status == HouseholdStatus.EXITED]
    for household in exited:
        household.incomes[YEAR] = transfers(household.people[: household.size], household.entitled, YEAR)
    wished = _exited_incomes(context, rng, exited, line=lines[YEAR])
    for household, (net, disposable) in zip(exited, wished, strict=True):
        people = household.people[: household.size]
        earn(rng, household.incomes[YEAR], people, YEAR, net)
        household.incomes[YEAR].disposable = disposable
    for household in households:
        if household.status not in GONE and household.status != HouseholdStatus.EXITED:
            _stay(rng, household, line=lines[YEAR])
        _earlier(rng, household, line=lines[YEAR - 1])


def _exited_incomes(
    context: DemoContext, rng: random.Random, exited: list[PlannedHousehold], *, line: int
) -> list[tuple[int, int]]:
    """Net and disposable income of each exited household: over the line, unequal, and on average what the target says."""
    floors, disposable_floors, excess = [], [], []
    for household in exited:
        enough = line * household.size * 102 // 100 + rng.randint(0, 70 * household.size)
        floor = max(enough, household.incomes[YEAR].net + rng.randint(60, 200) * household.size)
        floors.append(floor)
        disposable_floors.append(floor * rng.randint(100, 106) // 100)
        excess.append(household.size * rng.gammavariate(2.1, 1.0) * (0.4 if household.safety_net else 1.0))
    persons = sum(household.size for household in exited)
    total = persons * table("targets")["exited"]["disposable_yuan_per_person"]
    more = share_out(total - sum(disposable_floors), excess)
    return [
        (floor + extra * rng.randint(86, 97) // 100, disposable_floor + extra)
        for floor, disposable_floor, extra in zip(floors, disposable_floors, more, strict=True)
    ]


def _stay(rng: random.Random, household: PlannedHousehold, *, line: int) -> None:
    """2015 of a household that is still on the roll."""
    if "income_missing" in household.faults:
        return
    people, size = household.people[: household.size], household.size
    if "income_below" in household.faults:
        wished = rng.randint(line * 2 // 5, line - 25) * size
        income = transfers(people, household.entitled, YEAR)
        if income.net > (line - 25) * size:  # so much support would lift it over the line
            household.entitled.allowance_a_month = 0
            household.attribute = PovertyAttribute.GENERAL
            for person in people:
                person.years[YEAR].on_allowance = False
            income = transfers(people, household.entitled, YEAR)
        net = max(wished, income.net)
    else:
        low, high = (line + 8, line + 260) if household.situation == "observed" else (line + 60, line * 2)
        income = transfers(people, household.entitled, YEAR)
        net = max(rng.randint(low, high) * size, income.net)
    earn(rng, income, people, YEAR, net)
    if rng.randrange(100) < 68:
        income.disposable = net * rng.randint(99, 107) // 100
    household.incomes[YEAR] = income


def _earlier(rng: random.Random, household: PlannedHousehold, *, line: int) -> None:
    """2014: below that year's line, except for those that had exited by its end."""
    people = [person for person in household.people if YEAR - 1 in person.years]
    income = transfers(people, household.entitled, YEAR - 1)
    size = min(len(people), household.size)
    if household.status == HouseholdStatus.RELAPSED:
        net = max(rng.randint(line + 40, line + 700) * len(people), income.net)
    else:
        net = max(rng.randint(line * 2 // 5, line - 30) * size, income.net)
    earn(rng, income, people, YEAR - 1, net)
    household.incomes[YEAR - 1] = income


def _choose_cooperatives(context: DemoContext, rng: random.Random, households: list[PlannedHousehold]) -> None:
    """As many exited households in a farmers' cooperative as the target says."""
    exited = [household for household in households if household.status == HouseholdStatus.EXITED]
    for household in rng.sample(exited, context.part_of(table("targets")["cooperative_households"])):
        household.surveys[YEAR].in_cooperative = True
