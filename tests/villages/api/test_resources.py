"""REST: villages with today's numbers, and surveys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from jiangjin.accounts import roles
from tests import factories
from tests.villages import village_files
from tests.villages.village_files import december

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FUJIAN, ZIJING = "500116108205", "500116114205"


def client(user=None):
    made = APIClient()
    made.force_login(user or factories.user(role=roles.DISTRICT_OFFICER))
    return made


@pytest.fixture
def files():
    """复建村 complete and poor, with four persons on the roll; 紫荆村 struck off."""
    village_files.complete(factories.village())
    factories.household(members=4)
    village_files.poor(factories.village("紫荆村"), struck_off=december(28))
    village_files.survey(factories.village("紫荆村"), population=10)


def codes(query, user=None):
    answer = client(user).get(f"/api/v1/villages/?page_size=1000&{query}")
    assert answer.status_code == 200, answer.json()
    return [row["code"] for row in answer.json()["results"]]


def test_a_village_reads_with_its_file_and_its_numbers(files):
    row = client().get(f"/api/v1/villages/{FUJIAN}/").json()
    assert (row["name"], row["town"], row["town_code"]) == ("复建村", "白沙镇", "500116108")
    assert (row["evidence"], row["listed_on"], row["delisted_on"]) == ("certain", "2014-10-20", None)
    assert (row["households_on_roll"], row["persons_on_roll"], row["exited_households"]) == (1, 4, 0)
    assert (row["agricultural_population"], row["incidence"], row["incidence_state"]) == (900, 0.004444, "met")
    assert (row["profile"]["head_name"], row["profile"]["phone_masked"]) == ("陈祥松", "100****5678")
    assert "phone" not in row["profile"]


def test_a_village_without_a_file(files):
    row = client().get("/api/v1/villages/500116108200/").json()
    assert (row["evidence"], row["profile"], row["incidence"]) == (None, None, None)
    assert row["incidence_state"] == "not_verified"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("poor=true", [FUJIAN, ZIJING]),
        ("listed=true", [FUJIAN]),
        ("poor=true&listed=false", [ZIJING]),
        ("q=fjc", [FUJIAN]),
        (f"code={ZIJING}", [ZIJING]),
        ("evidence=placeholder", []),
        ("poor=true&area=500116114", [ZIJING]),
        ("poor=true&ordering=-code", [ZIJING, FUJIAN]),
    ],
)
def test_filters(files, query, found):
    assert codes(query) == found


def test_all_villages_and_no_other_area(files):
    assert len(codes("")) == 264
    assert len(codes("poor=false")) == 262


@pytest.mark.parametrize("query", ["terrain=swamp", "poor=perhaps", "area=1", "incidence=1", "ordering=incidence"])
def test_what_it_does_not_know_is_refused(files, query):
    assert client().get(f"/api/v1/villages/?{query}").status_code == 400


def test_only_ones_own(files):
    town = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
    assert codes("poor=true", town) == [FUJIAN]
    assert client(town).get(f"/api/v1/villages/{ZIJING}/").status_code == 404
    assert client(factories.user(role=roles.HELPER)).get("/api/v1/villages/").status_code in {200, 403}
    assert codes("poor=true", factories.user(role=roles.API_CLIENT)) == [FUJIAN, ZIJING]


def test_the_number_of_queries_does_not_grow(files):
    asked = client()

    def queries(size):
        with CaptureQueriesContext(connection) as captured:
            assert asked.get(f"/api/v1/villages/?page_size={size}").status_code == 200
        return len(captured)

    queries(1)
    assert queries(200) == queries(2) <= 9


class TestSurveys:
    def test_a_survey_reads_in_yuan_and_null_is_not_verified(self, files):
        factories.village().village_surveys.filter(year=2015).update(collective_income_fen=350_050)
        (row,) = client().get(f"/api/v1/surveys/?village={FUJIAN}&year=2015").json()["results"]
        assert (row["village_name"], row["town"], row["year"], row["reported_on"]) == (
            "复建村",
            "白沙镇",
            2015,
            "2015-12-10",
        )
        assert (row["collective_income_yuan"], row["net_income_per_capita_yuan"]) == ("3500.50", None)
        assert (row["main_road_hardened"], row["clinic_standardised"], row["population"]) == (True, None, 1000)

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 3),
            ("year=2015", 2),
            ("year=2015&poor_in=2015", 2),
            ("poor_in=2016", 2),
            ("poor_in=2013", 0),
            ("area=500116108", 2),
            ("village=500116108200", 0),
        ],
    )
    def test_filters(self, files, query, count):
        assert client().get(f"/api/v1/surveys/?{query}").json()["count"] == count

    @pytest.mark.parametrize("query", ["year=15", "poor_in=x", "village_code=1"])
    def test_what_it_does_not_know_is_refused(self, files, query):
        assert client().get(f"/api/v1/surveys/?{query}").status_code == 400

    def test_only_ones_own(self, files):
        town = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
        rows = client(town).get("/api/v1/surveys/").json()["results"]
        assert [row["village_code"] for row in rows] == [ZIJING]

    def test_nothing_is_written_here(self, files):
        asked = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
        for url in ("/api/v1/surveys/", "/api/v1/villages/"):
            assert asked.post(url, {}, format="json").status_code in {403, 405}
