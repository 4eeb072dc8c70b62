"""Families, entitlements, causes and yearly facts of planned households."""

import datetime as dt
import random

from households.demo.incomes import (
    ALLOWANCE_A_MONTH,
    FIVE_GUARANTEES_A_MONTH,
    SMALL_ALLOWANCE_A_MONTH,
    Entitlements,
)
from households.demo.people import OLDEST, YEAR, Families, Person
from households.demo.placing import SCHOOL_FAULTS
from households.demo.planned import PlannedHousehold
from households.demo.surveys import draw_survey, year_before
from households.demo.yearly_facts import (
    PENSION_AGE,
    give_years,
    is_able,
    is_ill,
    is_of_school_age,
    set_health,
)
from households.models import (
    Health,
    HouseGrade,
    HouseholdStatus,
    MemberChange,
    PovertyAttribute,
    PovertyCause,
    Schooling,
    Sex,
)

GONE = {HouseholdStatus.REMOVED, HouseholdStatus.DISSOLVED, HouseholdStatus.MOVED_OUT}


def settle(rng: random.Random, household: PlannedHousehold, families: Families) -> None:
    """Give the household its members and what is known of them and of their house."""
    _give_family(rng, household, families)
    _give_entitlements(rng, household)
    _give_surveys(rng, household)
    _give_faults(rng, household)
    _give_causes(rng, household)
    _add_former_member(rng, household, families)


def _give_family(rng: random.Random, household: PlannedHousehold, families: Families) -> None:
    while True:
        people = families.make(household.size)
        if household.faults & SCHOOL_FAULTS and not any(is_of_school_age(person) for person in people):
            continue
        if household.status == HouseholdStatus.DISSOLVED and people[0].age < 70:
            continue
        break
    childless = not any(person.role == "grandchild" for person in people)
    for person in people:
        give_years(rng, person)
        _join(rng, household, person, newly_wed=childless and person.role == "daughter_in_law")
    household.people = people
    adults = [person for person in people if person.age >= 16]
    helpless = [person for person in adults if not is_able(person.years[YEAR])]
    if (household.safety_net or household.situation == "relapsed") and not helpless:
        set_health(rng, rng.choice(adults), rng.choice((Health.SERIOUS, Health.DISABLED, Health.CHRONIC)))


def _join(rng: random.Random, household: PlannedHousehold, person: Person, *, newly_wed: bool) -> None:
    """Most were there when the household was registered; the newborn and some brides came later."""
    person.joined_on = household.registered_on
    if person.born_on > household.registered_on:
        person.joined_on = person.born_on + dt.timedelta(days=rng.randint(0, 15))
        person.joined_by = MemberChange.NEWBORN
    elif newly_wed and rng.randrange(100) < 15:
        person.joined_on = household.registered_on + dt.timedelta(days=rng.randint(20, 120))
        person.joined_by = MemberChange.MARRIED_IN


def _give_entitlements(rng: random.Random, household: PlannedHousehold) -> None:
    people = household.people
    able = any(is_able(person.years[YEAR]) for person in people)
    alone_and_old = household.size == 1 and (people[0].age >= PENSION_AGE or not able)
    dice = rng.randrange(100)
    if household.status == HouseholdStatus.EXITED:
        supported = household.safety_net
        five_guarantees = supported and alone_and_old and dice < 40
    else:
        supported = dice < 30 and not all(is_able(person.years[YEAR]) for person in people)
        five_guarantees = supported and alone_and_old and dice < 14 and "income_below" not in household.faults
    land = rng.randint(3, 14) * household.size if household.size < 4 else rng.randint(25, 70)
    household.entitled = Entitlements(
        farmland=land,
        returned_forest=rng.randint(3, 12) if rng.randrange(100) < 22 else 0,
        family_planning=household.size > 1 and rng.randrange(100) < 4 and people[0].age >= PENSION_AGE,
    )
    household.attribute = PovertyAttribute.GENERAL
    if five_guarantees:
        household.attribute = PovertyAttribute.FIVE_GUARANTEES
        household.entitled.five_guarantees_a_month = rng.randint(*FIVE_GUARANTEES_A_MONTH)
    elif supported:
        household.attribute = PovertyAttribute.ALLOWANCE
        small = "income_below" in household.faults
        household.entitled.allowance_a_month = rng.randint(*(SMALL_ALLOWANCE_A_MONTH if small else ALLOWANCE_A_MONTH))
        helpless = [person for person in people if not is_able(person.years[YEAR])]
        receiving = (helpless or people)[:1] if small else people if household.size <= 2 else helpless or people[:1]
        for person in receiving:
            person.years[YEAR].on_allowance = True


def _give_surveys(rng: random.Random, household: PlannedHousehold) -> None:
    survey = draw_survey(
        rng,
        surveyed_on=dt.date.min,
        persons=household.size,
        farmland=household.entitled.farmland,
        returned_forest=household.entitled.returned_forest,
    )
    household.surveys = {YEAR: survey}
    if household.registered_on.year < YEAR:
        household.surveys[YEAR - 1] = year_before(rng, survey, surveyed_on=dt.date.min)


def _give_faults(rng: random.Random, household: PlannedHousehold) -> None:
    """What keeps the household from exiting, written into the facts of 2015."""
    faults, survey = household.faults, household.surveys[YEAR]
    if "dangerous_house" in faults:
        survey.house_grade = HouseGrade.C if rng.randrange(100) < 64 else HouseGrade.D
        if YEAR - 1 in household.surveys:
            household.surveys[YEAR - 1].house_grade = survey.house_grade
    if "house_not_graded" in faults:
        survey.house_grade = HouseGrade.OTHER
    if "unsafe_water" in faults:
        survey.water_safe, survey.water_difficult = False, rng.randrange(100) < 60
    if "water_unknown" in faults:
        survey.water_safe = survey.water_difficult = None
    if "food_or_clothing" in faults:
        survey.food_secure = rng.randrange(100) < 25
        survey.clothing_secure = survey.food_secure is False and rng.randrange(100) < 50
    of_school_age = [person for person in household.people if is_of_school_age(person)]
    if "out_of_school" in faults:
        max(of_school_age, key=lambda person: person.age).years[YEAR].schooling = Schooling.NOT_IN_SCHOOL
    if "schooling_unknown" in faults:
        rng.choice(of_school_age).years[YEAR].schooling = ""
    if "uninsured" in faults:
        rng.choice(household.people).years[YEAR].medical_insured = False
    if "insurance_unknown" in faults:
        for person in rng.sample(household.people, rng.randint(1, household.size)):
            person.years[YEAR].medical_insured = None
    if "survey_missing" in faults:
        del household.surveys[YEAR]


def _give_causes(rng: random.Random, household: PlannedHousehold) -> None:
    """Causes that the members bear out (DOMAIN 1.6), never the same twice."""
    facts = [person.years[YEAR] for person in household.people]
    able = sum(is_able(each) for each in facts)
    weights = {
        PovertyCause.SKILLS: 13 if able else 0,
        PovertyCause.CAPITAL: 16,
        PovertyCause.TRANSPORT: 11,
        PovertyCause.LAND: 5,
        PovertyCause.DISASTER: 4,
        PovertyCause.WATER: 3,
        PovertyCause.MOTIVATION: 3 if able else 0,
        PovertyCause.LABOUR: 4 if able > 1 else 14 if able else 34,
        PovertyCause.ILLNESS: 70 * any(each.health == Health.SERIOUS for each in facts) + 34 * any(map(is_ill, facts)),
        PovertyCause.DISABILITY: 46 * any(each.health == Health.DISABLED for each in facts),
        PovertyCause.SCHOOLING: 30 * any(each.schooling >= Schooling.SENIOR_1 for each in facts),
    }
    causes = [rng.choices(list(weights), weights=list(weights.values()))[0]]
    while len(causes) < 3 and rng.randrange(100) < (46 if len(causes) == 1 else 22):
        weights[causes[-1]] = 0
        causes.append(rng.choices(list(weights), weights=list(weights.values()))[0])
    household.main_cause, household.other_cause, household.second_other_cause, *_rest = [*causes, "", ""]


def relapse_cause(household: PlannedHousehold) -> PovertyCause:
    """A cause that the members bear out."""
    facts = [person.years[YEAR] for person in household.people]
    if any(map(is_ill, facts)):
        return PovertyCause.ILLNESS
    if any(each.schooling >= Schooling.SENIOR_1 for each in facts):
        return PovertyCause.SCHOOLING
    return PovertyCause.DISASTER if any(map(is_able, facts)) else PovertyCause.LABOUR


def _add_former_member(rng: random.Random, household: PlannedHousehold, families: Families) -> None:
    """A few households lost somebody between their registration and the summer of 2015."""
    if household.status in GONE or household.registered_on.year == YEAR or rng.randrange(1000) >= 28:
        return
    head = household.people[0]
    if rng.randrange(2) and 46 <= head.age <= 62:
        role, sex, change = "child", Sex.FEMALE, MemberChange.MARRIED_OUT
        age = head.age - rng.randint(24, 26)
    elif head.age <= 66 and not any(person.role == "mother" for person in household.people):
        role, sex, change = "mother", Sex.FEMALE, MemberChange.DEATH
        age = min(OLDEST, head.age + rng.randint(19, 29))
    else:
        return
    surname = head.name[0] if role == "child" else rng.choice(household.people).name[0]
    former = families.person(role, sex=sex, age=age, surname=surname, ethnicity=head.ethnicity)
    give_years(rng, former)
    del former.years[YEAR]
    former.joined_on = household.registered_on
    former.left_on = dt.date(2015, 1, 5) + dt.timedelta(days=rng.randint(0, 220))
    former.left_by = change
    household.people.append(former)
