"""A helper on the way: finds who is due, writes the visit down, keeps a promise; what was typed survives a closed form."""

import re

import pytest
from playwright.sync_api import expect

from assistance.models import FollowUp, Visit, VisitState
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import check, checked, december, visit
from tests.browser.axe import violations
from tests.browser.conftest import fits, shoot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


@pytest.fixture
def helper():
    return factories.helper("徐兴", user=factories.user("helper", role=roles.HELPER))


@pytest.fixture
def household(helper):
    """A household that is still to be visited this month, with a promise of the last visit."""
    made = factories.household(members=1)
    factories.member(made, relation="02", name="李秀英", sex="2")
    factories.assignment(made, helper)
    before = visit(made, helper, december(1), method="phone", condition="电话了解")
    FollowUp.objects.create(visit=before, text="送柑橘苗", due_on=december(20))
    check(as_of=december(30))
    return made


def test_from_the_list_to_a_stored_visit(page, sign_in, live_server, viewport, helper, household):
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/mine/")
    assert (violations(page), fits(page)) == ([], True)
    page.locator("tbody .row-action a").click()
    page.wait_for_url(re.compile(r"/visits/new/"))
    assert (violations(page), fits(page)) == ([], True)
    page.locator("label.choice", has_text="李秀英").click()
    page.fill("[name=condition]", "屋顶已修好，土鸡长势不错。")
    save = page.locator(".form-actions .btn-primary")
    if viewport == "phone":
        expect(save).to_be_in_viewport()
    save.click()
    page.wait_for_url(re.compile(r"/visits/mine/$"))
    expect(page.locator("#toasts")).to_contain_text("陈建国")
    stored = Visit.objects.get(visited_on=december(31))
    assert (stored.people_met, stored.method, stored.helper) == ("李秀英", "home", helper)
    assert checked(household).state == VisitState.MET


def test_an_error_stands_at_its_field_and_in_an_open_part(page, sign_in, live_server, viewport, household):
    page.expected_errors = ("422",)
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/new/?household={household.number}")
    page.locator("details.fold summary").nth(2).click()
    page.select_option("[name=difficulty_kind]", "water")
    page.fill("[name=condition]", "水源干涸")
    page.locator(".form-actions .btn-primary").click()
    wrong = page.locator("#id_difficulty_field .field-error")
    expect(wrong).to_be_visible()
    expect(page.locator("[name=condition]")).to_have_value("水源干涸")
    assert (violations(page), fits(page)) == ([], True)
    shoot(page, "visit-with-an-error", viewport)
    page.fill("[name=difficulty]", "水源干涸，要挑水")
    page.locator(".form-actions .btn-primary").click()
    page.wait_for_url(re.compile(r"/visits/mine/$"))
    assert Visit.objects.get(visited_on=december(31)).difficulty == "水源干涸，要挑水"


def test_what_was_typed_is_offered_again_and_not_hidden(page, sign_in, live_server, household):
    sign_in("helper")
    url = f"{live_server.url}/visits/new/?household={household.number}"
    page.goto(url)
    number = page.locator("[name=client_id]").input_value()
    page.locator("details.fold summary").last.click()
    page.fill("[name=follow_up]", "联系水务局")
    page.fill("[name=condition]", "水源干涸")
    page.wait_for_timeout(500)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live_server.url}/visits/mine/")
    page.goto(url)
    expect(page.locator("[name=follow_up]")).not_to_be_visible()
    page.locator("[data-draft-restore]").click()
    expect(page.locator("[name=follow_up]")).to_be_visible()
    expect(page.locator("[name=follow_up]")).to_have_value("联系水务局")
    expect(page.locator("[name=condition]")).to_have_value("水源干涸")
    # The draft keeps its number: had it been sent after all, it is not stored twice.
    assert page.locator("[name=client_id]").input_value() == number


def test_a_promise_is_kept_where_it_stands(page, sign_in, live_server, viewport, household):
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/follow-ups/")
    row = FollowUp.objects.get()
    block = page.locator(f"#follow-up-{row.pk}")
    block.get_by_role("link", name="办结").click()
    expect(block.locator("textarea")).to_be_focused()
    block.locator("textarea").fill("苗已送到")
    assert (violations(page), fits(page)) == ([], True)
    block.get_by_role("button", name="确认办结").click()
    expect(block).to_contain_text("苗已送到")
    expect(page.locator("h1")).to_have_count(1)
    row.refresh_from_db()
    assert (row.done_on, row.outcome) == (december(31), "苗已送到")


def test_a_visit_is_withdrawn_with_a_reason(page, sign_in, live_server, household):
    sign_in("helper")
    stored = Visit.objects.get()
    page.goto(f"{live_server.url}/visits/{stored.pk}/")
    page.locator("[data-dialog=withdraw]").click()
    dialog = page.locator("dialog#withdraw")
    expect(dialog).to_be_visible()
    dialog.locator("[name=reason]").fill("登记错户")
    dialog.locator(".btn-danger").click()
    page.wait_for_url(re.compile(rf"/households/{household.number}/\?tab=visits"))
    stored.refresh_from_db()
    assert stored.withdrawn_reason == "登记错户"
