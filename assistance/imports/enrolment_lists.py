"""Lists of households or persons for a measure: pasted text, a CSV file or a workbook → rows with their place.

Workbooks are read as rosters are (households.imports): what is no workbook, too large or unpacks to too much is refused.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.services.enrolling_many import MOST_ROWS, GivenRow
from households.identity import parse_identity
from households.imports.columns import columns, plain_title
from households.imports.unreadable import UnreadableFile
from households.imports.values import as_text, is_blank
from households.imports.workbook import OLE, ZIP, Row, Sheet, column_letters, look_at_file, read_workbook
from jiangjin.common.personal import IDENTITY, digest, mask

LAST_HEADER_ROW = 20
ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = re.compile(r"[,，;；、|]+|\s{2,}|(?<=\d)\s+")
IDENTITY_LENGTHS = (15, 22)
# Titles by which the columns are known, besides those of rosters.
TITLES: dict[str, list[str]] = {
    "number": ["户编号后几位", "户编号或后几位"],
    "name": ["人员姓名", "享受人", "享受对象", "对象姓名", "学生姓名", "户主姓名", "户主"],
    "identity": ["证件号码后几位", "身份证号后几位", "身份证后几位", "证件号后几位"],
    "amount": ["金额", "补助金额", "资助金额", "补助标准", "贷款金额", "发放金额", "救助金额"],
    "quantity": ["数量", "面积", "规模", "头数", "月数"],
    "note": ["备注", "说明", "实施内容", "内容"],
}
ROSTER_TITLES = {"number": "number", "name": "name", "identity": "identity"}


@dataclass
class GivenList:
    """What was read. titles: by sheet, the titles and the letters of the columns that are understood."""

    rows: list[GivenRow] = field(default_factory=list)
    titles: dict[str, Any] = field(default_factory=dict)


def read_text(text: str) -> GivenList:
    """Pasted lines: a household number, and where persons are enrolled the name, and if need be the last characters of the
    certificate number; or a table copied with its titles. Raises UnreadableFile for nothing at all."""
    return _read([Sheet("", [_parts(line) for line in text.splitlines()])])


def _parts(line: str) -> Row:
    """A line copied from a table has tabs, and empty cells between them count; what somebody typed has blanks or commas."""
    if "\t" in line:
        return [part.strip() for part in line.split("\t")]
    return [part for part in SEPARATORS.split(line.strip()) if part]


def read_file(*, name: str, content: bytes, max_bytes: int) -> GivenList:
    """A workbook or a CSV file. Raises UnreadableFile."""
    if content.startswith((ZIP, OLE)) or not content:
        return _read(read_workbook(content, max_bytes=max_bytes).sheets)
    if len(content) > max_bytes:
        look_at_file(ZIP + content, max_bytes=max_bytes)
    return _read([Sheet("", _csv_rows(content, name=name))])


def _csv_rows(content: bytes, *, name: str) -> list[Row]:
    text = _decoded(content)
    if text is None or "\0" in text:
        raise UnreadableFile(
            _("“%(file)s” is neither a workbook nor a CSV file. Save the list as .xlsx or .csv."),
            "not_a_list",
            file=name,
        )
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max("\t,;", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
    except csv.Error as error:
        raise UnreadableFile(
            _("The CSV file is damaged and cannot be read. Save it again from Excel and upload that."), "damaged"
        ) from error


def _decoded(content: bytes) -> str | None:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _read(sheets: Sequence[Sheet]) -> GivenList:
    found = GivenList()
    for sheet in sheets:
        if not sheet.visible:
            continue
        header, places = _header(sheet)
        if header is not None:
            found.titles[sheet.name[:40]] = {
                "titles": [_kept(cell, "") for cell in sheet.rows[header]],
                "columns": {code: column_letters(place) for code, place in places.items()},
            }
        found.rows += _rows(sheet, header, places)
        if len(found.rows) > MOST_ROWS:
            raise UnreadableFile(
                _("The list has more than %(most)s rows. Split it, by town for example."),
                "too_many_rows",
                most=MOST_ROWS,
            )
    if not found.rows:
        raise UnreadableFile(
            _("There is no household number in this list. The first column, or the one titled 户编号, holds them."),
            "no_rows",
        )
    return found


def _rows(sheet: Sheet, header: int | None, places: Mapping[str, int]) -> Iterator[GivenRow]:
    start = 0 if header is None else header + 1
    for line, row in enumerate(sheet.rows[start:], start=start + 1):
        if all(is_blank(cell) for cell in row):
            continue
        given = {code: _kept(row[place], code) for code, place in places.items() if place < len(row)}
        given = {code: value for code, value in given.items() if value != ""}
        if "identity" in given and (whole := _whole_identity(as_text(row[places["identity"]]))):
            given["identity_digest"] = digest(IDENTITY.code, whole)
        if header is None and not _looks_like_number(given.get("number", "")):
            continue
        identity = places.get("identity")
        cells = [_kept(cell, "identity" if place == identity else "") for place, cell in enumerate(row)]
        yield GivenRow(given=given, cells=cells, sheet=sheet.name[:40], line=line)


def _header(sheet: Sheet) -> tuple[int | None, dict[str, int]]:
    """The row of titles and the places of the columns; without one, number, name and certificate follow each other."""
    for number, row in enumerate(sheet.rows[:LAST_HEADER_ROW]):
        places: dict[str, int] = {}
        for place, cell in enumerate(row):
            code = KNOWN.get(plain_title(as_text(cell))) if isinstance(cell, str) else None
            if code is not None:
                places.setdefault(code, place)
        if "number" in places:
            return number, places
    return None, {"number": 0, "name": 1, "identity": 2}


def _looks_like_number(value: Any) -> bool:
    return as_text(value).strip().isdecimal()


def _kept(cell: Any, code: str) -> Any:
    """A cell as it is kept: text and numbers as they are, days as text; of a whole certificate number only the mask, behind
    which its keyed digest finds the person."""
    if cell is None or is_blank(cell):
        return ""
    if isinstance(cell, dt.date | dt.datetime):
        return as_text(cell)
    if code == "identity":
        return _sealed_identity(as_text(cell))
    if code in ("amount", "quantity") or not code:
        return cell if isinstance(cell, str | int | float | bool) else as_text(cell)
    return as_text(cell).strip()


def _sealed_identity(text: str) -> str:
    plain = re.sub(r"\s+", "", text)
    low, high = IDENTITY_LENGTHS
    if "*" not in plain and low <= len(plain) <= high:
        return mask(plain, head=IDENTITY.head, tail=IDENTITY.tail)
    return plain[:30]


def _whole_identity(text: str) -> str:
    """A whole certificate number as the register writes it; empty for anything else."""
    low, _high = IDENTITY_LENGTHS
    if len(text.strip()) < low:
        return ""
    try:
        return parse_identity(text, on=dt.date.max).number
    except ValidationError:
        return ""


def _known_titles() -> dict[str, str]:
    known = {
        plain_title(title): code
        for code, roster_code in ROSTER_TITLES.items()
        for title in columns()[roster_code].titles
    }
    return known | {plain_title(title): code for code, titles in TITLES.items() for title in titles}


KNOWN = _known_titles()
