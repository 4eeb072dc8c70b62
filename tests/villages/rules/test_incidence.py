"""Poverty incidence: persons on the roll, of the agricultural registered population, against the limit of the day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangjin.accounts.scoping import Scope
from tests import factories
from tests.households.rules.test_roll import happened, registered
from tests.villages.village_files import december, survey
from villages.models import Village, VillageStandard, VillageSurvey
from villages.services import numbers

pytestmark = pytest.mark.django_db
YEAR_END = december(31)


def counted(name="复建村", on=YEAR_END, area=None, **kwargs):
    scope = Scope(on=on, paths=((area or factories.county()).path,))
    return numbers.of_one(Village.objects.get(name=name), on=on, scope=scope, **kwargs)


def poor_people(count, **kwargs):
    """So many persons on the roll."""
    return factories.household(members=count, **kwargs)


def test_persons_of_the_roll_are_divided_by_the_population():
    survey(agricultural_population=200, population=500)
    poor_people(3)
    poor_people(1)
    found = counted()
    assert (found.roll_households, found.roll_persons) == (2, 4)
    assert float(found.incidence) == 0.02
    assert (found.population_year, found.agricultural_population) == (2015, 200)


@pytest.mark.parametrize(
    ("persons", "population", "state"),
    [(2, 67, "met"), (2, 66, "not_met"), (3, 100, "not_met"), (3, 101, "met"), (0, 100, "met"), (1, 1, "not_met")],
)
def test_the_limit_is_compared_exactly(persons, population, state):
    survey(agricultural_population=population)
    if persons:
        poor_people(persons)
    assert counted().incidence_state == state


def test_who_is_not_a_member_or_not_on_the_roll_does_not_count():
    survey(agricultural_population=100)
    household = poor_people(2)
    factories.member(household, relation="99", joined_on=dt.date(2016, 1, 1), name="将来")
    factories.member(household, relation="99", left_on=december(1), left_by="01", name="已故")
    happened(registered(), "exited", "2015-12-01")
    assert counted().roll_persons == 2


def test_a_past_day_is_asked_as_it_was():
    survey(year=2014, agricultural_population=50)
    survey(agricultural_population=100)
    happened(registered(), "exited", "2015-11-30")
    past = counted(on=dt.date(2014, 12, 31))
    assert (past.roll_persons, past.agricultural_population, float(past.incidence)) == (1, 50, 0.02)
    now = counted()
    assert (now.roll_persons, now.agricultural_population, now.exited_households) == (0, 100, 1)
    assert counted(on=dt.date(2015, 11, 29)).exited_households == 0
    assert counted(on=dt.date(2016, 1, 1)).exited_households == 0


def test_the_newest_survey_that_was_known_and_tells_it_counts():
    survey(year=2013, agricultural_population=10)
    survey(year=2014, agricultural_population=20, reported_on=dt.date(2015, 2, 1))
    survey(year=2015, reported_on=december(20))
    assert counted(on=dt.date(2014, 12, 31)).agricultural_population == 10
    assert counted(on=dt.date(2015, 2, 1)).agricultural_population == 20
    found = counted()
    assert (found.population_year, found.agricultural_population) == (2014, 20)


@pytest.mark.parametrize("population", [None, 0])
def test_without_a_population_nothing_is_verified(population):
    survey(agricultural_population=population)
    poor_people(2)
    found = counted()
    assert (found.incidence, found.incidence_state, found.roll_persons) == (None, "not_verified", 2)


def test_the_limit_is_that_of_the_day():
    survey(agricultural_population=1000)
    poor_people(25)
    assert counted().incidence_state == "met"
    VillageStandard.objects.create(valid_from=december(31), incidence_permille=20, basis="x")
    assert counted().incidence_state == "not_met"
    assert counted(on=december(30)).incidence_state == "met"
    VillageStandard.objects.all().delete()
    assert counted().incidence_state == "not_verified"


def test_only_households_within_the_scope_are_counted():
    survey(agricultural_population=100)
    poor_people(2)
    assert counted(area=factories.town("白沙镇")).roll_persons == 2
    assert counted(area=factories.town("嘉平镇")).roll_persons == 0
    nobody = numbers.of_one(Village.objects.get(name="复建村"), on=YEAR_END, scope=Scope(on=YEAR_END))
    assert (nobody.roll_households, nobody.roll_persons) == (0, 0)


def test_many_villages_are_ordered_and_chosen_in_one_statement():
    names = ["复建村", "紫荆村", "关胜村"]
    for name, people, population in zip(names, (4, 1, 0), (100, 100, None), strict=True):
        survey(factories.village(name), agricultural_population=population)
        if people:
            poor_people(people, area=factories.village(name))
    villages = Village.objects.filter(name__in=names)
    scope = Scope(on=YEAR_END, paths=(factories.county().path,))

    def order(**kwargs):
        with CaptureQueriesContext(connection) as captured:
            found = numbers.of(villages, on=YEAR_END, scope=scope, **kwargs)
        assert len(captured) == 2  # the limit, the numbers
        by_key = {village.pk: village.name for village in villages}
        return [by_key[key] for key in found]

    assert order(order="-incidence") == ["复建村", "紫荆村", "关胜村"]
    assert order(order="incidence") == ["紫荆村", "复建村", "关胜村"]
    assert order(state="not_met") == ["复建村"]
    assert order(state="met") == ["紫荆村"]
    assert order(state="not_verified") == ["关胜村"]
    assert order(order="roll_persons")[0] == "关胜村"
    assert numbers.of(villages.none(), on=YEAR_END, scope=scope) == {}
    with pytest.raises(ValueError, match="ordered"):
        numbers.of(villages, on=YEAR_END, scope=scope, order="name")


def test_no_row_of_the_survey_can_hold_the_incidence():
    assert not [field.name for field in VillageSurvey._meta.fields if "incidence" in field.name]
