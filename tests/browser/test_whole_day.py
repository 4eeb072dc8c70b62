"""The whole day: a cadre writes a visit, the month's check and the dashboard follow, the number opens the household, REST says the
same."""

import datetime as dt
import json
import urllib.request

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assistance.models import Visit
from assistance.services import visit_checks
from jiangjin.accounts import roles, services
from jiangjin.common import clock
from supervision.services import rollups
from tests import factories
from tests.browser.conftest import fits, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = dt.date(2015, 12, 20)
MONTH = dt.date(2015, 12, 1)


@pytest.fixture
def county(settings):
    """Two households of a helper and one of somebody else, none visited in December; the month has been checked today."""
    settings.TODAY = TODAY.isoformat()
    with clock.pin(TODAY):
        cadre = factories.helper("徐兴", user=factories.user("cadre", role=roles.HELPER))
        for name in ("陈建国", "王小明"):
            household = factories.over_the_line(area=factories.village("复建村"), members=2)
            household.members.filter(relation="01").update(name=name)
            factories.assignment(household, cadre)
        other = factories.over_the_line(area=factories.village("紫荆村"), members=2)
        factories.assignment(other, factories.helper("李明", area=factories.town("嘉平镇")))
        factories.user("district", role=roles.DISTRICT_OFFICER)
        county = factories.county()
        visit_checks.check(month=MONTH, area=county, as_of=TODAY)
        rollups.rebuild(county=county, today=TODAY)
        yield county


def rest(live_server, county) -> dict[str, int]:
    """The month's visits as a client gets them."""
    today = timezone.localdate()
    _token, plain = services.make_token(
        user=factories.user(role=roles.DISTRICT_OFFICER),
        name="市级平台",
        area=county,
        permissions=["rollups.view"],
        expires_on=today + dt.timedelta(days=2),
        today=today,
    )
    address = f"{live_server.url}/api/v1/rollups/?indicator=visits_due,visits_met&level=county&from=2015-12&to=2015-12"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {plain}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return {row["indicator"]: row["value"] for row in json.load(answer)["results"]}


def test_from_the_door_to_the_city(page, sign_in, live_server, viewport, county):
    assert rest(live_server, county) == {"visits_due": 3, "visits_met": 0}

    sign_in("cadre")
    page.goto(f"{live_server.url}/visits/mine/")
    assert page.locator("tbody tr[data-href]").count() == 2
    shoot(page, "whole-day-mine", viewport)
    page.locator("tbody tr", has_text="陈建国").get_by_role("link", name="走访").click()
    page.wait_for_url("**/visits/new/**")
    page.fill("[name=condition]", "院坝已硬化，孩子在校，房屋安全。")
    assert fits(page)
    shoot(page, "whole-day-write", viewport)
    page.locator(".form-actions button").click()
    page.wait_for_url("**/visits/mine/**")
    expect(page.locator("tbody tr", has_text="陈建国")).to_contain_text("已走访")
    visit = Visit.objects.get()
    assert (visit.visited_on, visit.recorded_by.username) == (TODAY, "cadre")

    rollups.refresh(today=TODAY)
    page.context.clear_cookies()
    sign_in("district")
    page.goto(f"{live_server.url}/dashboard/")
    page.wait_for_load_state("networkidle")
    shoot(page, "whole-day-dashboard", viewport)
    expect(page.locator("#results")).to_contain_text("33.3")
    page.goto(f"{live_server.url}/visits/checks/?month=2015-12")
    page.locator("a[href*='state=met']").filter(visible=True).first.click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    rows.first.locator("a").first.click()
    page.wait_for_url("**/households/**")
    expect(page.locator("h1")).to_contain_text("陈建国")
    assert rest(live_server, county) == {"visits_due": 3, "visits_met": 1}
