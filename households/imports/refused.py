"""The refused rows as a workbook of their own: the same titles and columns, wrong cells coloured, the reasons in a last column.

It can be corrected and uploaded as it is: the import does not read the column of reasons.
"""

import io
from collections.abc import Iterable
from contextlib import suppress

from django.utils.translation import gettext as _
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from households.imports.checking import Checked
from households.imports.columns import columns
from households.imports.findings import Finding, whereabouts
from households.imports.headers import Header, is_footer
from households.imports.marking import (
    ERROR_COLOUR,
    WARNING_COLOUR,
    Formats,
    add_page,
    new_workbook,
    write_cell,
    write_row,
)
from households.imports.roster import SheetHousehold
from households.imports.values import as_text, is_blank
from households.imports.workbook import Row, Sheet
from households.models import Severity

MAX_NOTE_ROWS = 200


def refused_workbook(checked: Checked) -> bytes | None:
    """The file to return; None where every household was accepted."""
    refused = checked.roster.refused
    if not refused:
        return None
    stream = io.BytesIO()
    book = new_workbook(stream)
    formats = Formats(book)
    tables = {header.sheet.name: header for header in checked.roster.headers}
    for sheet in checked.book.sheets:
        header = tables.get(sheet.name)
        if header is None:
            if sheet.rows and len(sheet.rows) <= MAX_NOTE_ROWS and sheet.visible:
                _copy_notes(add_page(book, sheet.name), sheet, formats)
            continue
        mine = [household for household in refused if household.header is header]
        if mine:
            _write_table(add_page(book, sheet.name), header, mine, formats)
    book.close()
    return stream.getvalue()


def _above(formats: Formats, header: Header, row: int) -> Format:
    """The look of a row down to the titles."""
    if row >= header.first:
        return formats.head
    return formats.title if row == 0 else formats.note


def _write_table(page: Worksheet, header: Header, households: list[SheetHousehold], formats: Formats) -> None:
    kept = _kept_columns(header)
    places = {column: place for place, column in enumerate(kept)}
    reasons_at = len(kept)
    rows = header.sheet.rows
    for number in range(header.first):
        write_row(page, number, rows[number], kept, _above(formats, header, number))
    for number in range(header.first, header.last + 1):
        write_row(page, number, rows[number], kept, formats.head, blanks=True)
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
        write_row(page, line, row, kept, formats.note)
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
    formats: Formats,
) -> int:
    """The household's rows from `line` on; returns the line below them."""
    rows = household.header.sheet.rows
    colours = _colours(household.findings)
    lines = {}
    for member in household.members:
        lines[member.row] = line
        for place, column in enumerate(kept):
            cell = rows[member.row][column] if column < len(rows[member.row]) else ""
            write_cell(page, line, place, cell, formats, colours.get((member.row, column), ""))
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


def _merge_titles(page: Worksheet, header: Header, places: dict[int, int], formats: Formats) -> None:
    """The merged cells of title and header, as far as their columns are kept."""
    for first, start, last, end in header.sheet.merges:
        kept = [places[column] for column in range(start, min(end, len(places)) + 1) if column in places]
        if last > header.last or not kept or (first == last and len(kept) == 1):
            continue
        text = as_text(header.sheet.rows[first][start])[:32767]
        with suppress(OverlappingRange):
            page.merge_range(first, kept[0], last, kept[-1], text, _above(formats, header, first))


def _merge_down(
    page: Worksheet,
    household: SheetHousehold,
    lines: dict[int, int],
    places: dict[int, int],
    colours: dict[tuple[int, int], str],
    formats: Formats,
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
            write_cell(page, covered[0], places[start], sheet.rows[first][start], formats, colour)


def _footers(header: Header) -> list[Row]:
    """Signatures and the day of the form, below the table."""
    rows = header.sheet.rows
    identity = header.columns["identity"]
    return [row for row in rows[header.last + 1 :] if is_blank(row[identity]) and is_footer(row)]


def _copy_notes(page: Worksheet, sheet: Sheet, formats: Formats) -> None:
    for number, row in enumerate(sheet.rows):
        write_row(page, number, row, list(range(len(row))), formats.note)
