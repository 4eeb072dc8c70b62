"""Whole-population statements that no app owns."""

import datetime as dt

import pytest
from django.db.models import BigIntegerField, CharField, F, IntegerField, Value
from django.db.models.functions import Cast

from households.models import Household, IncomeStatement
from jiangjin.common.set_based import Statement, date_literal, day_before, day_count, upsert_changed
from tests import factories

pytestmark = pytest.mark.django_db
ZEROS = [
    *("business_fen", "property_fen", "family_planning_fen", "allowance_fen", "five_guarantees_fen", "pension_fen"),
    *("ecological_fen", "other_transfer_fen", "business_cost_fen"),
]
DAY = dt.date(2016, 3, 1)


def upsert(*, wages, disposable, source=""):
    """Statements of 2015 for all households: wages and disposable income as given."""
    rows = Household.objects.order_by().values_list(
        F("pk"),
        Value(2015, IntegerField()),
        Value(wages, IntegerField()),
        Cast(Value(disposable), BigIntegerField()),  # PostgreSQL asks of which type a NULL is
        Value(DAY),
        Value(source, CharField()),
        *[Value(0, IntegerField())] * len(ZEROS),
    )
    columns = ["household_id", "year", "wages_fen", "disposable_income_fen", "reported_on", "source", *ZEROS]
    compared = ["wages_fen", "disposable_income_fen"]
    return upsert_changed(IncomeStatement, Statement.of(rows, columns), key=["household_id", "year"], compared=compared)


def test_what_is_missing_is_inserted_and_what_differs_overwritten():
    known, new = factories.household(), factories.household()
    factories.income(known, wages_fen=100, disposable_income_fen=None, source="手册")
    factories.income(known, year=2014, wages_fen=7)
    assert upsert(wages=200, disposable=None, source="抽查") == 2
    rows = IncomeStatement.objects.filter(year=2015).order_by("household__number")
    assert [(row.household, row.wages_fen, row.source, row.reported_on) for row in rows] == [
        (known, 200, "抽查", DAY),
        (new, 200, "抽查", DAY),
    ]
    assert known.incomes.get(year=2014).wages_fen == 7


@pytest.mark.parametrize(
    ("before", "after", "written"),
    [(None, None, 0), (5, 5, 0), (None, 5, 1), (5, None, 1), (5, 6, 1), (0, None, 1)],
)
def test_nothing_equals_nothing_and_no_equal_row_is_touched(before, after, written):
    household = factories.household()
    factories.income(household, wages_fen=100, disposable_income_fen=before, source="手册")
    assert upsert(wages=100, disposable=after, source="抽查") == written
    row = household.incomes.get()
    assert (row.disposable_income_fen, row.source) == (after, "抽查" if written else "手册")


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [(dt.date(2016, 2, 28), DAY, 3), (dt.date(2015, 2, 28), dt.date(2015, 3, 1), 2), (DAY, DAY, 1)],
)
def test_days_are_counted_with_both_ends(first, last, days):
    counted = Statement(f"SELECT {day_count(date_literal(first), date_literal(last))}", (), ("days",))
    assert counted.rows() == [(days,)]


def test_the_day_before_the_first_of_march():
    before = Statement(f"SELECT {day_before(date_literal(DAY))}", (), ("day",))
    assert str(before.rows()[0][0]) == "2016-02-29"
