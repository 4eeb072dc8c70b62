"""The list of household months: what it filters by, who sees what, the workbook."""

import io

import pytest
from python_calamine import CalamineWorkbook

from households.models import Household
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from supervision.indicators import additive
from supervision.models import HouseholdMonth
from supervision.services import reading
from tests import factories
from tests.supervision.dashboards.crawl import behind
from tests.supervision.rollups.histories import month

pytestmark = pytest.mark.django_db
URL = "/dashboard/households/"


def shown(client, user, **asked):
    client.force_login(user)
    response = client.get(URL, {"size": "100", **asked})
    assert response.status_code == 200
    return [row.household for row, _head, _state in response.context["shown"]]


def test_the_running_month_is_what_is_shown_without_one(client, district, who):
    rows = HouseholdMonth.objects.filter(month="2015-12-01")
    assert len(shown(client, who["district"])) == rows.count() == 8
    assert district.leaves in shown(client, who["district"], month="2015-09")


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"month": "2015-06", "status": "exited"}, ["exits", "returns"]),
        ({"month": "2015-06", "status": "registered", "tier": "A"}, ["plain", "far"]),
        ({"month": "2015-12", "tier": "none"}, ["new"]),
        ({"month": "2015-12", "indicator": "exited_households"}, ["far_exits"]),
        ({"since": "2015-01", "month": "2015-12", "indicator": "exited_households"}, ["exits", "returns", "far_exits"]),
        ({"month": "2015-12", "visit": "open"}, ["plain", "returns"]),
        ({"month": "2015-12", "visit": "due"}, ["plain", "exits", "returns", "far_exits"]),
        ({"month": "2015-12", "visit": "not_due"}, ["far"]),
        ({"month": "2015-12", "visit": "unchecked", "area": "500116114"}, ["prepares"]),
        ({"month": "2015-12", "area": "500116114"}, ["far", "far_exits", "prepares"]),
    ],
)
def test_filters(client, district, who, asked, names):
    expected = {getattr(district, name).pk for name in names}
    assert {household.pk for household in shown(client, who["district"], **asked)} == expected


def test_a_group_is_chosen_by_a_link_and_said_by_a_chip(client, district, who):
    key = str(district.plain.group_id)
    assert {row.pk for row in shown(client, who["village"], group=key)} == {district.plain.pk, district.exits.pk}
    assert [row.pk for row in shown(client, who["village"], group="none")] == [district.new.pk]
    response = client.get(URL, {"group": key})
    assert [(chip.param, chip.text) for chip in response.context["chips"] if chip.param == "group"] == [
        ("group", "1组")
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"month": "2015"},
        {"month": "2015-03", "since": "2015-04"},
        {"month": "2015-03", "indicator": "happiness"},
        {"month": "2015-03", "indicator": "visit_rate"},
        {"month": "2015-03", "status": "rich"},
        {"month": "2015-03", "group": "x"},
    ],
)
def test_what_is_not_understood_shows_its_error_and_no_rows(client, district, who, asked):
    client.force_login(who["district"])
    response = client.get(URL, asked)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert response.context["page"].paginator.count == 0


@pytest.mark.parametrize("indicator", additive(), ids=lambda indicator: indicator.code)
def test_each_indicator_opens_its_rows(client, district, who, indicator):
    client.force_login(who["town"])
    town, scope = factories.town("白沙镇"), who["town"].scope("rollups.view")
    for at in (month("12"), month("06")):
        (row,) = reading.series(scope=scope, codes=[indicator.code], level="town", months=(at, at), area=town)
        url = indicator.rows_url(area=town, month=at)
        assert behind(client, url) == row.value, url


def test_who_sees_what(client, district, who):
    assert {row.village.name for row in shown(client, who["village"])} == {"复建村"}
    assert {row.village.name for row in shown(client, who["town"], area="500116114")} == {"复建村", "高屋村"}
    client.force_login(factories.user(role=roles.HELPER))
    assert client.get(URL).status_code == 403
    client.force_login(factories.user(role=roles.ACCOUNT_ADMIN))
    assert client.get(URL).status_code == 403


@pytest.mark.parametrize("sort", ["number", "-village", "month", "tier", "-status", "persons", "-helpers", "visits"])
def test_orders(client, district, who, sort):
    assert len(shown(client, who["district"], sort=sort)) == 8


def test_the_workbook_has_the_rows_of_the_list_and_is_logged(client, district, who):
    client.force_login(who["town"])
    asked = {"since": "2015-01", "month": "2015-12", "indicator": "exited_persons"}
    answer = client.get(f"{URL}export/", asked)
    assert "attachment" in answer["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 2
    persons = rows[0].index("脱贫人数")
    assert sum(row[persons] for row in rows[1:]) == 6
    numbers = {Household.objects.get(pk=pk).number for pk in (district.exits.pk, district.returns.pk)}
    assert {row[0] for row in rows[1:]} == numbers
    entry = AuditEntry.objects.filter(action="exported").latest("pk")
    assert entry.after["rows"] == 2
    client.force_login(who["village"])
    assert client.get(f"{URL}export/", asked).status_code == 403
