"""Where the table begins, which column is which, and what the title says about town and year.

A header is one row or two (a merged group over single titles); titles and notes may stand above it, columns in any order.
"""

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from households.imports.columns import REQUIRED, by_title, plain_title
from households.imports.values import Unreadable, as_text, is_blank, read_date, squeeze
from households.imports.workbook import Row, Sheet

LAST_HEADER_ROW = 30
MIN_COLUMNS = 5
YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
DATED = re.compile(
    r"(?:填报|填表|制表|上报|统计)?(?:日期|时间)[:：]?(\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-./]\d{1,2}[-./]\d{1,2})"
)
UNIT = re.compile(r"(?:填报|上报|制表|编制|填表)单位[:：]?([^\s,，;；]+)")
# Rows below the table: who filled it in, sums, notes.
FOOTER = re.compile(
    r"^(填表人|填报人|制表人|制表|审核人|审核|负责人|分管领导|经办人|填报日期|填报单位|联系人|单位负责人|说明|填表说明|注|备注|合计|总计|小计|共计)"
)


@dataclass(frozen=True)
class Header:
    """A recognised table.

    columns: position by column code. titles: what stands over each position. first, last: rows of the header (from 0).
    unread: columns whose titles nobody knows. doubled: columns that stand for one that was there already.
    """

    sheet: Sheet
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    first: int
    last: int
    unread: tuple[int, ...]
    doubled: tuple[int, ...]
    income_year: int | None
    title_year: int | None
    heading: str
    unit: str

    @property
    def year(self) -> int | None:
        """The year of the facts: the one over the income columns, else that of the title."""
        return self.income_year or self.title_year

    @property
    def missing(self) -> list[str]:
        """Columns without which nothing can be imported."""
        return [code for code in REQUIRED if code not in self.columns]


def find_header(sheet: Sheet) -> Header | None:
    """The table of a sheet; None where there is none."""
    best: Header | None = None
    for first in range(min(LAST_HEADER_ROW, len(sheet.rows))):
        for last in (first + 1, first):
            header = _read(sheet, first, last)
            if header is not None and (best is None or _rank(header) > _rank(best)):
                best = header
    return best if best is not None and len(best.columns) >= MIN_COLUMNS else None


def _rank(header: Header) -> tuple[int, int]:
    """More columns are better; among equals the shorter header, or a title above it would be taken for a group."""
    return len(header.columns), header.first - header.last


def is_footer(row: Row) -> bool:
    """Whether a row below the table is a signature, a sum or a note."""
    text = next((squeeze(as_text(cell)) for cell in row if not is_blank(cell)), "")
    return FOOTER.match(text) is not None


def is_numbering(row: Row) -> bool:
    """A row 1 2 3 … (or 甲 乙 1 2 …) under the titles."""
    cells = [squeeze(as_text(cell)) for cell in row if not is_blank(cell)]
    numbers = [int(cell) for cell in cells if cell.isdigit() and len(cell) < 4]
    letters = [cell for cell in cells if cell in "甲乙丙丁戊己庚辛壬癸" and len(cell) == 1]
    rising = all(one < other for one, other in itertools.pairwise(numbers))
    return len(cells) > 4 and len(numbers) + len(letters) == len(cells) and rising


def reported_on(rows: list[Row]) -> dt.date | None:
    """The day on which the form says it was filled in."""
    for row in rows:
        for cell in row:
            if not isinstance(cell, str):
                continue
            match = DATED.search(squeeze(cell))
            if match is not None:
                try:
                    return read_date(match[1])
                except Unreadable:
                    continue
    return None


def _read(sheet: Sheet, first: int, last: int) -> Header | None:
    if last >= len(sheet.rows):
        return None
    upper = _spread(sheet, first)
    lower = [_text(cell) for cell in sheet.rows[last]] if last > first else [""] * len(upper)
    if last > first and not _is_title_row(lower):
        return None
    columns: dict[str, int] = {}
    titles: dict[int, str] = {}
    unread: list[int] = []
    doubled: list[int] = []
    for position, (group, leaf) in enumerate(zip(upper, lower, strict=True)):
        shown = leaf or _text(sheet.rows[first][position]) or group
        if not shown:
            continue
        code = _known(group, leaf)
        titles[position] = shown
        if code is None:
            unread.append(position)
        elif code in columns:
            doubled.append(position)
        else:
            columns[code] = position
    if not columns:
        return None
    heading = " ".join(text for row in sheet.rows[:first] for text in map(_text, row) if text)
    return Header(
        sheet=sheet,
        columns=columns,
        titles=titles,
        first=first,
        last=last,
        unread=tuple(unread),
        doubled=tuple(doubled),
        income_year=_income_year(columns, upper, lower),
        title_year=_year(heading) or _year(sheet.name),
        heading=heading,
        unit=_unit(heading),
    )


def _known(group: str, leaf: str) -> str | None:
    """The column of a title below a group: with the group in front first, so that 帮扶责任人 / 姓名 is not a member's name."""
    known = by_title()
    if not leaf:
        return known.get(plain_title(group))
    return known.get(plain_title(group + leaf)) or known.get(plain_title(leaf))


def _is_title_row(cells: list[str]) -> bool:
    """Whether the second row of a header is one: most of what stands in it is a known title."""
    filled = [cell for cell in cells if cell]
    known = [cell for cell in filled if plain_title(cell) in by_title()]
    return bool(filled) and 2 * len(known) >= len(filled)


def _spread(sheet: Sheet, number: int) -> list[str]:
    """A header row in which a merged cell's text stands over all its columns."""
    row = [_text(cell) for cell in sheet.rows[number]]
    merged = {first_column: last_column for first, first_column, _last, last_column in sheet.merges if first == number}
    if merged:
        for start, end in merged.items():
            for position in range(start + 1, min(end + 1, len(row))):
                row[position] = row[position] or row[start]
    return row


def _text(cell: object) -> str:
    return "" if is_blank(cell) else unicodedata.normalize("NFKC", as_text(cell)).strip()


def _year(text: str) -> int | None:
    match = YEAR.search(text)
    return int(match[1]) if match else None


def _income_year(columns: Mapping[str, int], upper: list[str], lower: list[str]) -> int | None:
    for code, position in columns.items():
        if code.endswith("_fen"):
            year = _year(upper[position]) or _year(lower[position])
            if year is not None:
                return year
    return None


def _unit(heading: str) -> str:
    match = UNIT.search(heading)
    return match[1] if match else ""
