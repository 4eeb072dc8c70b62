"""Income with its computed totals, and living conditions."""

import datetime as dt
from decimal import Decimal

import pytest

from households.models import IncomeStatement, LivingConditions, PovertyLine
from households.services import facts
from tests import factories
from tests.households.pages.sending import errors, filled_in, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]


def address(household, page):
    return f"/households/{household.number}/{page}"


def test_income_in_yuan_becomes_fen(client, family):
    response = send(
        client,
        address(family, "income/"),
        wages_fen="12,000.50",
        business_fen="3000",
        business_cost_fen="500",
        pension_fen="1,200",
        source="走访",
    )
    assert response["Location"] == address(family, "?tab=income")
    row = family.incomes.get()
    assert (row.year, row.wages_fen, row.net_income_fen, row.source) == (2015, 1_200_050, 1_570_050, "走访")
    assert row.reported_on == dt.date(2015, 12, 31)
    assert row.disposable_income_fen is None


def test_last_years_figures_stand_beside_the_boxes(client, family):
    factories.income(family, 2014, wages_fen=1_234_500)
    page = client.get(address(family, "income/"))
    assert "2014: 12,345.00 yuan" in page.content.decode()
    assert page.context["form"]["wages_fen"].value() is None


def test_a_year_is_chosen_and_corrected(client, family):
    factories.income(family, 2014, wages_fen=100_00, pension_fen=50_00)
    url = address(family, "income/?year=2014")
    assert client.get(url).context["form"]["wages_fen"].value() == "100"
    send(client, url, wages_fen="", pension_fen="60", reason="核实")
    row = family.incomes.get()
    assert (row.year, row.wages_fen, row.pension_fen) == (2014, 0, 60_00)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"wages_fen": "一万"}, "wages_fen"),
        ({"wages_fen": "-1"}, "wages_fen"),
        ({"wages_fen": "1.005"}, "wages_fen"),
        ({}, "wages_fen"),
        ({"wages_fen": "10000000001"}, "wages_fen"),
        ({"wages_fen": "1", "reported_on": "2016-01-01"}, "reported_on"),
        ({"wages_fen": "1", "reported_on": "0015-12-31"}, "reported_on"),
    ],
)
def test_wrong_amounts_are_refused_at_their_field(client, family, typed, field):
    refused = send(client, address(family, "income/"), **typed)
    assert list(errors(refused)) == [field]
    assert not IncomeStatement.objects.exists()


def test_another_source_alone_is_not_pretended_to_be_saved(client, family):
    factories.income(family, 2015, wages_fen=100)
    refused = send(client, address(family, "income/"), source="别的来源")
    assert "follow a change" in errors(refused)["__all__"][0]
    assert "Nothing was changed" in told(send(client, address(family, "income/")))


def test_two_people_at_the_same_years_income(client, family):
    factories.income(family, 2015, wages_fen=100_00)
    url = address(family, "income/")
    mine = filled_in(client.get(url).context["form"], wages_fen="300")
    facts.record_income(
        household=family,
        year=2015,
        items={"wages_fen": 200_00, "pension_fen": 70_00},
        by=factories.user(name="小王"),
        reported_on=dt.date(2015, 12, 30),
    )
    refused = client.post(url, mine)
    assert "200.00 yuan" in errors(refused)["wages_fen"][0]
    again = refused.context["form"]
    assert (again["wages_fen"].value(), again["pension_fen"].value()) == ("300", "70")
    assert refused.context["totals"].net_fen == 370_00
    client.post(url, filled_in(again))
    row = family.incomes.get()
    assert (row.wages_fen, row.pension_fen) == (300_00, 70_00)


def test_totals_are_computed_while_typing(client, family):
    url = address(family, "income/totals/?year=2015")
    page = client.post(url, {"wages_fen": "8000", "allowance_fen": "1000", "business_cost_fen": "434.99"})
    text = page.content.decode()
    assert "8,565.01" in text  # net
    assert "2,855.00" in text  # per head of three, and the line
    assert "verdict-met" in text
    # One fen less is below the line, though the rounded average is the same.
    below = client.post(url, {"wages_fen": "8000", "allowance_fen": "999.98", "business_cost_fen": "434.99"})
    assert "2,855.00" in below.content.decode()
    assert "verdict-not_met" in below.content.decode()
    assert "cannot be read" in client.post(url, {"wages_fen": "一万"}).content.decode()
    assert not IncomeStatement.objects.exists()


def test_the_districts_own_line_counts(client, family):
    PovertyLine.objects.create(year=2015, area=factories.county(), amount_fen=310_000, basis="x")
    page = client.get(address(family, "income/"))
    assert page.context["line_fen"] == 310_000


def test_living_conditions(client, family):
    factories.conditions(family, 2014, water_safe=False)
    url = address(family, "conditions/")
    assert "2014: no" in client.get(url).content.decode()
    response = send(
        client,
        url,
        food_secure="true",
        water_safe="false",
        house_grade="3",
        house_area_m2="120",
        farmland_mu="3.5",
        surveyed_on="2015-11-30",
    )
    assert response["Location"] == address(family, "?tab=conditions")
    row = family.conditions.get(year=2015)
    assert (row.food_secure, row.clothing_secure, row.water_safe) == (True, None, False)
    assert (row.house_grade, row.house_area_m2, row.farmland_mu) == ("3", 120, Decimal("3.50"))
    assert row.surveyed_on == dt.date(2015, 11, 30)


def test_an_answer_can_be_taken_back(client, family):
    factories.conditions(family, 2015)
    send(client, address(family, "conditions/"), water_safe="", house_grade="")
    row = family.conditions.get()
    assert (row.water_safe, row.house_grade, row.food_secure) == (None, "", True)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"house_area_m2": "-3"}, "house_area_m2"),
        ({"house_area_m2": "12.5"}, "house_area_m2"),
        ({"farmland_mu": "3.555"}, "farmland_mu"),
        ({"house_grade": "7"}, "house_grade"),
        ({"food_secure": "true", "surveyed_on": "2016-01-01"}, "surveyed_on"),
    ],
)
def test_wrong_answers_are_refused_at_their_field(client, family, typed, field):
    refused = send(client, address(family, "conditions/"), **typed)
    assert list(errors(refused)) == [field]
    assert not LivingConditions.objects.exists()


def test_two_people_at_the_same_survey(client, family):
    url = address(family, "conditions/")
    mine = filled_in(client.get(url).context["form"], water_safe="true")
    facts.record_conditions(
        household=family,
        year=2015,
        answers={"water_safe": False, "food_secure": True},
        by=None,
        surveyed_on=dt.date(2015, 12, 1),
    )
    refused = client.post(url, mine)
    assert "no" in errors(refused)["water_safe"][0]
    assert refused.context["form"]["food_secure"].value() is True


@pytest.mark.parametrize("opened", ["", "{", "[]", "[" * 5000, '{"wages_fen": {"deep": 1}}', '{"reported_on": [1]}'])
def test_a_damaged_memory_of_the_page_is_no_memory(client, family, opened):
    factories.income(family, 2015, wages_fen=100_00)
    sent = filled_in(client.get(address(family, "income/")).context["form"], wages_fen="300", opened=opened)
    assert client.post(address(family, "income/"), sent).status_code == 302
    assert family.incomes.get().wages_fen == 300_00
