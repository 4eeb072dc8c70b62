"""REST: what is asked is answered, within the scope, the same in every format, and not computed twice."""

import csv
import datetime as dt
import io
from collections import Counter

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook
from rest_framework.test import APIClient

from assistance.models.visit_check import VisitState
from jiangjin.accounts import roles
from jiangjin.accounts.services import make_token
from supervision import permissions
from supervision.indicators import indicators
from supervision.models import RollupMonth
from tests import factories
from tests.supervision.rollups.histories import checked, happened, refresh, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
BAISHA, JIAPING, COUNTY = "500116108", "500116114", "500116"


def client(user) -> APIClient:
    made = APIClient()
    made.force_authenticate(user)
    return made


@pytest.fixture
def district():
    return client(factories.user(role=roles.DISTRICT_OFFICER))


@pytest.fixture
def two_towns():
    """Three households in 白沙镇 (one exits in June), one in 嘉平镇; in November two of four are visited."""
    here = [registered(area=factories.village("复建村"), tier=tier, members=3) for tier in "AAB"]
    there = registered("03-01", area=factories.village("紫荆村"), members=2)
    happened(here[0], "exited", "06-20")
    for household, state in zip(
        [*here, there], [VisitState.MET, VisitState.MISSED, VisitState.MISSED, VisitState.MET], strict=True
    ):
        checked(household, "11", state, visits=int(state == VisitState.MET))
    refresh()
    return here, there


def ask(who, query, status=200):
    response = who.get(f"/api/v1/rollups/?{query}")
    assert response.status_code == status, response.content
    return response.json()["results"] if status == 200 else response.json()["errors"]


def values(rows):
    return [(row["area"], row["month"], row["value"]) for row in rows]


def test_a_value_for_each_month(two_towns, district):
    rows = ask(district, f"indicator=households_on_roll&area={COUNTY}&from=2015-02&to=2015-07")
    assert values(rows) == [
        (COUNTY, "2015-02", 3),
        (COUNTY, "2015-03", 4),
        (COUNTY, "2015-04", 4),
        (COUNTY, "2015-05", 4),
        (COUNTY, "2015-06", 3),
        (COUNTY, "2015-07", 3),
    ]
    assert rows[0].keys() == {
        *("indicator", "area", "area_name", "month", "value", "numerator", "denominator", "refreshed_at", "frozen"),
    }
    assert (rows[0]["area_name"], rows[0]["frozen"], rows[0]["numerator"]) == (factories.county().name, False, None)
    refreshed = RollupMonth.objects.get(month="2015-02-01").refreshed_at
    assert dt.datetime.fromisoformat(rows[0]["refreshed_at"]) == refreshed


def test_several_indicators_repeated_or_with_commas(two_towns, district):
    repeated = ask(district, "indicator=exited_households&indicator=exited_persons&from=2015-06&to=2015-06")
    assert [(row["indicator"], row["value"]) for row in repeated] == [("exited_households", 1), ("exited_persons", 3)]
    assert ask(district, "indicator=exited_households,exited_persons&from=2015-06&to=2015-06") == repeated


def test_levels_add_up_whatever_is_asked(two_towns, district):
    codes = ",".join(indicator.code for indicator in indicators)

    def totals(level):
        sums = Counter()
        for asked in ("from=2015-06&to=2015-06&by=tier", "from=2015-11&to=2015-11"):
            answer = district.get(f"/api/v1/rollups/?indicator={codes}&level={level}&area={COUNTY}&{asked}&format=csv")
            for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))):
                for part in ("numerator", "denominator") if row["denominator"] else ("value",):
                    sums[row["indicator"], row["month"], row.get("tier"), part] += int(row[part])
        return sums

    county = totals("county")
    assert county["exited_persons", "2015-06", "A", "value"] == 3
    assert county["visit_rate", "2015-11", None, "denominator"] == 4
    assert county == totals("town") == totals("village")


def test_a_share_is_of_sums_and_never_an_average(two_towns, district):
    towns = {
        row["area"]: (row["value"], row["numerator"], row["denominator"])
        for row in ask(district, "indicator=visit_rate&level=town&from=2015-11&to=2015-11")
    }
    assert towns[BAISHA] == (0.333333, 1, 3)
    assert towns[JIAPING] == (1.0, 1, 1)
    (whole,) = ask(district, "indicator=visit_rate&level=county&from=2015-11&to=2015-11")
    assert (whole["value"], whole["numerator"], whole["denominator"]) == (0.5, 2, 4)
    (nothing_due,) = ask(district, "indicator=visit_rate&level=county&from=2015-10&to=2015-10")
    assert (nothing_due["value"], nothing_due["numerator"], nothing_due["denominator"]) == (None, 0, 0)


def test_by_tier(two_towns, district):
    rows = ask(district, "indicator=households_on_roll&from=2015-12&to=2015-12&by=tier")
    assert {row["tier"]: row["value"] for row in rows} == {"A": 1, "B": 1, "C": 0, "": 1}


def test_the_year_so_far_is_what_is_answered_without_months(two_towns, district):
    rows = ask(district, "indicator=registered_households")
    assert [row["month"] for row in rows] == [f"2015-{number:02d}" for number in range(1, 13)]
    assert [row["area"] for row in ask(district, "indicator=registered_households&to=2015-02")] == [COUNTY] * 2


def test_months_that_nobody_counted_have_no_rows(two_towns, district):
    assert ask(district, "indicator=households_on_roll&from=2014-01&to=2014-12") == []
    assert len(ask(district, "indicator=households_on_roll&from=2014-11&to=2015-01")) == 1


def test_a_town_sees_itself_and_not_a_part_of_the_district(two_towns):
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    asked = "indicator=households_on_roll&from=2015-12&to=2015-12"
    assert values(ask(town, asked)) == [(BAISHA, "2015-12", 2)]
    assert ask(town, f"{asked}&level=county") == []
    assert values(ask(town, f"{asked}&level=town&area={COUNTY}")) == [(BAISHA, "2015-12", 2)]
    assert ask(town, f"{asked}&area={JIAPING}") == []
    villages = ask(town, f"{asked}&level=village&page_size=1000")
    assert sum(row["value"] for row in villages) == 2
    assert all(row["area"].startswith(BAISHA) for row in villages)


def test_a_token_narrows_and_needs_the_permission(two_towns):
    user = factories.user(role=roles.API_CLIENT)

    def answer(permission):
        today = timezone.localdate()
        _token, plain = make_token(
            user=user,
            name="市级平台",
            area=factories.town("白沙镇"),
            permissions=[permission],
            expires_on=today + dt.timedelta(days=30),
            today=today,
        )
        return APIClient().get(
            "/api/v1/rollups/?indicator=households_on_roll&from=2015-12&to=2015-12&level=town",
            headers={"Authorization": f"Bearer {plain}"},
        )

    assert values(answer(permissions.VIEW_ROLLUPS).json()["results"]) == [(BAISHA, "2015-12", 2)]
    assert answer("households.view").status_code == 403


@pytest.mark.parametrize("role", [roles.HELPER, roles.ACCOUNT_ADMIN])
def test_roles_without_the_permission_are_refused(two_towns, role):
    who = client(factories.user(role=role))
    assert who.get("/api/v1/rollups/?indicator=households_on_roll").status_code == 403
    assert who.get("/api/v1/indicators/").status_code == 403


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", {"indicator"}),
        ("indicator=", {"indicator"}),
        ("indicator=happiness", {"indicator"}),
        ("indicator=visits_met,happiness", {"indicator"}),
        ("indicator=visits_met&level=group", {"level"}),
        ("indicator=visits_met&area=999", {"area"}),
        ("indicator=visits_met&from=2015", {"from"}),
        ("indicator=visits_met&to=december", {"to"}),
        ("indicator=visits_met&from=2015-05&to=2015-04", {"from"}),
        ("indicator=visits_met&by=sex", {"by"}),
        ("indicator=visits_met&ordering=value", {"ordering"}),
        ("indicator=visits_met&form=2015-05&aera=500116", {"form", "aera"}),
    ],
)
def test_wrong_questions_are_refused_in_words(two_towns, district, query, wrong):
    errors = ask(district, query, status=400)
    assert set(errors) == wrong
    assert all(sentence for sentences in errors.values() for sentence in sentences)


def test_a_refusal_is_json_also_where_a_workbook_was_asked_for(two_towns, district):
    response = district.get("/api/v1/rollups/?indicator=happiness&format=xlsx")
    assert (response.status_code, set(response.json()["errors"])) == (400, {"indicator"})
    assert response["Content-Type"] == "application/json"


def test_the_same_rows_in_every_format(two_towns, district):
    query = "indicator=visits_due&indicator=visit_rate&level=town&from=2015-10&to=2015-11&by=tier"
    rows = ask(district, f"{query}&page_size=1000")
    text = district.get(f"/api/v1/rollups/?{query}&format=csv")
    assert text["Content-Type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    as_text = [["" if cell is None else str(cell) for cell in row.values()] for row in rows]
    assert lines == [list(rows[0]), *as_text]
    book = district.get(f"/api/v1/rollups/?{query}&format=xlsx")
    assert "attachment" in book["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert sheet == [list(rows[0]), *[["" if cell is None else cell for cell in row.values()] for row in rows]]
    assert len(rows) == 2 * 29 * 2 * 4


def test_pages(two_towns, district):
    query = "indicator=households_on_roll,visit_rate&level=town&from=2015-01&to=2015-12"
    everything = ask(district, f"{query}&page_size=1000")
    first = district.get(f"/api/v1/rollups/?{query}&page_size=300").json()
    assert first["count"] == len(everything) == 2 * 29 * 12
    parts = [
        first,
        *(district.get(f"/api/v1/rollups/?{query}&page_size=300&page={number}").json() for number in (2, 3)),
    ]
    assert [row for part in parts for row in part["results"]] == everything
    assert parts[2]["next"] is None
    assert district.get(f"/api/v1/rollups/?{query}&page=99").status_code == 404


def test_what_has_not_changed_is_304_and_not_computed(two_towns, district):
    url = "/api/v1/rollups/?indicator=households_on_roll&from=2015-11&to=2015-12"
    first = district.get(url)
    with CaptureQueriesContext(connection) as queries:
        again = district.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert not any("areamonth" in query["sql"] for query in queries)
    assert district.get(f"{url}&by=tier", headers={"If-None-Match": first["ETag"]}).status_code == 200
    town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    assert town.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200
    happened(two_towns[1], "exited", "12-20")
    assert district.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304
    refresh()
    changed = district.get(url, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["results"][1]["value"]) == (200, 2)
    assert changed["ETag"] != first["ETag"]


def test_a_change_in_a_month_that_was_not_asked_for_leaves_the_answer_304(two_towns, district):
    url = "/api/v1/rollups/?indicator=households_on_roll&from=2015-01&to=2015-03"
    tag = district.get(url)["ETag"]
    happened(two_towns[1], "exited", "12-20")
    refresh()
    assert district.get(url, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "query",
    [
        "indicator=households_on_roll",
        f"indicator=households_on_roll,visit_rate,verdict_met_rate&level=village&area={COUNTY}&by=tier&page_size=200",
    ],
)
def test_the_number_of_queries_is_fixed(two_towns, district, query):
    first = district.get(f"/api/v1/rollups/?{query}")  # grants are asked once a user
    cache.clear()
    with CaptureQueriesContext(connection) as captured:
        district.get(f"/api/v1/rollups/?{query}")
    assert len(captured) == 4
    with CaptureQueriesContext(connection) as captured:
        again = district.get(f"/api/v1/rollups/?{query}")
    assert len(captured) == 1 + ("area=" in query)
    assert (again.content, again["Content-Type"]) == (first.content, first["Content-Type"])


def test_an_answer_that_is_kept_is_for_the_same_scope_and_language_only(two_towns, district):
    url = "/api/v1/rollups/?indicator=households_on_roll&level=town&from=2015-12&to=2015-12"
    everything = district.get(url).json()["count"]
    for _time in range(2):
        town = client(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
        assert (everything, town.get(url).json()["count"]) == (29, 1)
    sheets = {district.get(f"{url}&format={form}").content[:2] for form in ("csv", "xlsx") for _time in range(2)}
    assert sheets == {"\ufeff".encode()[:2], b"PK"}


def test_the_indicators_are_described(district):
    body = district.get("/api/v1/indicators/").json()
    assert body["count"] == len(indicators)
    by_code = {row["code"]: row for row in body["results"]}
    assert by_code["visit_rate"]["additive"] is False
    assert (by_code["visit_rate"]["numerator"], by_code["visit_rate"]["denominator"]) == ("visits_met", "visits_due")
    assert (by_code["exited_households"]["over"], by_code["households_on_roll"]["over"]) == ("flow", "stock")
    assert all(row["label"] and row["definition"] and row["unit"] for row in body["results"])
    assert set(district.get("/api/v1/indicators/?subject=visits").json()["errors"]) == {"subject"}
