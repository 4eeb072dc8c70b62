"""The refused rows as a workbook of their own: the same titles and columns, wrong cells coloured, the reasons in a last column.

It can be corrected and uploaded as it is: the import does not read the column of reasons.
"""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from households.imports.checking import Checked
from households.imports.columns import columns
from households.imports.findings import Finding, whereabouts
from households.imports.headers import Header, is_footer
from households.imports.roster import SheetHousehold
from households.imports.values import EXACT_DIGITS, as_text, is_blank
from households.imports.workbook import Row, Sheet
from households.models import Severity

ERROR_COLOUR = "#FFC7CE"
WARNING_COLOUR = "#FFEB9C"
MAX_NOTE_ROWS = 200


class _Formats:
    """The few looks of a cell."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"border": 1, "valign": "vcenter"}
        self.title = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "font_size": 14})
        self.note = book.add_format({"valign": "vcenter"})
        self.head = book.add_format({**base, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E7E6E6"})
        self.cells = {
            colour: book.add_format({**base, **({"bg_color": colour} if colour else {})})
            for colour in ("", ERROR_COLOUR, WARNING_COLOUR)
        }
        self.days = {
            colour: book.add_format({**base, "num_format": "yyyy-mm-dd", **({"bg_color": colour} if colour else {})})
            for colour in ("", ERROR_COLOUR, WARNING_COLOUR)
        }
        self.reason = book.add_format({**base, "text_wrap": True, "font_color": "#9C0006"})

    def above(self, header: Header, row: int) -> Format:
        """The look of a row down to the titles."""
        if row >= header.first:
            return self.head
        return self.title if row == 0 else self.note


def refused_workbook(checked: Checked) -> bytes | None:
    """The file to return; None where every household was accepted."""
    refused = checked.roster.refused
    if not refused:
        return None
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = _Formats(book)
    tables = {header.sheet.name: header for header in checked.roster.headers}
    for sheet in checked.book.sheets:
        header = tables.get(sheet.name)
        if header is None:
            if sheet.rows and len(sheet.rows) <= MAX_NOTE_ROWS and sheet.visible:
                _copy_notes(_page(book, sheet), sheet, formats)
            continue
        mine = [household for household in refused if household.header is header]
        if mine:
            _write_table(_page(book, sheet), header, mine, formats)
    book.close()
    return stream.getvalue()


def _page(book: xlsxwriter.Workbook, sheet: Sheet) -> Worksheet:
    """A sheet of the same name, as far as Excel allows the name."""
    name = re.sub(r"[\[\]:*?/\\]", " ", sheet.name).strip("' ")[:31]
    taken = {page.get_name().lower() for page in book.worksheets()}
    return book.add_worksheet(name if name and name.lower() not in taken else None)


def _write_table(page: Worksheet, header: Header, households: list[SheetHousehold], formats: _Formats) -> None:
    kept = _kept_columns(header)
    places = {column: place for place, column in enumerate(kept)}
    reasons_at = len(kept)
    rows = header.sheet.rows
    for number in range(header.first):
        _write_row(page, number, rows[number], kept, formats.above(header, number))
    for number in range(header.first, header.last + 1):
        _write_row(page, number, rows[number], kept, formats.head, blanks=True)
    _merge_titles(page, header, places, formats)
    title = columns()["reason"].titles[0]
    if header.last > header.first:
        page.merge_range(header.first, reasons_at, header.last, reasons_at, title, formats.head)
    else:
        page.write_string(header.first, reasons_at, title, formats.head)
    line = header.last + 1
    for household in households:
        line = _write_household(page, household, line, kept, places, reasons_at, formats)
    for row in _footers(header):
        line += 1
        _write_row(page, line, row, kept, formats.note)
    page.freeze_panes(header.last + 1, 0)
    page.set_column(0, max(reasons_at - 1, 0), 12)
    identity = places.get(header.columns["identity"])
    if identity is not None:
        page.set_column(identity, identity, 22)
    page.set_column(reasons_at, reasons_at, 60)


def _kept_columns(header: Header) -> list[int]:
    """All columns but an earlier column of reasons, up to the last that has a title or a value."""
    width = max(header.titles, default=0) + 1
    reason = header.columns.get("reason")
    return [column for column in range(width) if column != reason]


def _write_household(
    page: Worksheet,
    household: SheetHousehold,
    line: int,
    kept: list[int],
    places: dict[int, int],
    reasons_at: int,
    formats: _Formats,
) -> int:
    """The household's rows from `line` on; returns the line below them."""
    rows = household.header.sheet.rows
    colours = _colours(household.findings)
    lines = {}
    for member in household.members:
        lines[member.row] = line
        for place, column in enumerate(kept):
            cell = rows[member.row][column] if column < len(rows[member.row]) else ""
            _write_cell(page, line, place, cell, formats, colours.get((member.row, column), ""))
        reasons = [_reason(household.header, finding) for finding in household.findings if finding.row == member.row]
        page.write_string(line, reasons_at, "\n".join(reasons), formats.reason)
        line += 1
    _merge_down(page, household, lines, places, colours, formats)
    return line


def _colours(findings: Iterable[Finding]) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for finding in findings:
        if finding.column is None or finding.severity == Severity.HINT:
            continue
        place = (finding.row, finding.column)
        if finding.severity == Severity.ERROR:
            found[place] = ERROR_COLOUR
        else:
            found.setdefault(place, WARNING_COLOUR)
    return found


def _reason(header: Header, finding: Finding) -> str:
    """Where the original had it, and what is wrong."""
    grave = "" if finding.severity == Severity.ERROR else _("(warning) ")
    return f"{grave}[{whereabouts(header, finding)}] {finding.sentence}"


def _write_cell(page: Worksheet, line: int, place: int, cell: Any, formats: _Formats, colour: str) -> None:
    """Text stays text, so that no digit is lost and nothing becomes a formula."""
    shape: Format = formats.cells[colour]
    if cell is None or cell == "":
        page.write_blank(line, place, None, shape)
    elif isinstance(cell, bool):
        page.write_boolean(line, place, cell, shape)
    elif isinstance(cell, float | int) and math.isfinite(cell) and abs(cell) < 10**EXACT_DIGITS:
        page.write_number(line, place, cell, shape)
    elif isinstance(cell, dt.datetime | dt.date) and cell.year >= 1900:
        page.write_datetime(line, place, cell, formats.days[colour])
    else:
        page.write_string(line, place, as_text(cell)[:32767], shape)


def _write_row(page: Worksheet, line: int, row: Row, kept: list[int], shape: Format, *, blanks: bool = False) -> None:
    for place, column in enumerate(kept):
        cell = row[column] if column < len(row) else ""
        if not is_blank(cell):
            page.write_string(line, place, as_text(cell)[:32767], shape)
        elif blanks:
            page.write_blank(line, place, None, shape)


def _merge_titles(page: Worksheet, header: Header, places: dict[int, int], formats: _Formats) -> None:
    """The merged cells of title and header, as far as their columns are kept."""
    for first, start, last, end in header.sheet.merges:
        kept = [places[column] for column in range(start, min(end, len(places)) + 1) if column in places]
        if last > header.last or not kept or (first == last and len(kept) == 1):
            continue
        text = as_text(header.sheet.rows[first][start])[:32767]
        with suppress(OverlappingRange):
            page.merge_range(first, kept[0], last, kept[-1], text, formats.above(header, first))


def _merge_down(
    page: Worksheet,
    household: SheetHousehold,
    lines: dict[int, int],
    places: dict[int, int],
    colours: dict[tuple[int, int], str],
    formats: _Formats,
) -> None:
    """Cells that were merged down the household are so again."""
    sheet = household.header.sheet
    merges = [merge for row in lines for merge in sheet.merges_by_row.get(row, [])]
    for first, start, last, end in merges:
        if start != end or start not in places or last <= first:
            continue
        covered = [line for row, line in lines.items() if first <= row <= last]
        if len(covered) < 2:
            continue
        colour = colours.get((first, start), "")
        with suppress(OverlappingRange):
            page.merge_range(covered[0], places[start], covered[-1], places[start], "", formats.cells[colour])
            _write_cell(page, covered[0], places[start], sheet.rows[first][start], formats, colour)


def _footers(header: Header) -> list[Row]:
    """Signatures and the day of the form, below the table."""
    rows = header.sheet.rows
    identity = header.columns["identity"]
    return [row for row in rows[header.last + 1 :] if is_blank(row[identity]) and is_footer(row)]


def _copy_notes(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    for number, row in enumerate(sheet.rows):
        _write_row(page, number, row, list(range(len(row))), formats.note)
