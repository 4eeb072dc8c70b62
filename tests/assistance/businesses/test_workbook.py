"""The workbook of gains: taken, filled in, checked row by row, written when that was confirmed."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from assistance.imports.business_gains import MAX_ROWS, read_gains, template
from assistance.models import BusinessGain, BusinessLink
from households.imports.unreadable import UnreadableFile
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.businesses.situations import business, gained, tied
from tests.households.pages.sending import told
from tests.households.pages.workbooks import sheet_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TITLES = ["户编号", "经营主体", "联结方式", "带动增收（元）", "核算方式"]


def book(*rows, titles=TITLES, above=()):
    """A workbook of one sheet."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = made.add_worksheet("增收")
    for number, row in enumerate([*above, titles, *rows]):
        sheet.write_row(number, 0, row)
    made.close()
    return stream.getvalue()


def read(*rows, **kwargs):
    return read_gains(book(*rows, **kwargs), year=2015, links=BusinessLink.objects.all())


@pytest.fixture
def link():
    """A tie by a share of household 5001161082050001 to 复建合作社."""
    household = factories.household(members=2, number="5001161082050001")
    return tied(household, business(name="复建合作社"))


def test_a_row_names_its_tie_by_household_business_and_way(link):
    (row,) = read(["5001161082050001", "复建合作社", "入股分红", 3200, "按股分红"])
    assert (row.entry.link, row.entry.year, row.entry.gain_fen, row.entry.basis) == (link.pk, 2015, 320_000, "按股分红")
    assert (row.place, row.number, row.business, row.problem) == ("增收!D2", "5001161082050001", "复建合作社", "")


@pytest.mark.parametrize("amount", [3200, "3,200", "3200元", "0.32万元", "３２００"])
def test_amounts_are_read_as_in_a_roster(link, amount):
    (row,) = read(["5001161082050001", "", "", amount, ""])
    assert row.entry.gain_fen == 320_000


def test_where_one_tie_is_meant_its_name_may_be_left_out(link):
    assert read(["5001161082050001", "", "", 1, ""])[0].entry.link == link.pk
    other = tied(link.household, link.business, tie="land")
    problem = read(["5001161082050001", "", "", 1, ""])[0]
    assert (problem.entry, bool(problem.problem)) == (None, True)
    assert read(["5001161082050001", "复建合作社", "land", 1, ""])[0].entry.link == other.pk


@pytest.mark.parametrize(
    "row",
    [
        ["5001160000000000", "复建合作社", "", 1, ""],
        ["5001161082050001", "别的合作社", "", 1, ""],
        ["5001161082050001", "", "土地流转", 1, ""],
        ["5001161082050001", "", "", "三千", ""],
        ["5001161082050001", "", "", -5, ""],
        ["not a number", "", "", 1, ""],
    ],
    ids=["household", "business", "way", "words", "negative", "number"],
)
def test_what_is_wrong_with_a_row_is_said_of_that_row(link, row):
    good = ["5001161082050001", "", "", 1, ""]
    first, second = read(row, good)
    assert (first.entry, bool(first.problem)) == (None, True)
    assert second.entry is not None


def test_rows_without_an_amount_say_nothing(link):
    rows = read(["5001161082050001", "", "", "", ""], ["", "", "", "", ""], ["5001161082050001", "", "", "-", ""])
    assert rows == []


def test_titles_may_stand_below_a_heading_and_in_any_order(link):
    content = book([12.5, "5001161082050001"], titles=["增收金额", "户编号"], above=[["白沙镇2015年带动增收表"], []])
    (row,) = read_gains(content, year=2015, links=BusinessLink.objects.all())
    assert (row.entry.gain_fen, row.place) == (1250, "增收!A4")


@pytest.mark.parametrize("titles", [["户编号", "户主"], ["带动增收"], ["a", "b"]])
def test_a_workbook_without_such_a_table_is_refused(titles):
    with pytest.raises(UnreadableFile) as error:
        read(["1", "2"], titles=titles)
    assert error.value.code == "no_gains"


def test_too_many_rows_are_refused(link):
    with pytest.raises(UnreadableFile) as error:
        read(*[["5001161082050001", "", "", 1, ""]] * (MAX_ROWS + 1))
    assert error.value.code == "too_many_rows"


def test_what_is_no_workbook_is_refused():
    with pytest.raises(UnreadableFile):
        read_gains(b"household,gain", year=2015, links=BusinessLink.objects.all())


def test_the_template_comes_back_as_it_went_out(link):
    gained(link, 100, basis="分红")
    other = tied(factories.household(members=1, number="5001161082050002"))
    officer = factories.user(name="经办")
    content = template(BusinessLink.objects.all(), year=2015, by=officer)
    rows = sheet_rows(content)
    assert ["5001161082050001", "陈建国", "复建合作社"] in [[str(cell) for cell in row[1:4]] for row in rows]
    read_back = read_gains(content, year=2015, links=BusinessLink.objects.all())
    assert [(row.entry.link, row.entry.gain_fen, row.entry.basis) for row in read_back] == [(link.pk, 10_000, "分红")]
    assert other.pk in {int(row[0]) for row in rows[1:]}
    log = AuditEntry.objects.get(action="exported")
    assert (log.actor_name, log.after) == ("经办", {"rows": 2, "year": 2015})


def test_a_tie_number_of_another_household_is_refused(link):
    other = factories.household(members=1, number="5001161082050002")
    titles = ["联结编号", "户编号", "带动增收"]
    first, second, third = read([link.pk, other.number, 1], [link.pk, "", 2], [999_999, "", 3], titles=titles)
    assert first.problem
    assert second.entry.link == link.pk
    assert third.problem


# --- the page ----------------------------------------------------------------------------------------------
def upload(client, content, **kwargs):
    file = SimpleUploadedFile("gains.xlsx", content)
    return client.post("/businesses/gains/", {"file": file, "year": "2015", "reason": "", **kwargs})


def confirmed(client, page):
    form = page.context["confirm"]
    return client.post("/businesses/gains/", {"sealed": form["sealed"].value(), "reason": form["reason"].value() or ""})


def test_nothing_is_written_before_the_check_was_confirmed(client, town, link):
    elsewhere = tied(factories.household(members=1, area=factories.village("紫荆村"), number="5001161142050001"))
    content = book(
        ["5001161082050001", "", "", 3200, ""],
        ["5001161142050001", "", "", 100, ""],
        ["5001161082050001", "", "", "许多", ""],
    )
    page = upload(client, content)
    assert page.status_code == 200
    assert page.context["counts"] == {"new": 1, "changed": 0, "same": 0, "refused": 2}
    assert [shown.tone for shown in page.context["rows"]] == ["info", "blocked", "blocked"]
    assert not BusinessGain.objects.exists()
    response = confirmed(client, page)
    assert response.status_code == 302
    assert "1 gain of 2015 is on file" in told(response)
    row = BusinessGain.objects.get()
    assert (row.link, row.gain_fen, row.recorded_by) == (link, 320_000, town)
    assert elsewhere.gains.count() == 0


def test_an_amount_on_file_is_replaced_only_with_a_reason(client, town, link):
    gained(link, 100)
    content = book(["5001161082050001", "", "", 200, ""])
    page = upload(client, content)
    assert page.context["counts"] == {"new": 0, "changed": 0, "same": 0, "refused": 1}
    page = upload(client, content, reason="年终核实")
    assert page.context["counts"] == {"new": 0, "changed": 1, "same": 0, "refused": 0}
    assert "replaced another amount" in told(confirmed(client, page))
    assert BusinessGain.objects.get().gain_fen == 20_000
    page = upload(client, content)
    assert page.context["counts"]["same"] == 1


def test_what_changed_meanwhile_is_not_overwritten(client, town, link):
    page = upload(client, book(["5001161082050001", "", "", 200, ""]))
    gained(link, 100)
    response = confirmed(client, page)
    assert "Another amount is on file" in told(response)
    assert BusinessGain.objects.get().gain_fen == 10_000


def test_a_forged_check_writes_nothing(client, town, link):
    response = client.post("/businesses/gains/", {"sealed": '[[1,2015,1,""]]', "reason": ""})
    assert "out of date" in told(response)
    assert not BusinessGain.objects.exists()


def test_a_broken_file_is_told_at_its_field(client, town):
    response = upload(client, b"nonsense")
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["file"]


def test_the_template_holds_the_ties_of_the_area(client, town, link):
    tied(factories.household(members=1, area=factories.village("河口村")))
    tied(factories.household(members=1, area=factories.village("紫荆村")))
    rows = sheet_rows(client.get("/businesses/gains/template/?area=500116108&year=2015").content)
    assert len(rows) == 1 + 2
    rows = sheet_rows(client.get("/businesses/gains/template/?area=500116108205&year=2015").content)
    assert len(rows) == 1 + 1


def test_who_keeps_no_businesses_uploads_nothing(client, sign_in):
    for role in (roles.HELPER, roles.AUDITOR, roles.FINANCE):
        sign_in(factories.user(role=role))
        assert client.get("/businesses/gains/").status_code == 403
        assert client.get("/businesses/gains/template/").status_code == 403
