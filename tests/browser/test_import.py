"""A town officer uploads a roster, looks at what it means, confirms, and takes the refused rows home."""

import io

import pytest
import python_calamine
from playwright.sync_api import expect

from households.models import Household
from jiangjin.accounts import roles
from tests import factories
from tests.browser.conftest import fits
from tests.households.pages.workbooks import family, filled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def test_upload_check_confirm_refused(page, sign_in, live_server, tmp_path):
    town = factories.town("白沙镇")
    factories.user("baisha", role=roles.TOWN_OFFICER, area=town)
    village = factories.village("复建村")
    good, bad = f"{village.code}8001", f"{village.code}8002"
    rows = [*family(good, 1), *family(bad, 3)]
    rows[2]["identity"] = rows[2]["identity"][:17] + ("0" if rows[2]["identity"][17] != "0" else "1")
    roster = tmp_path / "复建村花名册.xlsx"
    roster.write_bytes(filled(rows))
    sign_in("baisha")
    page.goto(f"{live_server.url}/households/imports/")
    page.set_input_files("input[type=file]", roster)
    page.locator("#upload button").click()
    page.wait_for_url("**/households/imports/*/")
    expect(page.locator("main")).to_contain_text("尚未写入数据")
    assert not Household.objects.exists()
    assert fits(page)
    page.locator("[data-dialog=commit-roster]").click()
    page.locator("dialog[open] button.btn-primary").click()
    expect(page.locator("h1")).to_contain_text("已入库")
    assert list(Household.objects.values_list("number", flat=True)) == [good]
    with page.expect_download() as download:
        page.get_by_role("link", name="未通过行").click()
    sheet = python_calamine.load_workbook(io.BytesIO(download.value.path().read_bytes())).get_sheet_by_index(0)
    text = str(sheet.to_python())
    assert bad in text
    assert good not in text
    assert "校验" in text or "第18位" in text
