"""The page of the monthly check: tables by area, unit and helper, and numbers that open their lists."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from assistance.models import VisitCheck, VisitCheckRun
from households.models import HelperAssignment
from jiangjin.accounts import roles
from jiangjin.jobs.models import JobRun
from tests import factories
from tests.assistance.situations import check, december, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
NOVEMBER = {"month": dt.date(2015, 11, 1), "as_of": dt.date(2015, 11, 30)}


@pytest.fixture
def officer(sign_in):
    """The district office, signed in."""
    return sign_in(factories.user(name="区办", role=roles.DISTRICT_OFFICER))


@pytest.fixture
def register():
    """Households of two villages of one town and of another town; every other one was visited."""
    first, second = factories.helper("徐兴"), factories.helper("刘洋", area=factories.town("嘉平镇"))
    second.unit = None
    second.save()
    for name, helpers in (("复建村", [first]), ("河口村", [first, second]), ("紫荆村", [second])):
        village = factories.village(name)
        group = village.children.create(name="3组", level="group")
        for position in range(4):
            household = factories.household(area=village, members=1, group=group if position > 1 else None)
            for helper in helpers if position < 3 else []:
                factories.assignment(household, helper)
            if position == 0:
                visit(household, helpers[0], december(5))
    check(**NOVEMBER)
    check(as_of=december(30))


def cells(row):
    return {cell.state: cell.count for cell in row.cells}


def test_the_district_by_town(client, officer, register):
    response = client.get("/visits/checks/")
    assert response.context["month"] == december(1)
    rows = {row.name: cells(row) for row in response.context["page"].object_list}
    assert rows == {
        "白沙镇": {"due": 6, "met": 2, "pending": 4, "not_due": 2},
        "嘉平镇": {"due": 3, "met": 1, "pending": 2, "not_due": 1},
    }
    assert cells(response.context["total"]) == {"due": 9, "met": 3, "pending": 6, "not_due": 3}
    assert "33.3 %" in response.content.decode()
    assert "The month is still running." in response.content.decode()


def test_a_month_that_is_over_has_missed_households(client, officer, register):
    response = client.get("/visits/checks/?month=2015-11")
    assert cells(response.context["total"]) == {"due": 9, "met": 0, "missed": 9, "not_due": 3}
    assert client.get("/visits/checks/?month=2015-10").context["month"] == december(1)


@pytest.mark.parametrize("by", ["area", "unit", "helper", "nonsense"])
@pytest.mark.parametrize("area", ["500116", "500116108", "500116108205"])
@pytest.mark.parametrize("month", ["2015-12", "2015-11"])
def test_every_number_opens_the_list_that_adds_up_to_it(client, officer, register, by, area, month):
    response = client.get(f"/visits/checks/?area={area}&month={month}&by={by}")
    body = response.content.decode()
    shown = [response.context["total"], *response.context["page"].object_list]
    assert len(shown) > 1
    for row in shown:
        for cell in row.cells:
            assert client.get(cell.url).context["page"].paginator.count == cell.count, (row.name, cell)
            if cell.count:
                assert escape(cell.url) in body


def test_units_and_helpers_with_the_lowest_rate_first(client, officer, register):
    rows = client.get("/visits/checks/?by=helper").context["page"].object_list
    assert [(row.name, row.note, cells(row)["due"], cells(row)["met"]) for row in rows] == [
        ("刘洋", "", 6, 2),
        ("徐兴", "区农委", 6, 2),
    ]
    lower = HelperAssignment.objects.get(
        helper__name="刘洋", household__village__name="紫荆村", household__visits__isnull=False
    )
    lower.household.visits.update(withdrawn_at=dt.datetime(2015, 12, 6, tzinfo=dt.UTC), withdrawn_reason="x")
    check(as_of=december(31))
    rows = client.get("/visits/checks/?by=helper").context["page"].object_list
    assert [(row.name, cells(row)["met"]) for row in rows] == [("刘洋", 1), ("徐兴", 2)]
    units = client.get("/visits/checks/?by=unit")
    assert sorted(row.name for row in units.context["page"].object_list) == ["", "区农委"]
    assert "without a unit" in units.content.decode()


def test_a_village_by_group(client, officer, register):
    response = client.get("/visits/checks/?area=500116108205")
    assert [row.name for row in response.context["page"].object_list].count("") == 1
    assert "without a group" in response.content.decode()
    assert response.context["chart"] is None


def test_the_chart_is_sorted_and_opens_the_area(client, officer, register):
    chart = client.get("/visits/checks/").context["chart"]
    values = list(chart.series[0].values)
    assert values == sorted(values)
    assert len(chart.links) == len(chart.categories) == 2
    assert all("by=area" in link for link in chart.links)


def test_the_runs_are_listed(client, officer, register):
    response = client.get("/visits/checks/")
    assert [run.month for run in response.context["runs"]] == [december(1), dt.date(2015, 11, 1)]
    assert "by schedule" in response.content.decode()


def test_nothing_was_checked_yet(client, officer):
    page = client.get("/visits/checks/").content.decode()
    assert "No month has been checked yet" in page
    assert 'data-dialog="start-check"' in page


def test_the_check_is_started_and_its_result_shown(client, officer, register, django_capture_on_commit_callbacks):
    VisitCheck.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/visits/checks/start/?area=500116", {"month": "2015-10"})
    assert response["Location"].startswith("/visits/checks/?area=500116")
    run = VisitCheckRun.objects.first()
    assert (run.month, run.as_of, run.started_by) == (dt.date(2015, 10, 1), dt.date(2015, 10, 31), officer)
    assert client.get("/visits/checks/?month=2015-10").context["month"] == dt.date(2015, 10, 1)


def test_a_closed_month_is_checked_closed(client, officer, register):
    client.post("/visits/checks/start/?area=500116", {"month": "2015-12"})
    assert JobRun.objects.latest("pk").params["as_of"] == "2015-12-30"
    check(as_of=december(31))
    client.post("/visits/checks/start/?area=500116", {"month": "2015-12"})
    assert JobRun.objects.latest("pk").params["as_of"] == "2015-12-31"


@pytest.mark.parametrize("month", ["2016-01", "x", ""])
def test_a_wrong_month_starts_nothing(client, officer, month):
    response = client.post("/visits/checks/start/?area=500116", {"month": month})
    assert response["Location"] == "/visits/checks/?area=500116"
    assert not JobRun.objects.exists()
    assert list(response.wsgi_request._messages)


def test_only_the_district_office_starts_it(client, sign_in, register):
    for role in (roles.TOWN_OFFICER, roles.DISTRICT_HEAD, roles.INSPECTOR):
        sign_in(factories.user(role=role))
        assert client.post("/visits/checks/start/", {"month": "2015-12"}).status_code == 403
        assert "start-check" not in client.get("/visits/checks/").content.decode()
    assert not JobRun.objects.exists()


def test_a_town_sees_its_own_numbers(client, sign_in, register):
    sign_in(factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")))
    response = client.get("/visits/checks/")
    assert cells(response.context["total"]) == {"due": 3, "met": 1, "pending": 2, "not_due": 1}
    foreign = client.get("/visits/checks/?area=500116108")
    assert foreign.context["area"].name == "嘉平镇"


def test_a_helper_has_no_such_page(client, helper):
    assert client.get("/visits/checks/").status_code == 403


def test_the_number_of_queries_does_not_grow(client, officer, register):
    def queries(by):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/visits/checks/?by={by}").status_code == 200
        return len(captured)

    before = [queries(by) for by in ("area", "unit", "helper")]
    for number in range(6):
        helper = factories.helper(f"张{number}")
        factories.assignment(factories.household(area=factories.village("横山村")), helper)
    check(as_of=december(31))
    assert [queries(by) for by in ("area", "unit", "helper")] == before
