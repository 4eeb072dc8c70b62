"""Files as they come: several sheets, hidden ones, formulas, old formats; and files made to do harm."""

import io
import re
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from households.imports import inspecting, reading, service
from households.imports.checking import check_file
from households.imports.workbook import UnreadableFile, column_index, column_letters, read_workbook
from households.models import Household, Member, RosterImportState, Severity
from tests import factories
from tests.households.imports.building import (
    ALL,
    FIRST_ROW,
    MAX,
    SHEET,
    TITLE,
    head,
    household,
    roster_of,
    sheets_of,
    table,
    workbook,
)
from tests.households.imports.conftest import DATA

pytestmark = pytest.mark.django_db


def code_of(content, *, max_bytes=MAX):
    """Why a file is refused as a whole; the message is a sentence without gaps."""
    with pytest.raises(UnreadableFile) as refusal:
        check_file(content, area=factories.town(), max_bytes=max_bytes)
    (message,) = refusal.value.messages
    assert len(message) > 5
    assert "%(" not in message
    return refusal.value.code


# --- the shape of the table -------------------------------------------------------------------------------------------


def test_several_sheets_of_one_year_are_one_roster(take):
    pages = {name: table([household(), household()]) for name in ("一组", "二组", "三组")}
    roster = take(sheets_of(pages))
    assert Household.objects.count() == 6
    assert list(roster.previews.values_list("sheet", "first_row")) == [
        *(("一组", 3), ("一组", 6), ("二组", 3), ("二组", 6), ("三组", 3), ("三组", 6)),
    ]


def test_an_identity_in_two_sheets_is_found(take):
    family = household(people=[head()])
    other = household(people=[head(identity=family[0]["identity"])])
    roster = take(sheets_of({"一组": table([family]), "二组": table([other])}), confirm=False)
    assert roster.counts["refused_households"] == 2
    assert set(roster.issues.filter(severity=Severity.ERROR).values_list("sheet", flat=True)) == {"一组", "二组"}


def test_a_hidden_sheet_is_not_imported_and_that_is_said(take):
    shown, hidden = household(), household()
    content = sheets_of({"花名册": table([shown]), "去年": table([hidden])}, hidden=["去年"])
    roster = take(content)
    assert Household.objects.get().number == shown[0]["number"]
    issue = roster.issues.get(code="sheet_hidden")
    assert (issue.severity, issue.sheet, issue.row) == (Severity.WARNING, "去年", 2)


def test_the_same_household_in_a_hidden_copy_does_no_harm(take):
    family = household()
    content = sheets_of({"花名册": table([family]), "备份": table([family])}, hidden=["备份"])
    assert take(content).counts["refused_households"] == 0
    assert Household.objects.count() == 1


def test_only_a_hidden_roster_is_refused():
    content = sheets_of({"花名册": table([household()]), "说明": [["一人一行"]]}, hidden=["花名册"])
    assert code_of(content) == "only_hidden"


def test_formulas_are_read_by_their_values():
    family = household(wages_fen=("=9*2000", 18000), stated_persons=("=COUNTA(A:A)", 3))
    (read,) = roster_of(workbook([family])).households
    assert (read.values["wages_fen"], read.values["stated_persons"]) == (1_800_000, 3)


@pytest.mark.parametrize("above", [0, 1, 5])
def test_titles_stand_in_any_row_and_columns_in_any_order(above):
    plain = table([household(), household()], ALL[::-1])
    pages = [[TITLE], *([["填报单位：白沙镇人民政府"]] * above), *plain[1:]]
    roster = roster_of(sheets_of({SHEET: pages}))
    assert [len(each.members) for each in roster.households] == [3, 3]
    assert roster.households[0].first_row == above + 2


def test_titles_repeated_on_every_page_and_a_row_of_numbers_are_no_people():
    plain = table([household()])
    numbered = [*plain[:2], list(range(1, len(ALL) + 1)), *plain[2:], plain[1], *table([household()])[2:]]
    roster = roster_of(sheets_of({SHEET: numbered}))
    assert [len(each.members) for each in roster.households] == [3, 3]
    assert not roster.findings


def test_signatures_and_sums_below_are_no_people():
    plain = table([household()])
    plain += [[], ["合计", 3], ["填表人：王", "", "审核人：李", "填报日期：2015年12月3日"]]
    roster = roster_of(sheets_of({SHEET: plain}))
    assert [len(each.members) for each in roster.households] == [3]
    assert roster.facts_on.isoformat() == "2015-12-03"


def test_the_year_is_that_of_the_sheet():
    assert roster_of(workbook([household()], title="白沙镇2013年花名册")).year == 2013
    plain = table([household()], title="白沙镇花名册")
    plain[1][ALL.index("wages_fen")] = "2014年工资性收入"
    assert roster_of(sheets_of({SHEET: plain})).year == 2014


@pytest.mark.parametrize(
    ("pages", "code"),
    [
        ({SHEET: []}, "no_table"),
        ({SHEET: [["会议记录"], ["日期", "事项"], ["2015-01-01", "会议"]]}, "no_table"),
        ({SHEET: table([household()])[2:]}, "no_table"),
        ({SHEET: table([household()], [code for code in ALL if code != "identity"])}, "columns_missing"),
        ({SHEET: table([household()], [code for code in ALL if code != "number"])}, "columns_missing"),
        ({SHEET: table([])}, "no_households"),
        ({SHEET: table([household()], title="白沙镇花名册")}, "no_year"),
        (
            {"a": table([household()]), "b": table([household()], title="白沙镇2014年贫困户花名册")},
            "several_years",
        ),
    ],
)
def test_what_is_no_roster_is_refused_as_a_whole(pages, code):
    assert code_of(sheets_of(pages)) == code


# --- other formats ----------------------------------------------------------------------------------------------------


def test_an_old_xls_is_read_and_its_weakness_told(take):
    roster = take((DATA / "roster_small.xls").read_bytes(), name="旧.xls")
    assert (Household.objects.count(), Member.objects.count()) == (2, 3)
    assert Household.objects.order_by("number").first().incomes.get().wages_fen == 1_200_000
    assert roster.issues.get(code="errors_hidden").severity == Severity.HINT


def ods(rows):
    """An OpenDocument sheet of rows written as XML."""
    document = f"""<?xml version="1.0" encoding="UTF-8"?>
        <office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
            xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
            xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
            xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
        <table:table table:name="花名册">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": re.sub(r">\s+<", "><", document),
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def archive(parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return stream.getvalue()


def ods_row(cells):
    return "<table:table-row>{}</table:table-row>".format(
        "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
        )
    )


def test_an_ods_is_read():
    codes = ["number", "village", "name", "relation", "sex", "identity", "tier"]
    plain = table([household()], codes)
    roster = roster_of(ods("".join(map(ods_row, plain))))
    assert [len(each.members) for each in roster.households] == [3]


def test_an_ods_with_a_formula_error_is_refused():
    row = '<table:table-row><table:table-cell calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell></table:table-row>'
    assert code_of(ods(row)) == "formula_errors"


# --- no workbook at all -----------------------------------------------------------------------------------------------

JUNK = {
    "empty": (b"", "empty_file"),
    "text named .xlsx": ("这是文字".encode("gbk"), "not_a_workbook"),
    "csv": ("户编号,姓名\n5001161082059001,陈建国\n".encode(), "not_a_workbook"),
    "csv of Excel": ("\ufeff户编号,姓名\n".encode("utf-16"), "not_a_workbook"),
    "a web page named .xls": (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_workbook"),
    "the beginning of an archive": (b"PK\x03\x04" + b"\0" * 100, "damaged"),
    "an archive": (archive({"readme.txt": "nothing"}), "not_a_workbook"),
    "a Word document": (archive({"word/document.xml": "<w/>"}), "not_a_workbook"),
    "the beginning of an .xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, "damaged"),
}


@pytest.mark.parametrize("name", JUNK)
def test_junk_is_refused_in_words(name):
    content, code = JUNK[name]
    assert code_of(content) == code


@pytest.mark.parametrize("name", JUNK)
def test_junk_uploaded_leaves_no_roster_to_confirm(name, take):
    try:
        roster = take(JUNK[name][0])
    except ValidationError:
        return
    assert roster.state == RosterImportState.FAILED
    assert roster.error
    with pytest.raises(ValidationError):
        service.begin_commit(roster=roster, by=None)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_that_was_cut_off(share):
    content = workbook([household() for _number in range(20)])
    assert code_of(content[: int(len(content) * share)]) == "damaged"


@pytest.mark.parametrize("place", range(0, 100, 4))
def test_a_file_with_changed_bytes_is_read_or_refused(place):
    content = bytearray(workbook([household() for _number in range(5)]))
    start = len(content) * place // 100
    content[start : start + 8] = b"\xff\x00\xaa\x55\xff\x00\xaa\x55"
    try:
        sheets = read_workbook(bytes(content), max_bytes=MAX).sheets
    except UnreadableFile:
        return
    assert all(isinstance(sheet.rows, list) for sheet in sheets)


def test_a_file_that_is_too_large():
    content = workbook([household()])
    assert code_of(content, max_bytes=len(content) - 1) == "file_too_large"
    check_file(content, area=factories.town(), max_bytes=len(content))


def test_too_large_an_upload_is_not_kept(settings):
    settings.UPLOAD_MAX_BYTES = 1000
    with pytest.raises(UnreadableFile):
        service.receive(name="a.xlsx", content=workbook([household()]), area=factories.town(), by=None)


# --- made to do harm --------------------------------------------------------------------------------------------------

NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def crafted(sheet, *, part="xl/worksheets/sheet1.xml", target="worksheets/sheet1.xml", **more):
    """A package with one sheet of given XML, as no program would write it."""
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {NAMESPACE} xmlns:r="{RELATION}"><sheets><sheet name="a" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATION}/worksheet" Target="{target}"/></Relationships>',
            part: sheet,
            **more,
        }
    )


def sheet_xml(rows, attributes=NAMESPACE):
    return f"<worksheet {attributes}><sheetData>{rows}</sheetData></worksheet>"


VALUE = "<v>1</v></c>"
FAR = {
    "as programs write it": f'<row r="1"><c r="A1">{VALUE}</row><row r="1048576"><c r="XFD1048576">{VALUE}</row>',
    "single quotes": f"<row r='1'><c r='A1'>{VALUE}</row><row r='1048576'><c r='XFD1048576'>{VALUE}</row>",
    "spaces": f'<row r = "1"><c r = "A1">{VALUE}</row><row r = "1048576"><c r = "XFD1048576">{VALUE}</row>',
    "line breaks": f'<row\nr="1"><c\nr="A1">{VALUE}</row><row\tr="1048576"><c\tr="XFD1048576">{VALUE}</row>',
    "small letters": f'<row r="1"><c r="a1">{VALUE}</row><row r="1048576"><c r="xfd1048576">{VALUE}</row>',
    "rows without numbers": f'<row><c r="A1">{VALUE}</row><row><c r="XFD1048576">{VALUE}</row>',
    "behind other attributes": f'<row r="1"><c r="A1">{VALUE}</row><row r="1048576"><c s="1" x="{"y" * 400}" r="XFD1048576">{VALUE}</row>',
    "no numbers at all": f"<row><c>{VALUE}</row>{'<row/>' * 300_000}<row>{'<c/>' * 100}<c>{VALUE}</row>",
    "far down": f'<row r="1"><c r="AN1">{VALUE}</row><row r="100001"><c r="A100001">{VALUE}</row>',
    "far right": f'<row r="1"><c r="A1">{VALUE}</row><row r="99999"><c r="AO99999">{VALUE}</row>',
}


@pytest.mark.parametrize("name", FAR)
def test_two_cells_far_apart_are_refused_before_the_reader_sees_them(name):
    """The reader would ask for up to 500 GB and end the process: only the inspection may meet these."""
    with pytest.raises(UnreadableFile) as refusal:
        inspecting.inspect_package(crafted(sheet_xml(FAR[name])))
    assert refusal.value.code == "too_many_cells"


@pytest.mark.parametrize("prefix", ["x", "c", "row"])
def test_far_cells_with_a_prefix_are_refused(prefix):
    rows = re.sub(r"<(/?)(?=\w)", rf"<\1{prefix}:", FAR["as programs write it"])
    xml = f"<{prefix}:worksheet xmlns:{prefix}={NAMESPACE[6:]}><{prefix}:sheetData>{rows}</{prefix}:sheetData></{prefix}:worksheet>"
    with pytest.raises(UnreadableFile) as refusal:
        inspecting.inspect_package(crafted(xml))
    assert refusal.value.code == "too_many_cells"


def test_a_sheet_under_another_name_is_inspected_too():
    content = crafted(sheet_xml(FAR["single quotes"]), part="xl/other/data.bin.xml", target="other/data.bin.xml")
    with pytest.raises(UnreadableFile) as refusal:
        inspecting.inspect_package(content)
    assert refusal.value.code == "too_many_cells"


def test_formatted_but_empty_cells_far_away_are_no_table():
    """Excel writes these where somebody coloured whole columns."""
    far = f'<row r="1"><c r="A1">{VALUE}<c r="B1" s="3"/></row><row r="1048576"><c r="XFD1048576" s="3"/></row>'
    (sheet,) = read_workbook(crafted(sheet_xml(far)), max_bytes=MAX).sheets
    assert sheet.rows == [[1.0]]


def test_a_sheet_as_large_as_allowed_is_read():
    rows = "".join(f'<row r="{row}"><c r="A{row}">{VALUE}<c r="AN{row}">{VALUE}</row>' for row in (1, 99_999))
    (sheet,) = read_workbook(crafted(sheet_xml(rows)), max_bytes=MAX).sheets
    assert (len(sheet.rows), len(sheet.rows[0])) == (99_999, 40)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
    ],
)
@pytest.mark.parametrize("where", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "docProps/app.xml"])
def test_xml_with_entities_is_refused(declaration, where):
    plain = sheet_xml(f'<row r="1"><c r="A1">{VALUE}</row>')
    parts = {where: f'<?xml version="1.0"?>{declaration}<x>&b;</x>'}
    content = crafted(parts[where], part=where) if where.startswith("xl/work") else crafted(plain, **parts)
    assert code_of(content) == "damaged"


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(inspecting, "MAX_UNPACKED_BYTES", 10 * 1024**2)
    plain = sheet_xml(f'<row r="1"><c r="A1">{VALUE}</row>')
    bomb = crafted(plain, **{"xl/media/picture.png": b"\0" * (11 * 1024**2)})
    assert len(bomb) < 100_000
    assert code_of(bomb) == "unpacks_too_large"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"content.xml": "<a/>"}, "not_a_workbook"),
        ({"xl/workbook.bin": "x"}, "not_a_workbook"),
        ({"XL/worksheets/SHEET1.xml": "<a/>"}, "damaged"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(more, code):
    assert code_of(crafted(sheet_xml(f'<row r="1"><c r="A1">{VALUE}</row>'), **more)) == code


def test_the_reader_sees_the_inspected_parts_only():
    """Two archives in one file: programs differ in which of them they open."""
    harmless = crafted(sheet_xml(f'<row r="1"><c r="A1">{VALUE}</row>'))
    package = inspecting.inspect_package(crafted(sheet_xml(FAR["single quotes"])) + harmless)
    assert b"XFD1048576" not in package.content
    assert [sheet.rows for sheet in reading.read_here(package.content)] == [[[1.0]]]


def test_a_sheet_in_another_encoding_is_refused():
    text = f'<?xml version="1.0" encoding="UTF-16"?>{sheet_xml(FAR["single quotes"])}'
    assert code_of(crafted(text.encode("utf-16"))) == "damaged"


def test_a_merged_cell_over_everything_costs_nothing():
    plain = sheet_xml(f'<row r="1"><c r="A1">{VALUE}</row>')
    merged = plain.replace("</worksheet>", '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>')
    (sheet,) = read_workbook(crafted(merged), max_bytes=MAX).sheets
    assert sheet.merges == [(0, 0, 1048575, 16383)]


@pytest.mark.parametrize("name", ["roster_bomb.xls", "ods"])
def test_what_cannot_be_measured_ends_only_the_process_that_reads_it(name):
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p></table:table-cell>'
    bomb = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    content = ods(bomb) if name == "ods" else (DATA / name).read_bytes()
    assert len(content) < 20_000
    assert code_of(content) in {"damaged", "too_many_cells"}


def test_the_process_apart_answers_as_the_one_here(tmp_path):
    """Days, ticks and numbers come through as they are."""
    import datetime as dt

    rows = [["文字", 1.5, 7.0, True, dt.date(2015, 1, 2)], ["", -3.25, 0.0, False, ""]]
    content = sheets_of({"一": rows, "二": [["x"]]}, hidden=["二"])
    assert reading.read_apart(content) == reading.read_here(content)


def test_the_process_apart_has_little_memory():
    answer = subprocess.run(
        [sys.executable, "-c", "from households.imports import reading as r; r.read_here = lambda c: bytearray(4 * 1024**3); r.main()"],
        input=b"", capture_output=True, cwd=settings.BASE_DIR,
    )  # fmt: skip
    assert answer.returncode == 1
    assert b"MemoryError" in answer.stderr


@pytest.mark.parametrize(
    ("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_letters_of_columns(column, letters):
    assert column_letters(column) == letters
    assert column_index(letters) == column


def test_rows_are_counted_as_excel_counts_them(take):
    roster = take(workbook([household(tier="D")]), confirm=False)
    assert roster.issues.get(severity=Severity.ERROR).row == FIRST_ROW == 3
