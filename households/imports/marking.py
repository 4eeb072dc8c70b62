"""Cells of a workbook that is given back: as they came, wrong ones coloured, the reason beside them."""

import datetime as dt
import io
import math
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from households.imports.values import EXACT_DIGITS, as_text, is_blank
from households.imports.workbook import Row

ERROR_COLOUR = "#FFC7CE"
WARNING_COLOUR = "#FFEB9C"


def new_workbook(stream: io.BytesIO) -> xlsxwriter.Workbook:
    """In memory, values only: a text that begins with "=" must not become a formula."""
    return xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


class Formats:
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


def add_page(book: xlsxwriter.Workbook, wished: str) -> Worksheet:
    """A sheet of that name, as far as Excel allows the name."""
    name = re.sub(r"[\[\]:*?/\\]", " ", wished).strip("' ")[:31]
    taken = {page.get_name().lower() for page in book.worksheets()}
    return book.add_worksheet(name if name and name.lower() not in taken else None)


def write_cell(page: Worksheet, line: int, place: int, cell: Any, formats: Formats, colour: str) -> None:
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


def write_row(
    page: Worksheet, line: int, row: Row, kept: Sequence[int], shape: Format, *, blanks: bool = False
) -> None:
    for place, column in enumerate(kept):
        cell = row[column] if column < len(row) else ""
        if not is_blank(cell):
            page.write_string(line, place, as_text(cell)[:32767], shape)
        elif blanks:
            page.write_blank(line, place, None, shape)
