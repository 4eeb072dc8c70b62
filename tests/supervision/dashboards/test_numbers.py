"""Every number of a dashboard is what the list behind it adds up to, for whoever looks, wherever, in whatever month."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import VisitState
from tests import factories
from tests.supervision.dashboards.crawl import behind, numbers, results, unlinked
from tests.supervision.rollups.histories import checked, happened, refresh, registered

pytestmark = pytest.mark.django_db
COUNTY, BAISHA, JIAPING = "500116", "500116108", "500116114"


def page(client, user, **asked):
    client.force_login(user)
    response = client.get("/dashboard/", asked)
    assert response.status_code == 200
    return response


def compare(client, response) -> int:
    """Follow every number of the page and of its charts; returns how many there were."""
    html = results(response.content.decode())
    found = numbers(html)
    for opened in found:
        assert behind(client, opened.url) == opened.value, opened
    assert unlinked(html) <= {0}
    board = response.context["board"]
    for chart in response.context["charts"].values():
        if chart is None:
            continue
        assert len(chart.links) == len(chart.categories)
        for link, value in zip(chart.links, chart.series[0].values, strict=True):
            if chart.code == "exits":
                assert behind(client, link) == value, link
            elif value is None:
                assert link == ""
            else:
                due = behind(client, link)
                met = behind(client, link.replace("state=due", "state=met").replace("visits_due", "visits_met"))
                assert round(met / due * 100, 1) == value, link
    rate = response.context["rate"]
    if rate["value"] is not None:
        assert rate["value"] == pytest.approx(rate["met"].value / rate["due"].value, abs=1e-6)
        assert behind(client, rate["due"].url) == rate["due"].value
    assert board.numbers.get("households_on_roll", board.month) == sum(
        board.numbers.get("households_on_roll", board.month, place=place.key) for place in board.places
    )
    return len(found)


@pytest.mark.parametrize(
    ("name", "area", "least"),
    [
        ("district", "", 30),
        ("district", BAISHA, 25),
        ("district", JIAPING, 20),
        ("finance", "", 30),
        ("town", "", 25),
        ("town", COUNTY, 25),
        ("village", "", 20),
    ],
)
def test_each_number_opens_the_list_that_adds_up_to_it(client, district, who, name, area, least):
    followed = {}
    for month in ("", "2015-11", "2015-06", "2014-12"):
        asked = {key: value for key, value in {"area": area, "month": month}.items() if value}
        response = page(client, who[name], **asked)
        assert f"{response.context['board'].month:%Y-%m}" == (month or "2015-12")
        followed[month] = compare(client, response)
    assert followed[""] >= least, followed
    assert followed["2015-11"] >= followed["2015-06"] > followed["2014-12"], followed


@pytest.mark.parametrize("area", ["复建村", "高屋村", "紫荆村"])
def test_so_it_is_in_each_village(client, district, who, area):
    for month in ("2015-12", "2015-06"):
        response = page(client, who["district"], area=factories.village(area).code, month=month)
        assert response.context["area"].name == area
        assert compare(client, response) >= 5


def test_the_numbers_are_those_of_the_history(client, district, who):
    response = page(client, who["district"])
    board = response.context["board"]

    def told(code, **where):
        return board.numbers.get(code, board.month, **where)

    assert told("households_on_roll") == 6
    assert told("households_on_roll", tier="B") == 3
    assert told("households_on_roll", tier="") == 1
    assert board.numbers.get("exited_households", None) == 3
    assert board.numbers.get("exited_persons", None) == 4 + 2 + 6
    assert board.numbers.get("relapsed_households", None) == 1
    assert board.numbers.rate(board.month) == 0.5
    assert (response.context["rate"]["met"].value, response.context["rate"]["due"].value) == (2, 4)
    table = {row["name"]: row for row in response.context["table"].rows}
    assert [row["open"].value for row in (table["白沙镇"], table["嘉平镇"])] == [2, 0]
    assert [row["before"].value for row in (table["白沙镇"], table["嘉平镇"])] == [2, 1]
    assert [row["helper"].value for row in (table["白沙镇"], table["嘉平镇"])] == [1, 1]
    assert next(iter(table)) == "白沙镇"
    assert {change.code: change.value for change in response.context["changes"].rows} == {
        "registered": 1,
        "exited": 1,
        "exit_prepared": 1,
        "tier": 1,
        "helper": 1,
        "rosters": 1,
    }


def test_a_village_is_told_apart_by_its_groups(client, district, who):
    response = page(client, who["village"])
    rows = {row["name"]: row["roll"].value for row in response.context["table"].rows}
    assert rows["1组"] == 1
    assert rows["2组"] == 1
    assert sum(rows.values()) == 3
    assert len(rows) == 3


def test_only_what_lies_in_the_scope_is_counted(client, district, who):
    response = page(client, who["town"], area=JIAPING)
    assert response.context["area"].code == BAISHA
    assert "嘉平镇" not in response.content.decode()
    response = page(client, who["village"], area=BAISHA)
    assert response.context["area"].name == "复建村"


def test_while_something_waits_the_page_says_so_and_still_adds_up(client, district, who):
    checked(district.plain, "12", VisitState.MET, visits=1)
    happened(district.next_door, "exited", "12-31")
    response = page(client, who["district"])
    assert response.context["board"].waiting
    assert 'id="being-counted"' in response.content.decode()
    assert response.context["table"].total["roll"].value == 6
    assert compare(client, response) >= 30
    refresh()
    response = page(client, who["district"])
    assert not response.context["board"].waiting
    assert 'id="being-counted"' not in response.content.decode()
    assert response.context["table"].total["roll"].value == 5
    assert compare(client, response) >= 20


def test_without_any_household_the_page_says_that_nothing_is_counted(client, year_end, who):
    response = page(client, who["district"])
    assert response.context["board"] is None
    assert "empty-state" in response.content.decode()


def test_a_month_that_nobody_counted_is_the_latest(client, district, who):
    for month in ("2013-01", "2016-01", "yesterday"):
        assert f"{page(client, who['district'], month=month).context['board'].month:%Y-%m}" == "2015-12"


@pytest.mark.parametrize("sort", ["place", "-place", "rate", "-rate", "before", "-roll", "exited", "nonsense"])
def test_the_table_can_be_ordered(client, district, who, sort):
    rows = page(client, who["district"], sort=sort).context["table"].rows
    assert len(rows) == 29
    key = sort.removeprefix("-")
    if key in {"rate", "before", "roll", "exited"}:
        values = [row["keys"][key] for row in rows if row["keys"][key] is not None]
        assert values == sorted(values, reverse=sort.startswith("-"))


@pytest.mark.parametrize("name", ["district", "town", "village"])
def test_the_number_of_queries_is_small_and_does_not_grow(client, district, who, name):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client, who[name])
        return len(captured)

    page(client, who[name])
    before = queries()
    assert before <= 25 + 8  # signing in again takes eight
    for village in ("复建村", "高屋村", "紫荆村"):
        for tier in "ABC":
            registered(area=factories.village(village), tier=tier)
    refresh()
    assert queries() == before
