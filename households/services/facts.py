"""Yearly facts: income, living conditions, and what is known of each member. One row a year, corrected in place; what stood
there before stays in the change log."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.models import Household, IncomeStatement, LivingConditions, Member, MemberYear
from households.models.income import ALL_ITEMS
from households.services.batch import Batch, one_of
from households.services.concurrency import open_file
from households.services.drafts import Values

INCOME_FIELDS = (*ALL_ITEMS, "disposable_income_fen")
CONDITION_FIELDS = (
    "food_secure",
    "clothing_secure",
    "house_grade",
    "house_area_m2",
    "water_safe",
    "water_difficult",
    "power_for_living",
    "power_for_production",
    "broadcast",
    "sanitary_toilet",
    "in_cooperative",
    "road_kind",
    "road_distance_m",
    "fuel",
    "farmland_mu",
    "irrigated_mu",
    "forest_mu",
    "returned_forest_mu",
)
MEMBER_YEAR_FIELDS = (
    "education",
    "schooling",
    "health",
    "labour",
    "work_place",
    "work_months",
    "medical_insured",
    "pension_insured",
    "serious_illness_insured",
    "on_allowance",
    "in_service",
)


def record_income(
    *,
    household: Household,
    year: int,
    items: Values,
    by: Any,
    reported_on: dt.date,
    source: str = "",
    reason: str = "",
    version: int | None = None,
) -> IncomeStatement:
    """Create or correct the year's statement. `items` are INCOME_FIELDS in 分; those left out keep what they are (0 at first).

    Net income is computed by the database. Raises ValidationError by field.
    """
    one_of(items, INCOME_FIELDS)
    with transaction.atomic():
        locked = open_file(household, version=version)
        batch = Batch(by=by, reason=reason)
        known = locked.incomes.filter(year=year).first()
        row = put_income(batch, locked, known, year=year, items=items, reported_on=reported_on, source=source)
        check_items(row)
        row.full_clean()
        batch.write()
    row.refresh_from_db()
    return row


def put_income(
    batch: Batch,
    household: Household,
    known: IncomeStatement | None,
    *,
    year: int,
    items: Values,
    reported_on: dt.date,
    source: str,
) -> IncomeStatement:
    """Collect a statement. The day and the source follow a change; they are not one by themselves."""
    if known is None:
        row = IncomeStatement(household=household, year=year, reported_on=reported_on, source=source, **items)
        batch.add(row, household=household)
        return row
    known.household = household
    if batch.change(known, items, household=household):
        batch.change(known, {"reported_on": reported_on, "source": source}, household=household)
    return known


def record_conditions(
    *,
    household: Household,
    year: int,
    answers: Values,
    by: Any,
    surveyed_on: dt.date,
    source: str = "",
    reason: str = "",
    version: int | None = None,
) -> LivingConditions:
    """Create or correct the year's survey. `answers` are CONDITION_FIELDS; those left out keep what they are (unknown at first).

    Raises ValidationError by field.
    """
    one_of(answers, CONDITION_FIELDS)
    with transaction.atomic():
        locked = open_file(household, version=version)
        batch = Batch(by=by, reason=reason)
        known = locked.conditions.filter(year=year).first()
        row = put_conditions(batch, locked, known, year=year, answers=answers, surveyed_on=surveyed_on, source=source)
        row.full_clean()
        batch.write()
    row.refresh_from_db()
    return row


def put_conditions(
    batch: Batch,
    household: Household,
    known: LivingConditions | None,
    *,
    year: int,
    answers: Values,
    surveyed_on: dt.date,
    source: str,
) -> LivingConditions:
    """Collect a survey. The day and the source follow a change; they are not one by themselves."""
    if known is None:
        row = LivingConditions(household=household, year=year, surveyed_on=surveyed_on, source=source, **answers)
        batch.add(row, household=household)
        return row
    known.household = household
    if batch.change(known, answers, household=household):
        batch.change(known, {"surveyed_on": surveyed_on, "source": source}, household=household)
    return known


def record_member_year(
    *, member: Member, year: int, answers: Values, by: Any, reason: str = "", version: int | None = None
) -> MemberYear:
    """Create or correct what is known of a member for a year. `answers` are MEMBER_YEAR_FIELDS; those left out keep what they
    are (unknown at first). Raises ValidationError by field."""
    one_of(answers, MEMBER_YEAR_FIELDS)
    with transaction.atomic():
        locked = open_file(member.household, version=version)
        batch = Batch(by=by, reason=reason)
        member = Member.objects.get(pk=member.pk)
        member.household = locked
        if member.joined_on.year > year or (member.left_on is not None and member.left_on.year < year):
            raise ValidationError(
                _("%(name)s was not a member of the household in %(year)s."),
                code="not_a_member",
                params={"name": member.name, "year": year},
            )
        row = put_member_year(batch, member, member.years.filter(year=year).first(), year=year, answers=answers)
        row.full_clean()
        batch.write()
    return row


def put_member_year(
    batch: Batch, member: Member, known: MemberYear | None, *, year: int, answers: Values
) -> MemberYear:
    """Collect a member's year."""
    if known is None:
        row = MemberYear(member=member, year=year, **answers)
        batch.add(row, household=member.household)
        return row
    known.member = member
    batch.change(known, answers, household=member.household)
    return known


def check_items(income: IncomeStatement) -> None:
    """No item is negative; raises ValidationError by field."""
    for name in ALL_ITEMS:
        if getattr(income, name) < 0:
            raise ValidationError({name: _("An income item cannot be negative; costs have a column of their own.")})
