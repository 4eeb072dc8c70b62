"""A village's page: its head, its tabs, what it says where nothing is on file."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangjin.accounts import roles
from jiangjin.common.registries import village_tabs
from tests import factories
from tests.villages import village_files
from tests.villages.village_files import december
from villages.models import VillageStandard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FUJIAN = "/villages/500116108205/"
TABS = ["overview", "surveys", "households", "exit", "history"]


def text(client, url=FUJIAN):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def test_the_head_says_how_the_village_stands(client, district):
    village_files.complete(factories.village())
    factories.household(members=9)
    page = text(client)
    assert "municipal poor village" in page
    assert "evidence: Certain" in page
    assert "1.00 %" in page
    assert "9 of 900 persons (2015)" in page
    assert 'class="measure-bar reached"' in page
    factories.household(members=18)
    page = text(client)
    assert "3.00 %" in page
    assert 'class="measure-bar"' in page


def test_of_a_village_without_a_file_it_says_what_is_missing(client, team):
    assert "not verified" in text(client)
    assert "No profile on file yet" in text(client, f"{FUJIAN}overview/")
    assert f"{FUJIAN}profile/" in text(client, f"{FUJIAN}overview/")
    assert "No survey on file yet" in text(client, f"{FUJIAN}surveys/")
    assert "never did" in text(client, f"{FUJIAN}exit/")
    assert "No change since the file was loaded" in text(client, f"{FUJIAN}history/")
    assert "Nobody." in text(client, f"{FUJIAN}households/")


def test_without_a_standard_nothing_is_compared(client, district):
    village_files.complete(factories.village())
    VillageStandard.objects.all().delete()
    for page in ("", "overview/", "exit/", "strike-off/"):
        assert "not verified" in text(client, f"{FUJIAN}{page}"), page
    assert "not verified" in text(client, "/villages/?poor=ever")


def test_that_it_is_invented_is_said(client, district):
    village_files.profile(is_demo=True, note="人物与数字均为演示虚构")
    assert "人物与数字均为演示虚构" in text(client)


@pytest.mark.parametrize("tab", TABS)
def test_each_tab_answers_with_a_fragment(client, district, tab):
    village_files.complete(factories.village())
    page = text(client, f"{FUJIAN}{tab}/")
    assert "<html" not in page
    assert len(page) > 100


def test_the_tabs_are_those_of_the_registry(client, district):
    page = text(client)
    assert next(tab.code for tab in village_tabs) == "overview"
    for tab in village_tabs:
        assert str(tab.label) in page


@pytest.mark.parametrize("tab", ["", *(f"{tab}/" for tab in TABS)])
def test_outside_ones_area_there_is_none(client, sign_in, tab):
    village_files.complete(factories.village())
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    assert client.get(f"{FUJIAN}{tab}").status_code == 404
    sign_in(factories.user(role=roles.HELPER))
    assert client.get(f"{FUJIAN}{tab}").status_code in {403, 404}


def test_a_code_of_another_level_is_none(client, district):
    assert client.get("/villages/500116108/").status_code == 404
    assert client.get("/villages/500116108999/").status_code == 404


class TestSurveyTab:
    def test_the_newest_two_years_beside_each_other(self, client, district):
        for year, population in ((2013, 980), (2014, 990), (2015, 1000)):
            village_files.survey(year=year, population=population)
        response = client.get(f"{FUJIAN}surveys/")
        assert response.context["chosen"] == [2014, 2015]
        assert "+10" in response.content.decode()
        response = client.get(f"{FUJIAN}surveys/?year=2015&with=2013")
        assert response.context["chosen"] == [2013, 2015]
        assert "+20" in response.content.decode()

    @pytest.mark.parametrize("query", ["?year=1999", "?year=x&with=²", "?with=2015"])
    def test_a_year_without_a_survey_is_not_asked(self, client, district, query):
        village_files.survey(year=2014)
        village_files.survey()
        assert client.get(f"{FUJIAN}surveys/{query}").status_code == 200

    def test_one_year_alone(self, client, team):
        village_files.survey(year=2014)
        response = client.get(f"{FUJIAN}surveys/")
        assert response.context["chosen"] == [2014]
        assert f"{FUJIAN}survey/?year=2015" in response.content.decode()


def test_the_incidence_of_each_surveyed_year(client, district):
    village_files.survey(year=2014, agricultural_population=100)
    village_files.survey(agricultural_population=200)
    factories.household(members=4, registered_on=dt.date(2014, 6, 1))
    years = client.get(f"{FUJIAN}overview/").context["years"]
    assert [(each["day"], each["numbers"].incidence_state) for each in years] == [
        (december(31), "met"),
        (dt.date(2014, 12, 31), "not_met"),
    ]


def test_the_number_of_queries_does_not_grow(client, district):
    def queries(url):
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    village = factories.village()
    village_files.complete(village)
    factories.household(members=1, group=village.children.create(name="1组", level="group"))
    urls = [FUJIAN, *(f"{FUJIAN}{tab}/" for tab in TABS)]
    before = [queries(url) for url in urls]
    for number in range(5):
        group = village.children.create(name=f"{number + 2}组", level="group")
        factories.household(members=2, tier="A", group=group)
    assert [queries(url) for url in urls] == before
    assert max(before) <= 34
