"""School, health, ability to work and insurance of invented people, year by year."""

import random

from households.demo.people import YEAR, Person, PersonYear
from households.demo.tables import Urn
from households.models import Education, Health, Labour, Schooling

# Education of those who left school, by the age from which the row holds.
LEFT_SCHOOL = [
    (65, Urn({Education.ILLITERATE: 34, Education.PRIMARY: 50, Education.JUNIOR: 14, Education.SENIOR: 2})),
    (45, Urn({Education.ILLITERATE: 7, Education.PRIMARY: 45, Education.JUNIOR: 41, Education.SENIOR: 7})),
    (0, Urn({Education.PRIMARY: 14, Education.JUNIOR: 66, Education.SENIOR: 16, Education.COLLEGE: 4})),
]
HEALTH = [
    (60, Urn({Health.HEALTHY: 700, Health.CHRONIC: 195, Health.SERIOUS: 40, Health.DISABLED: 65})),
    (45, Urn({Health.HEALTHY: 855, Health.CHRONIC: 78, Health.SERIOUS: 25, Health.DISABLED: 42})),
    (16, Urn({Health.HEALTHY: 922, Health.CHRONIC: 32, Health.SERIOUS: 13, Health.DISABLED: 33})),
    (0, Urn({Health.HEALTHY: 982, Health.CHRONIC: 6, Health.SERIOUS: 4, Health.DISABLED: 8})),
]
LABOUR = {
    Health.HEALTHY: [
        (72, Urn({Labour.NONE: 80, Labour.WEAK: 20})),
        (60, Urn({Labour.NONE: 12, Labour.WEAK: 55, Labour.ORDINARY: 33})),
        (16, Urn({Labour.ORDINARY: 88, Labour.SKILLED: 12})),
    ],
    Health.CHRONIC: [
        (68, Urn({Labour.NONE: 85, Labour.WEAK: 15})),
        (16, Urn({Labour.ORDINARY: 40, Labour.WEAK: 60})),
    ],
    Health.SERIOUS: [(16, Urn({Labour.LOST: 72, Labour.WEAK: 28}))],
    Health.DISABLED: [(16, Urn({Labour.LOST: 48, Labour.WEAK: 42, Labour.ORDINARY: 10}))],
}
WORKING_AGE = 16
PENSION_AGE = 60
VOCATIONAL_TRACK, SENIOR_TRACK, COLLEGE_TRACK = 20, 45, 62


def school_grade(person: Person, year: int) -> int:
    """The grade of those who go to school without a break, in the school year that began in `year`; 1 to 9 is compulsory."""
    born = person.born_on
    entry = born.year + (6 if (born.month, born.day) <= (8, 31) else 7)
    return year - entry + 1


def is_of_school_age(person: Person) -> bool:
    """Whether schooling is compulsory in the year."""
    return 1 <= school_grade(person, YEAR) <= 9


def schooling(person: Person, year: int) -> tuple[str, str] | None:
    """(education, school attendance) in a year; None for those who left school."""
    grade = school_grade(person, year)
    if grade < 1:
        attends = grade >= -2 and person.track < 75
        return Education.PRESCHOOL, Schooling.PRESCHOOL if attends else Schooling.NOT_IN_SCHOOL
    if grade <= 6:
        return Education.PRIMARY, Schooling.PRIMARY
    if grade <= 9:
        return Education.JUNIOR, [Schooling.GRADE_7, Schooling.GRADE_8, Schooling.GRADE_9][grade - 7]
    if grade <= 12 and person.track >= VOCATIONAL_TRACK:
        first = Schooling.VOCATIONAL_1 if person.track < SENIOR_TRACK else Schooling.SENIOR_1
        return Education.SENIOR, _later(first, grade - 10)
    if grade <= 15 and COLLEGE_TRACK - 10 <= person.track < COLLEGE_TRACK:
        return Education.COLLEGE, _later(Schooling.HIGHER_VOCATIONAL_1, grade - 13)
    if grade <= 16 and person.track >= COLLEGE_TRACK:
        return Education.COLLEGE, Schooling.COLLEGE
    return None


def give_years(rng: random.Random, person: Person) -> None:
    """Facts of 2015 and of the year before, when everybody was a year younger and insured less often."""
    left_school = _by_age(LEFT_SCHOOL, person.age).draw(rng)
    health = _by_age(HEALTH, person.age).draw(rng)
    pension = person.age >= WORKING_AGE and rng.randrange(100) < (92 if person.age >= PENSION_AGE else 68)
    insured_before = rng.randrange(100) < 94
    for year in (YEAR - 1, YEAR):
        age = person.age - (YEAR - year)
        if age < 0:
            continue
        education, attendance = schooling(person, year) or (_reached(person, left_school), Schooling.NOT_IN_SCHOOL)
        person.years[year] = PersonYear(
            education=education,
            schooling=attendance,
            medical_insured=year == YEAR or insured_before,
            pension_insured=pension and age >= WORKING_AGE,
        )
    set_health(rng, person, health)


def set_health(rng: random.Random, person: Person, health: Health) -> None:
    """Give a health, and the ability to work that goes with it. Serious illness is insured from 15 on (DOMAIN 0)."""
    labour = Labour.NONE if person.age < WORKING_AGE else _by_age(LABOUR[health], person.age).draw(rng)
    for year, facts in person.years.items():
        age = person.age - (YEAR - year)
        facts.health = health
        facts.labour = labour if age >= WORKING_AGE else Labour.NONE
        facts.serious_illness_insured = year == YEAR and age > 15


def is_student(facts: PersonYear) -> bool:
    """Whether somebody is in school at primary level or above."""
    return facts.schooling >= Schooling.PRIMARY


def is_ill(facts: PersonYear) -> bool:
    return facts.health in (Health.CHRONIC, Health.SERIOUS)


def is_able(facts: PersonYear) -> bool:
    """Whether somebody earns: works, and does not sit in school."""
    return facts.labour in (Labour.ORDINARY, Labour.SKILLED) and not is_student(facts)


def _reached(person: Person, left_school: Education) -> Education:
    """The education of somebody who is no longer in school; the young show how far their track led."""
    if person.age > 24:
        return left_school
    if person.track < VOCATIONAL_TRACK:
        return Education.JUNIOR
    return (
        Education.COLLEGE
        if school_grade(person, YEAR) > 15 and person.track >= COLLEGE_TRACK - 10
        else Education.SENIOR
    )


def _later(first: Schooling, years: int) -> Schooling:
    return Schooling(f"{int(first) + years:02d}")


def _by_age(rows: list[tuple[int, Urn]], age: int) -> Urn:
    return next(urn for least, urn in rows if age >= least)
