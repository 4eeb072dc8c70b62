"""Signing in, the language, signing out."""

import pytest
from playwright.sync_api import expect

from jiangjin.accounts import roles
from tests import factories
from tests.browser.conftest import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def test_a_wrong_password_says_so_and_keeps_the_name(page, live_server):
    factories.user("officer", role=roles.DISTRICT_OFFICER)
    page.goto(f"{live_server.url}/households/?status=exited")
    page.fill("input[name=username]", "officer")
    page.fill("input[name=password]", "wrong-password")
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("input[name=username]") == "officer"
    assert fits(page)
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/households/?status=exited")


def test_the_language_is_switched_and_kept(page, sign_in, live_server, viewport):
    factories.user("officer", role=roles.DISTRICT_OFFICER)
    sign_in("officer")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    if viewport == "phone":
        page.get_by_role("button", name="我", exact=True).click()
    page.get_by_role("button", name="English").filter(visible=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{live_server.url}/households/")
    assert page.locator("h1").inner_text().startswith("Households")


def test_after_signing_out_the_file_is_closed(page, sign_in, live_server, viewport):
    factories.user("officer", role=roles.DISTRICT_OFFICER)
    sign_in("officer")
    if viewport == "phone":
        page.get_by_role("button", name="我", exact=True).click()
    else:
        page.locator("header [data-bs-toggle=dropdown]").last.click()
    page.get_by_role("button", name="退出登录").filter(visible=True).first.click()
    page.wait_for_url("**/login/**")
    page.goto(f"{live_server.url}/households/")
    assert "/login/" in page.url
