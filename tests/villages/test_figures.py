"""Figures of the annual report from village surveys: over the poor villages of the year, counted from rows."""

import datetime as dt
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from jiangjin.accounts import roles
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import figures
from tests import factories
from tests.villages.village_files import december, poor, survey
from villages.figures.surveys import clinic_rate, service_centre_rate, waste_treatment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def scope(area=None):
    return Scope(on=december(31), paths=((area or factories.county()).path,))


@pytest.fixture
def three():
    """Poor villages that answered yes, no, and nothing; and one that was never poor."""
    names = ["复建村", "紫荆村", "关胜村", "高屋村"]
    villages = [factories.village(name) for name in names]
    for village, answer in zip(villages, (True, False, None, True), strict=True):
        survey(village, service_centre_standardised=answer, clinic_standardised=answer)
    poor(villages[0])
    poor(villages[1], struck_off=december(28))
    poor(villages[2])
    return villages


def test_a_missing_answer_is_not_a_yes(three):
    assert service_centre_rate(2015, scope()) == clinic_rate(2015, scope()) == Decimal("33.3")
    assert service_centre_rate(2015, scope(factories.town("白沙镇"))) == 100
    assert service_centre_rate(2015, scope(factories.town("嘉平镇"))) == 0


def test_without_any_answer_there_is_no_rate(three):
    assert service_centre_rate(2014, scope()) is None
    assert service_centre_rate(2015, scope(factories.town("西湖镇"))) is None
    assert service_centre_rate(2015, scope(factories.town("几江街道"))) is None


def test_a_village_counts_in_the_years_in_which_it_stood_on_the_list(three):
    for village in three[:3]:
        village.village_surveys.update(service_centre_standardised=True)
    survey(three[1], 2016, service_centre_standardised=False, reported_on=dt.date(2016, 12, 1))
    survey(three[0], 2016, service_centre_standardised=True, reported_on=dt.date(2016, 12, 1))
    assert service_centre_rate(2015, scope()) == 100
    assert service_centre_rate(2016, scope()) == 50


def test_waste_is_summed_before_it_is_divided(three):
    for village, treated, produced in zip(three, (90, 300, None, 1), (100, 900, 50, 100), strict=True):
        village.village_surveys.update(waste_treated_t=treated, waste_produced_t=produced)
    assert waste_treatment(2015, scope()) == Decimal("39.0")
    assert waste_treatment(2015, scope(factories.town("西湖镇"))) is None
    assert waste_treatment(2014, scope()) is None


def test_the_rows_behind_a_rate_are_those_it_is_taken_over(three):
    client = APIClient()
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    for code in ("service_centre_rate", "clinic_rate", "waste_treatment"):
        rows = client.get(f"/api/v1/{figures[code].query.format(year=2015)}").json()["results"]
        assert {row["village_name"] for row in rows} == {"复建村", "紫荆村", "关胜村"}
