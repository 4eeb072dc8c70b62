"""The rows that come back: the same workbook, wrong cells coloured, reasons beside them; mended, it goes in."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
import python_calamine

from households.imports.refused import ERROR_COLOUR, WARNING_COLOUR
from households.imports.workbook import column_letters
from households.models import Household, Member, RosterOutcome, Severity
from tests import factories
from tests.households.imports.building import (
    ALL,
    SHEET,
    head,
    household,
    identity,
    pupil,
    sheets_of,
    spouse,
    table,
    workbook,
)

pytestmark = pytest.mark.django_db
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows_of(content, sheet=0):
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def colours(content):
    """The fill of every coloured cell of the first sheet, by its reference (`T4` → `#FFC7CE`)."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
        sheet = ElementTree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    fills = []
    for fill in styles.find(f"{MAIN}fills"):
        colour = fill.find(f".//{MAIN}fgColor")
        fills.append("" if colour is None else f"#{colour.get('rgb', '')[2:]}")
    by_style = [fills[int(style.get("fillId"))] for style in styles.find(f"{MAIN}cellXfs")]
    found = {cell.get("r"): by_style[int(cell.get("s", 0))] for cell in sheet.iter(f"{MAIN}c")}
    return {place: colour for place, colour in found.items() if colour in {ERROR_COLOUR, WARNING_COLOUR}}


def at(code, line):
    return f"{column_letters(ALL.index(code))}{line}"


@pytest.fixture
def returned(take):
    """Of four households two come back: one with an error and a doubt, one with an error in its second row."""
    bad_tier = household(tier="D", stated_persons=9)
    bad_number = household(people=[head(), spouse(identity="12345"), pupil()])
    roster = take(workbook([household(), bad_tier, household(), bad_number]))
    assert roster.counts["refused_households"] == 2
    return roster, roster.refused_file.read()


def test_only_the_refused_rows_come_back_as_they_were(returned):
    _roster, content = returned
    rows = rows_of(content)
    original = rows_of(workbook([household()]))
    assert rows[0][0] == original[0][0]
    assert rows[1][: len(ALL)] == original[1]
    assert rows[1][len(ALL)] == "退回原因"
    assert [row[ALL.index("name")] for row in rows[2:]] == ["陈建国", "李春芳", "陈小明"] * 2
    assert all(isinstance(row[ALL.index("identity")], str) for row in rows[2:])
    assert [row[ALL.index("wages_fen")] for row in rows[2:]] == [18000, "", "", 18000, "", ""]


def test_wrong_cells_are_marked_and_no_others(returned):
    _roster, content = returned
    assert colours(content) == {
        at("tier", 3): ERROR_COLOUR,
        at("stated_persons", 3): WARNING_COLOUR,
        at("identity", 7): ERROR_COLOUR,
    }


def test_reasons_stand_beside_the_row_and_say_where_it_was(returned):
    roster, content = returned
    rows = rows_of(content)
    told = [row[len(ALL)] for row in rows[2:]]
    assert [bool(text) for text in told] == [True, False, False, False, True, False]
    for issue in roster.issues.filter(severity=Severity.ERROR):
        (text,) = [text for text in told if issue.sentence in text]
        assert issue.place in text
        for part in (SHEET, str(issue.row), issue.column, issue.column_title):
            assert part in text


def test_uploaded_again_as_it_is_it_is_refused_again_alike(returned, take):
    _roster, content = returned
    again = take(content, confirm=False)
    assert (again.counts["households_in_file"], again.counts["refused_households"]) == (2, 2)
    assert set(again.issues.filter(severity=Severity.ERROR).values_list("code", flat=True)) == {
        "tier_unknown",
        "identity_length",
    }
    assert "column_unread" not in set(again.issues.values_list("code", flat=True))
    assert colours(again.refused_file.read()) == colours(content)


def test_mended_it_commits_just_the_mended_households(returned, take):
    _roster, content = returned
    assert (Household.objects.count(), Member.objects.count()) == (2, 6)
    versions = dict(Household.objects.values_list("number", "version"))
    rows = rows_of(content)
    rows[2][ALL.index("tier")] = "C"
    roster = take(sheets_of({SHEET: rows}))
    assert (roster.counts["new"], roster.counts["refused_households"]) == (1, 1)
    assert (Household.objects.count(), Member.objects.count()) == (3, 9)
    assert Household.objects.get(number=rows[2][ALL.index("number")]).tier == "C"
    rows[6][ALL.index("identity")] = identity("1971-09-09", "女")
    roster = take(sheets_of({SHEET: rows}))
    assert (roster.counts["new"], roster.counts["unchanged"], roster.counts["refused_households"]) == (1, 1, 0)
    assert not roster.refused_file
    assert (Household.objects.count(), Member.objects.count()) == (4, 12)
    assert versions.items() <= dict(Household.objects.values_list("number", "version")).items()


def test_nothing_comes_back_where_all_were_taken(take):
    assert not take(workbook([household()])).refused_file


def test_text_stays_text_and_no_formula_comes_of_it(take):
    """What the sheet holds as text must not become a formula in the office's Excel."""
    evil = '=HYPERLINK("http://example.com","x")'
    family = household(tier="D", people=[head(name=evil), spouse(), pupil()])
    content = take(workbook([family])).refused_file.read()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")
    assert rows_of(content)[2][ALL.index("name")] == evil


def test_every_sheet_comes_back_under_its_name_and_notes_too(take):
    pages = {
        "一组": table([household(tier="D")]),
        "二组": table([household()]),
        "三组": table([household(tier="E")]),
        "填表说明": [["一人一行。"], ["以户为单位。"]],
    }
    roster = take(sheets_of(pages))
    book = python_calamine.load_workbook(io.BytesIO(roster.refused_file.read()))
    assert book.sheet_names == ["一组", "三组", "填表说明"]
    assert book.get_sheet_by_name("填表说明").to_python() == pages["填表说明"]
    assert Household.objects.count() == 1


def test_two_rows_of_titles_come_back_merged_and_are_read_again(sample, take):
    content = take(sample).refused_file.read()
    again = take(content, confirm=False)
    assert again.counts["households_in_file"] == 18
    assert set(again.previews.values_list("outcome", flat=True)) == {RosterOutcome.REFUSED}
    first = rows_of(content)
    assert first[2][:5] == ["序号", "行政村", "村民小组", "户编号", "家庭人口"]
    assert first[3][25] == "工资性收入"
    marked = colours(content)
    wrong = [re.sub(r"\d", "", place) for place, colour in marked.items() if colour == ERROR_COLOUR]
    assert (wrong.count("G"), wrong.count("I")) == (4, 10)
    # Village, tier and wages stand in cells that are merged down the household: all of the merged cell is marked.
    lines = {"B": 2 + 6, "T": 1 + 5, "Z": 3 + 2}
    assert {column: wrong.count(column) for column in lines} == lines
    assert set(wrong) == {"G", "I", *lines}


def test_an_identity_on_file_is_told_at_its_cell(take):
    known = factories.household(members=1).members.get()
    content = take(workbook([household(people=[head(identity=known.identity)])])).refused_file.read()
    assert colours(content) == {at("identity", 3): ERROR_COLOUR}
