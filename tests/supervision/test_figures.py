"""Figures of the annual report: counted from rows, within a scope."""

import datetime as dt
from decimal import Decimal

import pytest

from households import figures
from households.models import StatusEvent
from jiangjin.accounts.scoping import Scope
from tests import factories
from villages.figures.poor_villages import poor_villages_exited
from villages.models import PoorVillage

pytestmark = pytest.mark.django_db
YEAR_END = dt.date(2015, 12, 31)


def scope(area=None) -> Scope:
    """An area (default: the county) as a user of it sees it."""
    return Scope(on=YEAR_END, paths=((area or factories.county()).path,))


def event(household, kind, on, persons=2):
    """A status event of the household."""
    cause = "01" if kind == "relapsed" else ""
    return household.status_events.create(kind=kind, occurred_on=on, persons=persons, reason="r", cause=cause)


def exited(*, persons=2, on=dt.date(2015, 11, 30), area=None, disposable_yuan=None):
    """A household that exited on the day."""
    household = factories.household(area=area)
    event(household, "registered", factories.START, persons)
    event(household, "exited", on, persons)
    if disposable_yuan is not None:
        factories.income(household, disposable_income_fen=disposable_yuan * 100)
    return household


def test_exits_of_the_year_and_no_other():
    exited(persons=3)
    exited(persons=4, on=dt.date(2015, 1, 1))
    exited(persons=5, on=dt.date(2014, 12, 31))
    exited(persons=6, on=dt.date(2016, 1, 1))
    assert (figures.exited_households(2015, scope()), figures.exited_persons(2015, scope())) == (2, 7)


@pytest.mark.parametrize("after", ["relapsed", "removed"])
@pytest.mark.parametrize(("on", "count"), [(dt.date(2015, 12, 31), 0), (dt.date(2016, 1, 1), 1)])
def test_an_exit_that_did_not_last_the_year_does_not_count(after, on, count):
    household = exited()
    event(household, after, on)
    assert figures.exited_households(2015, scope()) == count


def test_an_exit_on_the_day_of_the_return_is_the_later_entry():
    household = exited()
    event(household, "relapsed", dt.date(2015, 11, 30))
    assert figures.exited_households(2015, scope()) == 0
    event(household, "exited", dt.date(2015, 11, 30), persons=5)
    assert (figures.exited_households(2015, scope()), figures.exited_persons(2015, scope())) == (1, 5)


@pytest.mark.parametrize("after", ["dissolved", "moved_out"])
def test_who_exited_and_then_left_had_exited(after):
    event(exited(), after, dt.date(2015, 12, 20))
    assert figures.exited_households(2015, scope()) == 1


def test_two_exits_of_a_household_are_one():
    household = exited(on=dt.date(2015, 3, 1), persons=2)
    event(household, "relapsed", dt.date(2015, 6, 1))
    event(household, "exited", dt.date(2015, 12, 1), persons=3)
    assert (figures.exited_households(2015, scope()), figures.exited_persons(2015, scope())) == (1, 3)
    assert StatusEvent.objects.filter(kind="exited").count() == 2


def test_mean_disposable_income_is_weighted_by_persons():
    exited(persons=1, disposable_yuan=9000)
    exited(persons=3, disposable_yuan=12000)
    assert figures.exited_income_per_capita(2015, scope()) == Decimal("5250.00")


def test_who_was_not_asked_is_no_zero():
    exited(persons=2, disposable_yuan=10000)
    exited(persons=50)
    factories.income(exited(persons=50))
    assert figures.exited_income_per_capita(2015, scope()) == Decimal("5000.00")


def test_a_mean_over_nobody_is_not_reported():
    exited(persons=2)
    assert figures.exited_income_per_capita(2015, scope()) is None
    assert figures.exited_income_per_capita(2014, scope()) is None


def test_a_helper_counts_once_and_while_they_help():
    helper = factories.helper()
    for _number in range(2):
        factories.assignment(factories.household(), helper)
    factories.assignment(factories.household(), factories.helper("徐兴"), ends_on=dt.date(2015, 12, 30))
    factories.helper("彭国")
    assert figures.helpers(2015, scope()) == 1
    assert figures.helpers(2014, scope()) == 2


def test_households_in_a_cooperative_are_those_that_the_survey_found_there():
    assert figures.cooperative_households(2015, scope()) is None
    for answer in (True, False, None):
        factories.conditions(factories.household(), in_cooperative=answer)
    factories.conditions(factories.household(), year=2014, in_cooperative=True)
    assert figures.cooperative_households(2015, scope()) == 1


def test_poor_villages_are_counted_in_the_year_they_leave_the_list():
    for name, day in (("复建村", dt.date(2015, 12, 28)), ("紫荆村", dt.date(2016, 1, 1)), ("关胜村", None)):
        PoorVillage.objects.create(
            village=factories.village(name),
            evidence="certain",
            listed_on=factories.START,
            delisted_on=day,
            delisted_reason="r" if day else "",
        )
    assert [poor_villages_exited(year, scope()) for year in (2014, 2015, 2016)] == [0, 1, 1]
    assert poor_villages_exited(2015, scope(factories.town("嘉平镇"))) == 0
    assert poor_villages_exited(2015, scope(factories.town("几江街道"))) is None


def test_a_town_counts_its_own():
    exited(persons=3, area=factories.village("复建村"), disposable_yuan=9000)
    exited(persons=4, area=factories.village("紫荆村"), disposable_yuan=8000)
    town = scope(factories.town("嘉平镇"))
    assert figures.exited_households(2015, town) == 1
    assert figures.exited_persons(2015, town) == 4
    assert figures.exited_income_per_capita(2015, town) == Decimal("2000.00")


def test_nothing_on_file_is_not_zero():
    assert [
        compute(2015, scope()) for compute in (figures.exited_households, figures.exited_persons, figures.helpers)
    ] == [
        None,
        None,
        None,
    ]
    factories.household()
    assert (figures.exited_households(2015, scope()), figures.exited_persons(2015, scope())) == (0, 0)
