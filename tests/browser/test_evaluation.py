"""The district starts an evaluation, opens a number of its table, and tries another line."""

import re

import pytest
from playwright.sync_api import expect

from households.models import Evaluation, Verdict
from jiangjin.accounts import roles
from tests import factories
from tests.browser.conftest import fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def test_start_open_simulate(page, sign_in, live_server):
    for village in ("复建村", "复建村", "紫荆村"):
        factories.over_the_line(area=factories.village(village))
    poor = factories.over_the_line(area=factories.village("紫荆村"))
    poor.incomes.update(wages_fen=100)
    factories.user("district", role=roles.DISTRICT_OFFICER)
    sign_in("district")
    page.goto(f"{live_server.url}/households/evaluations/")
    page.locator("[data-dialog=start-evaluation]").click()
    page.fill("dialog [name=as_of]", "2015-12-31")
    page.locator("dialog[open] button.btn-primary").click()
    page.wait_for_load_state("networkidle")
    assert Evaluation.objects.filter(verdict=Verdict.NOT_MET).count() == 1
    page.goto(f"{live_server.url}/households/evaluations/?as_of=2015-12-31")
    row = page.locator("tbody tr", has_text="嘉平镇").first
    assert re.findall(r"\d+", row.inner_text().replace("\n", " "))[:3] == ["2", "1", "1"]
    row.locator("a", has_text="1").nth(1).click()
    page.wait_for_url("**/households/?**")
    assert page.locator("tbody tr").count() == 1
    assert poor.number in page.locator("tbody").inner_text()
    page.go_back()
    page.fill("[name=line_yuan], [name=line]", "1000000")
    page.locator("#simulate ~ * button, form[hx-target='#simulation'] button").first.click()
    expect(page.locator("#simulation")).to_contain_text("4")
    assert Evaluation.objects.filter(superseded_by=None, verdict=Verdict.NOT_MET).count() == 1
    assert fits(page)
