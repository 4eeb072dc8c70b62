"""The facts that the conditions of exit are asked of, as of a day, one row a household, all in one query.

Project assumptions (docs/assumptions.md): from October on the income of the running year counts, before that the year's before
(settings.INCOME_YEAR_FROM_MONTH); compulsory school age is nine school years from the September after the sixth birthday.
"""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from households.models.household import FOLLOWED, Household
from households.models.member import Member
from households.models.member_year import OUT_OF_SCHOOL
from households.models.poverty_line import IncomeMeasure, PovertyLine
from jiangjin.areas.models import under
from jiangjin.common.set_based import Statement, quote, with_

# Columns of a facts row besides the verdicts, in the order in which they are stored on Evaluation.
FACTS = [
    "persons",
    "net_income_fen",
    "line_fen",
    "food_secure",
    "clothing_secure",
    "school_age",
    "out_of_school",
    "school_unknown",
    "uninsured",
    "insurance_unknown",
    "house_grade",
    "water_is_safe",
    "surveyed_on",
]
HOUSEHOLD_FACTS = [
    "net_income_fen",
    "line_fen",
    "food_secure",
    "clothing_secure",
    "house_grade",
    "water_is_safe",
    "surveyed_on",
]
MEMBER_FACTS = ["persons", "school_age", "out_of_school", "school_unknown", "uninsured", "insurance_unknown"]
SCHOOL_ENTRY_AGE = 6
SCHOOL_YEARS = 9


def income_year(as_of: dt.date) -> int:
    """The year whose income, survey and members' facts are judged on a day."""
    return as_of.year if as_of.month >= settings.INCOME_YEAR_FROM_MONTH else as_of.year - 1


def school_age_births(as_of: dt.date) -> tuple[dt.date, dt.date]:
    """(first, last) birthday of those who are of compulsory school age in the school year of the day."""
    entry = as_of.year if as_of.month >= 9 else as_of.year - 1
    last = dt.date(entry - SCHOOL_ENTRY_AGE, 8, 31)
    return dt.date(last.year - SCHOOL_YEARS, 9, 1), last


@dataclass(frozen=True)
class Lines:
    """The poverty lines of one income year in 分: the national one and those of districts by their path."""

    national: int | None
    districts: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of_year(cls, year: int) -> "Lines":
        rows = PovertyLine.objects.filter(year=year, measure=IncomeMeasure.NET).select_related("area")
        national, districts = None, []
        for row in rows:
            if row.area is None:
                national = row.amount_fen
            else:
                districts.append((row.area.path, row.amount_fen))
        return cls(national, tuple(sorted(districts)))

    def of_place(self, path: str) -> int | None:
        """The line that holds at an area's path."""
        return next((amount for district, amount in self.districts if path.startswith(district)), self.national)

    @property
    def expression(self) -> Case | Cast:
        """The line that holds for a household."""
        # The cast tells PostgreSQL the type of a line that is NULL.
        national = Cast(Value(self.national), BigIntegerField())
        if not self.districts:
            return national
        return Case(
            *(When(under(path, "village__path"), then=Value(amount)) for path, amount in self.districts),
            default=national,
            output_field=BigIntegerField(),
        )


def population(as_of: dt.date) -> Q:
    """Who is judged: households on file by the day that had not been removed, dissolved or moved out by then."""
    return Q(registered_on__lte=as_of) & (Q(status__in=FOLLOWED) | Q(status_on__gt=as_of))


def facts(households: QuerySet[Household], *, as_of: dt.date, lines: Lines) -> Statement:
    """One row a household of `households` that is judged on the day: `household_id`, then FACTS.

    Members with their year are aggregated once by household; what is one a household a year (income, survey) is joined by
    its unique key.
    """
    by_household = Statement.of(
        _household_facts(households.filter(population(as_of)), as_of=as_of, lines=lines),
        ["household_id", *HOUSEHOLD_FACTS],
    )
    by_members = Statement.of(_member_facts(households, as_of=as_of), ["household_id", *MEMBER_FACTS])
    selected = [f"COALESCE(m.{quote(name)}, 0)" if name in MEMBER_FACTS else f"h.{quote(name)}" for name in FACTS]
    joined = Statement(
        f"SELECT h.household_id, {', '.join(selected)} FROM household_facts h "
        "LEFT JOIN member_facts m ON m.household_id = h.household_id",
        (),
        ("household_id", *FACTS),
    )
    return with_([by_household.named("household_facts"), by_members.named("member_facts")], joined)


def _household_facts(households: QuerySet[Household], *, as_of: dt.date, lines: Lines) -> QuerySet:
    year = income_year(as_of)
    return (
        households.annotate(
            statement=FilteredRelation("incomes", condition=Q(incomes__year=year, incomes__reported_on__lte=as_of)),
            survey=FilteredRelation(
                "conditions", condition=Q(conditions__year=year, conditions__surveyed_on__lte=as_of)
            ),
            line=lines.expression,
            grade=Coalesce("survey__house_grade", Value("")),
        )
        .order_by()
        .values_list(
            "pk",
            "statement__net_income_fen",
            "line",
            "survey__food_secure",
            "survey__clothing_secure",
            "grade",
            "survey__water_safe",
            "survey__surveyed_on",
        )
    )


def _member_facts(households: QuerySet[Household], *, as_of: dt.date) -> QuerySet:
    first, last = school_age_births(as_of)
    of_school_age = Q(born_on__range=(first, last))
    members = Member.objects.present(as_of)
    if households.query.where:
        members = members.filter(household__in=households.order_by())
    return (
        members.annotate(in_year=FilteredRelation("years", condition=Q(years__year=income_year(as_of))))
        .order_by()
        .values("household_id")
        .annotate(
            persons=Count("pk"),
            school_age=Count("pk", filter=of_school_age),
            out_of_school=Count("pk", filter=of_school_age & Q(in_year__schooling__in=OUT_OF_SCHOOL)),
            school_unknown=Count("pk", filter=of_school_age & (Q(in_year__schooling=None) | Q(in_year__schooling=""))),
            uninsured=Count("pk", filter=Q(in_year__medical_insured=False)),
            insurance_unknown=Count("pk", filter=Q(in_year__medical_insured=None)),
        )
        .values_list("household_id", *MEMBER_FACTS)
    )
