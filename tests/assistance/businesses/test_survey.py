"""Where the yearly survey and the ties disagree about who is in a cooperative."""

import datetime as dt

import pytest

from assistance.services import cooperative_survey
from assistance.services.cooperative_survey import Disagreement
from households.models import Household
from tests import factories
from tests.assistance.businesses.situations import business, tied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def surveyed(answer, year=2015):
    household = factories.household(members=1)
    factories.conditions(household, year, in_cooperative=answer)
    return household


def found(kind="", year=2015):
    return {
        row: cooperative_survey.kind_of(row)
        for row in cooperative_survey.disagreeing(Household.objects.all(), year=year, kind=kind)
    }


def test_survey_and_tie_agree():
    tied(surveyed(True))
    surveyed(False)
    surveyed(None)
    factories.household(members=1)
    assert found() == {}


def test_each_way_of_disagreeing():
    untied, denied, unasked, unsurveyed = (
        surveyed(True),
        surveyed(False),
        surveyed(None),
        factories.household(members=1),
    )
    for household in (denied, unasked, unsurveyed):
        tied(household)
    assert found() == {
        untied: Disagreement.UNTIED,
        denied: Disagreement.DENIED,
        unasked: Disagreement.UNASKED,
        unsurveyed: Disagreement.UNASKED,
    }
    assert set(found(Disagreement.UNTIED)) == {untied}
    assert set(found(Disagreement.DENIED)) == {denied}
    assert set(found(Disagreement.UNASKED)) == {unasked, unsurveyed}


def test_a_tie_to_another_kind_of_business_is_none():
    household = surveyed(True)
    tied(household, business(kind="farm_inn"))
    tied(surveyed(False), business(kind="lead_firm"))
    assert found() == {household: Disagreement.UNTIED}


def test_a_tie_that_held_in_the_year_is_enough_for_a_yes_and_one_that_ended_is_no_no():
    left = {"ends_on": dt.date(2015, 8, 1)}
    tied(surveyed(True), **left)
    tied(surveyed(False), **left)
    assert found() == {}
    before = surveyed(True)
    tied(before, starts_on=dt.date(2014, 3, 1), ends_on=dt.date(2015, 1, 1))
    assert found() == {before: Disagreement.UNTIED}


def test_each_year_has_its_own_survey():
    household = surveyed(True, 2014)
    tied(household)
    assert found(year=2014) == {household: Disagreement.UNTIED}
    assert found(year=2015) == {household: Disagreement.UNASKED}
