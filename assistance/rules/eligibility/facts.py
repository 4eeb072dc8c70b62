"""The facts that eligibility is asked of, one row a household and one a person, each in one statement as of a day.

Members with their year are read once; what is one a household a year (the survey) is joined by its unique key. Enrolments are
read once, too: `held` has a bit for each measure asked for, set where the household or person is enrolled.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection
from django.db.models import BigIntegerField, Case, Count, FilteredRelation, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, NullIf

from assistance.models import (
    Enrolment,
    HouseholdEligibility,
    Measure,
    MeasureTarget,
    PersonEligibility,
    Recurrence,
)
from households.models import Health, HouseGrade, Household, Labour, Member
from households.rules.facts import income_year, population
from jiangjin.common.set_based import Named, Statement, with_

HOUSEHOLD_FACTS = [
    *("household_id", "village_id", "tier", "attribute", "persons", "able", "weak", "helpless", "on_allowance"),
    *("farmland_mu", "forest_mu", "house_grade", "surveyed_on", "held"),
]
PERSON_FACTS = ["member_id", "household_id", "village_id", "tier", "age", "schooling", "health", "labour", "held"]
# Of the members, by household; of what some do not tell the last three say of how many.
COUNTED = [
    *("persons", "able", "weak", "helpless", "on_allowance"),
    *("labour_unknown", "helpless_unknown", "allowance_unknown"),
]
ABLE = [Labour.ORDINARY, Labour.SKILLED]
KEPT_FROM_WORK = [Labour.LOST, Labour.NONE]
ILL_OR_DISABLED = [Health.SERIOUS, Health.DISABLED, Health.CHRONIC]
WORKING_AGE = 16
# As many bits as a signed column has without its sign.
MOST_MEASURES = 62


def bits(measures: Sequence[Measure]) -> dict[int, int]:
    """The bit of each measure in `held`. Raises ValueError for more than fit; ask in several goes."""
    if len(measures) > MOST_MEASURES:
        raise ValueError("too many measures for one go")
    return {measure.pk: 1 << place for place, measure in enumerate(measures)}


def household_facts(households: QuerySet[Household], *, as_of: dt.date, measures: Sequence[Measure]) -> Named:
    """The rows of HouseholdEligibility: those of `households` that are on the roll, or followed, on the day."""
    there = households.filter(population(as_of))
    on_file = Statement.of(
        _surveyed(there, as_of=as_of),
        ["id", "village_id", "tier", "attribute", "farmland_mu", "forest_mu", "house_grade", "surveyed_on"],
    )
    people = Statement.of(
        _grouped(_people(there, as_of=as_of), as_of=as_of),
        ["household_id", *COUNTED],
    )
    known = "CASE WHEN p.{0} > 0 OR p.{1} = 0 THEN p.{0} END"
    joined = Statement(
        "SELECT h.id, h.village_id, h.tier, h.attribute, COALESCE(p.persons, 0), "
        f"{known.format('able', 'labour_unknown')}, {known.format('weak', 'labour_unknown')}, "
        f"{known.format('helpless', 'helpless_unknown')}, {known.format('on_allowance', 'allowance_unknown')}, "
        "h.farmland_mu, h.forest_mu, h.house_grade, h.surveyed_on, COALESCE(e.held, 0) FROM on_file h "
        "LEFT JOIN people p ON p.household_id = h.id LEFT JOIN enrolled e ON e.subject_id = h.id",
        (),
        tuple(HOUSEHOLD_FACTS),
    )
    tables = [
        on_file.named("on_file"),
        people.named("people"),
        _enrolled(there, MeasureTarget.HOUSEHOLD, as_of=as_of, measures=measures).named("enrolled"),
    ]
    return with_(tables, joined).named(HouseholdEligibility._meta.db_table)


def person_facts(households: QuerySet[Household], *, as_of: dt.date, measures: Sequence[Measure]) -> Named:
    """The rows of PersonEligibility: who belongs to such a household on the day."""
    there = households.filter(population(as_of))
    people = _people(there, as_of=as_of).values_list(
        "pk",
        "household_id",
        "household__village_id",
        "household__tier",
        "born_on",
        *(NullIf(f"in_year__{name}", Value("")) for name in ("schooling", "health", "labour")),
    )
    on_file = Statement.of(
        people, ["id", "household_id", "village_id", "tier", "born_on", "schooling", "health", "labour"]
    )
    joined = Statement(
        f"SELECT m.id, m.household_id, m.village_id, m.tier, {full_years('m.born_on', as_of)}, m.schooling, m.health, "
        "m.labour, COALESCE(e.held, 0) FROM people m LEFT JOIN enrolled e ON e.subject_id = m.id",
        (),
        tuple(PERSON_FACTS),
    )
    tables = [
        on_file.named("people"),
        _enrolled(there, MeasureTarget.PERSON, as_of=as_of, measures=measures).named("enrolled"),
    ]
    return with_(tables, joined).named(PersonEligibility._meta.db_table)


def full_years(born: str, on: dt.date) -> str:
    """SQL: how old somebody is on a day who was born on the date that is SQL itself. (The quotient drops what is not full.)"""
    if connection.vendor == "postgresql":
        return f"(({on:%Y%m%d} - CAST(to_char({born}, 'YYYYMMDD') AS integer)) / 10000)"
    return f"(({on:%Y%m%d} - CAST(replace({born}, '-', '') AS INTEGER)) / 10000)"


def _surveyed(households: QuerySet[Household], *, as_of: dt.date) -> QuerySet:
    """Households with the survey of the year. A house that nobody graded has no grade."""
    survey = FilteredRelation(
        "conditions", condition=Q(conditions__year=income_year(as_of), conditions__surveyed_on__lte=as_of)
    )
    graded = Case(
        *(When(survey__house_grade=grade, then=Value(grade)) for grade in HouseGrade if grade != HouseGrade.OTHER)
    )
    return (
        households.annotate(survey=survey)
        .order_by()
        .values_list(
            "pk",
            "village_id",
            "tier",
            NullIf("attribute", Value("")),
            "survey__farmland_mu",
            "survey__forest_mu",
            graded,
            "survey__surveyed_on",
        )
    )


def _people(households: QuerySet[Household], *, as_of: dt.date) -> QuerySet[Member]:
    """Members on the day with `in_year`, their facts of the year that is judged on the day."""
    members = Member.objects.present(as_of).filter(household__in=households.order_by().values("pk"))
    return members.annotate(in_year=FilteredRelation("years", condition=Q(years__year=income_year(as_of)))).order_by()


def _grouped(members: QuerySet[Member], *, as_of: dt.date) -> QuerySet:
    """By household. Whether children can work is not asked."""
    grown_up = Q(born_on__lte=years_before(as_of, WORKING_AGE))
    labour_unknown = Q(in_year__labour=None) | Q(in_year__labour="")
    health_unknown = Q(in_year__health=None) | Q(in_year__health="")
    helpless = Q(in_year__labour__in=KEPT_FROM_WORK, in_year__health__in=ILL_OR_DISABLED)
    return (
        members.values("household_id")
        .annotate(
            persons=Count("pk"),
            able=Count("pk", filter=Q(in_year__labour__in=ABLE)),
            weak=Count("pk", filter=Q(in_year__labour=Labour.WEAK)),
            helpless=Count("pk", filter=grown_up & helpless),
            on_allowance=Count("pk", filter=Q(in_year__on_allowance=True)),
            labour_unknown=Count("pk", filter=grown_up & labour_unknown),
            helpless_unknown=Count("pk", filter=grown_up & (labour_unknown | health_unknown)),
            allowance_unknown=Count("pk", filter=Q(in_year__on_allowance=None)),
        )
        .values_list("household_id", *COUNTED)
    )


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; for 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _enrolled(
    households: QuerySet[Household], target: MeasureTarget, *, as_of: dt.date, measures: Sequence[Measure]
) -> Statement:
    """(subject_id, held) of those enrolled in one of the measures: in the year, or ever where it is given once."""
    places = bits(measures)
    wanted = [measure for measure in measures if measure.target == target]
    once = [measure.pk for measure in wanted if measure.recurrence == Recurrence.ONCE]
    subject = "household_id" if target == MeasureTarget.HOUSEHOLD else "member_id"
    if not wanted:
        return Statement("SELECT 0, 0 WHERE 1 = 0", (), ("subject_id", "held"))
    rows = Enrolment.objects.standing().filter(Q(year=as_of.year) | Q(measure__in=once), measure__in=wanted)
    held = Sum(Case(*(When(measure=measure.pk, then=Value(places[measure.pk])) for measure in wanted)), distinct=True)
    grouped = (
        rows.filter(member__isnull=target == MeasureTarget.HOUSEHOLD)
        .order_by()
        .values(subject)
        .annotate(held=Cast(held, BigIntegerField()))
        .values_list(subject, "held")
    )
    return Statement.of(grouped, ["subject_id", "held"])
