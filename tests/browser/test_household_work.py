"""A town officer finds a household, sees a number with a reason, corrects the income; the verdict follows."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from households.models import IncomeStatement, Tier
from households.services import evaluations
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.common.romanise import initials, pinyin
from tests import factories
from tests.browser.conftest import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


@pytest.fixture
def officer():
    return factories.user("baisha", role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))


def people(*names: str):
    for name in names:
        made = factories.over_the_line(area=factories.village("复建村"), members=1, tier=Tier.B)
        made.members.update(name=name, name_pinyin=pinyin(name), name_initials=initials(name))
        yield made


def test_search_by_initials_narrows_the_list_and_stays_in_the_address(page, sign_in, live_server, officer):
    list(people("陈建国", "王小明", "曾繁荣"))
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/")
    assert page.locator("tbody tr").count() == 3
    page.fill("form input[name=q] >> visible=true >> nth=-1", "cjg")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "陈建国" in page.locator("tbody").inner_text()
    assert "q=cjg" in page.url
    page.reload()
    assert page.locator("tbody tr").count() == 1
    assert fits(page)


def test_a_number_is_shown_for_a_reason_and_logged(page, sign_in, live_server, officer):
    (household,) = people("陈建国")
    member = household.members.get()
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/{household.number}/")
    sealed = page.locator(f"#sealed-member-{member.pk}-identity")
    assert member.identity not in sealed.inner_text()
    sealed.locator("a").click()
    sealed.locator("[name=reason]").fill("核对户口簿")
    sealed.locator("button").first.click()
    expect(page.locator("main")).to_contain_text(member.identity)
    entry = AuditEntry.objects.filter(reason="核对户口簿").get()
    assert entry.actor_name == "baisha"


def test_a_corrected_income_changes_the_verdict(page, sign_in, live_server, officer):
    (household,) = people("陈建国")
    IncomeStatement.objects.filter(household=household).update(wages_fen=100_000)
    evaluations.evaluate(as_of=dt.date(2015, 12, 31), area=factories.county())
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/{household.number}/")
    assert "未达标" in page.locator("main").inner_text()
    page.goto(f"{live_server.url}/households/{household.number}/income/?year=2015")
    page.fill("[name=wages_fen]", "9000")
    expect(page.locator(".form-with-aside aside")).to_contain_text("9,000")
    page.fill("[name=reason]", "补登务工收入")
    page.locator(".form-actions button").click()
    page.wait_for_url(re.compile(rf"/households/{household.number}/(\?.*|#.*)?$"))
    assert IncomeStatement.objects.get(household=household).wages_fen == 900_000
    evaluations.evaluate(as_of=dt.date(2015, 12, 31), area=factories.county())
    page.reload()
    assert "未达标" not in page.locator("main").inner_text()


@pytest.mark.parametrize("viewport", ["phone"])
def test_a_thumb_finds_what_stands_beside_a_number_and_a_name(page, sign_in, live_server, officer):
    (household,) = people("陈建国")
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/{household.number}/")
    links = page.locator(".icon-link, .sealed a")
    expect(links).to_have_count(2)
    for link in links.all():
        box = link.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    assert fits(page)


def test_after_signing_out_the_back_button_shows_no_file(page, sign_in, live_server, officer):
    (household,) = people("陈建国")
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/{household.number}/")
    assert "陈建国" in page.content()
    page.evaluate("document.querySelector('form[action*=logout]').submit()")
    page.wait_for_url("**/login/")
    page.go_back()
    page.wait_for_url(lambda url: "/login/?next=" in url)
    assert "陈建国" not in page.content()
