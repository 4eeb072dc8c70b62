"""Files that are no rosters: refused as a whole, in words that say what to do."""

import io
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from households.imports import service
from households.imports.checking import check_file
from households.imports.workbook import UnreadableFile
from households.models import Household, RosterImportState
from tests import factories

pytestmark = pytest.mark.django_db
MAX = 20 * 1024**2


def workbook(rows: list[list], sheet: str = "Sheet1", **options) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, **options})
    page = book.add_worksheet(sheet)
    for line, row in enumerate(rows):
        page.write_row(line, 0, row)
    book.close()
    return stream.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(ValidationError) as caught:
        check_file(content, area=factories.town(), max_bytes=MAX)
    (message,) = caught.value.messages
    assert len(message) > 8
    return caught.value.code


@pytest.mark.parametrize("content", [b"", b"not a workbook", "户编号,姓名\n1,甲".encode(), b"\x89PNG\r\n"])
def test_what_is_no_workbook_is_refused_at_the_door(content):
    with pytest.raises(UnreadableFile):
        service.upload(name="花名册.xlsx", content=content, area=factories.town(), by=None)


def test_a_damaged_workbook():
    assert refused(workbook([["户编号", "姓名"]])[:-40])


def test_an_archive_that_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert refused(stream.getvalue())


def test_an_archive_that_swells():
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["户编号"]]))) as whole,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bomb,
    ):
        for entry in whole.namelist():
            bomb.writestr(entry, whole.read(entry))
        bomb.writestr("xl/worksheets/sheet2.xml", b" " * (400 * 1024**2))
    assert len(stream.getvalue()) < 2 * 1024**2
    assert refused(stream.getvalue())


def test_a_sheet_without_the_columns_of_a_roster():
    assert refused(workbook([["日期", "事项"], ["2015-01-01", "会议"]]))


def test_an_empty_sheet():
    assert refused(workbook([]))


def test_titles_without_rows_take_nothing(take, sample):
    titles = workbook([["白沙镇2015年贫困户花名册"], ["户编号", "行政村", "姓名", "与户主关系", "证件号码"]])
    roster = take(titles)
    assert roster.state in {RosterImportState.FAILED, RosterImportState.CHECKED}
    assert roster.error or roster.counts["accepted_households"] == 0
    assert not Household.objects.exists()


def test_a_failed_upload_keeps_its_reason(take):
    roster = take(workbook([["日期", "事项"]]))
    assert roster.state == RosterImportState.FAILED
    assert roster.error
    assert not Household.objects.exists()
