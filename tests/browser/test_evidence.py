"""Photos as proof: chosen one after the other, made smaller on the phone, kept when something else is wrong, looked at."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from assistance.models import FollowUp
from jiangjin.accounts import roles
from jiangjin.evidence.models import EvidenceFile
from tests import factories
from tests.assistance.situations import december, visit
from tests.browser.axe import violations
from tests.browser.conftest import VIEWPORTS, fits, shoot
from tests.evidence.pictures import PDF, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


@pytest.fixture
def promise():
    """What a helper with a login promised."""
    helper = factories.helper("徐兴", user=factories.user("helper", role=roles.HELPER))
    household = factories.household(members=1)
    factories.assignment(household, helper)
    return FollowUp.objects.create(
        visit=visit(household, helper, december(1), condition="电话了解"), text="送柑橘苗", due_on=december(20)
    )


def camera() -> bytes:
    """A photo as a phone takes it: megabytes, and lying on its side."""
    exif = Image.Exif()
    exif[274] = 6
    buffer = io.BytesIO()
    Image.effect_noise((2600, 1800), 90).convert("RGB").save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()


def file(name: str, content: bytes, kind: str = "image/jpeg") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


def test_from_the_camera_to_the_proof(page, sign_in, live_server, viewport, promise):
    page.expected_errors = ("422",)
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/{promise.visit_id}/")
    page.locator(".follow-up summary").click()
    box = page.locator(".evidence-input input[type=file]")
    large = camera()
    box.set_input_files([file("新苗.jpg", large)])
    box.set_input_files([file("收条.pdf", PDF, "application/pdf"), file("程序.exe", b"MZ", "application/x-msdownload")])
    form = page.locator(".follow-up form")
    form.locator("[name=outcome]").evaluate("box => box.removeAttribute('required')")
    rows = page.locator("[data-evidence-new] li")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("不会上传")
    expect(rows.nth(0)).to_contain_text("→")
    assert (violations(page), fits(page)) == ([], True)
    form.get_by_role("button", name="确认办结").click()

    # The outcome is missing: the files are there nevertheless.
    expect(page.locator(".evidence-chips input:checked")).to_have_count(2)
    photo = EvidenceFile.objects.get(name="新苗.jpg")
    assert (photo.height, photo.width < photo.height, photo.size < len(large) / 2) == (2000, True, True)
    assert (violations(page), fits(page)) == ([], True)
    shoot(page, "evidence-kept", viewport)
    page.fill(".follow-up [name=outcome]", "苗已送到")
    page.locator(".follow-up form").get_by_role("button", name="确认办结").click()
    expect(page.locator(".evidence li")).to_have_count(2)
    promise.refresh_from_db()
    assert (promise.outcome, promise.evidence.count()) == ("苗已送到", 2)

    page.locator("[data-evidence-photo]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("新苗.jpg")
    expect(dialog.locator("img")).to_have_js_property("naturalHeight", 2000)
    assert violations(page) == []
    shoot(page, "evidence-dialog", viewport)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("[data-evidence-photo]")).to_be_focused()


def test_sent_while_a_photo_is_still_being_made_smaller(page, sign_in, live_server, promise):
    """The button waits for it: what arrives is the small one, and once."""
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/{promise.visit_id}/")
    page.locator(".follow-up summary").click()
    page.fill(".follow-up [name=outcome]", "苗已送到")
    large = camera()
    page.locator(".evidence-input input[type=file]").set_input_files([file("新苗.jpg", large)])
    page.locator(".follow-up form").get_by_role("button", name="确认办结").click()
    expect(page.locator(".evidence li")).to_have_count(1)
    assert EvidenceFile.objects.get().height == 2000
    assert promise.evidence.count() == 1


def test_one_is_left_out_again(page, sign_in, live_server, promise):
    sign_in("helper")
    page.goto(f"{live_server.url}/visits/{promise.visit_id}/")
    page.locator(".follow-up summary").click()
    page.fill(".follow-up [name=outcome]", "苗已送到")
    box = page.locator(".evidence-input input[type=file]")
    box.set_input_files([file("一.jpg", picture()), file("二.jpg", picture())])
    page.locator("[data-evidence-drop]").first.click()
    expect(page.locator("[data-evidence-sum]")).to_contain_text("1")
    page.locator(".follow-up form").get_by_role("button", name="确认办结").click()
    expect(page.locator(".evidence li")).to_have_count(1)
    assert [each.name for each in promise.evidence.all()] == ["二.jpg"]


def test_without_script(browser, live_server, viewport, promise):
    width, height = VIEWPORTS[viewport]
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/login/?next=/visits/{promise.visit_id}/")
    page.fill("input[name=username]", "helper")
    page.fill("input[name=password]", factories.PASSWORD)
    page.press("input[name=password]", "Enter")
    page.locator(".follow-up summary").click()
    page.fill(".follow-up [name=outcome]", "苗已送到")
    page.locator(".evidence-input input[type=file]").set_input_files(
        [file("新苗.jpg", picture()), file("假.jpg", b"MZ")]
    )
    page.get_by_role("button", name="确认办结").click()
    expect(page.locator(".field-error")).to_contain_text("假.jpg")
    expect(page.locator(".evidence-chips input:checked")).to_have_count(1)
    expect(page.locator(".follow-up [name=outcome]")).to_have_value("苗已送到")
    page.get_by_role("button", name="确认办结").click()
    expect(page.locator(".evidence li")).to_have_count(1)
    page.locator(".evidence a").click()
    assert "/evidence/" in page.url
    context.close()
    assert promise.evidence.count() == 1
