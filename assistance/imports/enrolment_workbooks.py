"""The workbooks around a list: an empty one to fill in, and the refused rows to be mended and uploaded again."""

import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet

from assistance.models import BulkEnrolment, BulkEnrolmentRow, BulkOutcome, Measure, MeasureTarget
from assistance.services.enrolling_rows import FIELDS
from assistance.services.enrolment_refusals import sentence
from households.imports.columns import columns
from households.imports.marking import ERROR_COLOUR, Formats, add_page, new_workbook, write_cell
from households.imports.workbook import column_index

# The titles of the columns of an empty list; the import knows them.
TITLES = {
    "number": "户编号",
    "name": "姓名",
    "identity": "证件号码后几位",
    "amount": "金额（元）",
    "quantity": "数量",
    "note": "备注",
}
AS_TEXT = {"number", "identity"}
CHUNK = 2000


def template_workbook(measure: Measure) -> bytes:
    """An empty list for a measure."""
    stream = io.BytesIO()
    book = new_workbook(stream)
    formats, text = Formats(book), book.add_format({"num_format": "@"})
    page = add_page(book, measure.name)
    fields = fields_of(measure)
    for place, code in enumerate(fields):
        page.write_string(0, place, title_of(code, measure), formats.head)
        page.set_column(place, place, 22 if code in AS_TEXT else 16, text if code in AS_TEXT else None)
    page.freeze_panes(1, 0)
    _guide(book, measure)
    book.close()
    return stream.getvalue()


def fields_of(measure: Measure) -> list[str]:
    """The columns that a list for the measure has."""
    left_out = set() if measure.target == MeasureTarget.PERSON else {"name", "identity"}
    if not measure.quantity_unit:
        left_out.add("quantity")
    return [code for code in FIELDS if code not in left_out]


def title_of(code: str, measure: Measure | None) -> str:
    """A column's title, with the measure's unit."""
    if code == "quantity" and measure is not None and measure.quantity_unit:
        return f"{TITLES[code]}（{measure.quantity_unit}）"
    return TITLES[code]


def _guide(book: xlsxwriter.Workbook, measure: Measure) -> None:
    page = book.add_worksheet("填写说明")
    lines = [
        _("One row a household, by its number; its last digits suffice where no other household of the area has them."),
        _("An empty amount is the measure's price. Amounts are in yuan."),
        _("Nothing is written before you have seen what would come of each row and confirmed it."),
    ]
    if measure.target == MeasureTarget.PERSON:
        lines[0] = _(
            "One row a person: household number and name; of two of the same name the end of the certificate number."
        )
    for number, line in enumerate(lines):
        page.write_string(number, 0, line)
    page.set_column(0, 0, 90)


def refused_workbook(bulk: BulkEnrolment) -> bytes | None:
    """The rows that were refused, under the titles they came with, wrong cells coloured and the reason beside them; None where
    there is none. It can be mended and uploaded as it is: the column of reasons is not read."""
    rows = bulk.rows.filter(outcome=BulkOutcome.REFUSED) | bulk.rows.filter(result=BulkOutcome.REFUSED)
    rows = rows.select_related("household", "member").order_by("position")
    if not rows.exists():
        return None
    stream = io.BytesIO()
    book = new_workbook(stream)
    formats = Formats(book)
    pages: dict[str, tuple[Worksheet, list[int]]] = {}
    for row in rows.iterator(chunk_size=CHUNK):
        if row.sheet not in pages:
            pages[row.sheet] = _begin(book, bulk, row, formats)
        page, lines = pages[row.sheet]
        _write(page, lines[0], bulk, row, formats)
        lines[0] += 1
    book.close()
    return stream.getvalue()


def _begin(
    book: xlsxwriter.Workbook, bulk: BulkEnrolment, row: BulkEnrolmentRow, formats: Formats
) -> tuple[Worksheet, list[int]]:
    """A sheet with its titles; the list holds the next line."""
    page = add_page(book, row.sheet or bulk.source)
    titles = titles_of(bulk, row)
    for place, title in enumerate([*titles, columns()["reason"].titles[0]]):
        page.write_string(0, place, str(title), formats.head)
    page.set_column(0, max(len(titles) - 1, 0), 16)
    page.set_column(len(titles), len(titles), 60)
    page.freeze_panes(1, 0)
    return page, [1]


def titles_of(bulk: BulkEnrolment, row: BulkEnrolmentRow) -> list[str]:
    """The titles of the row's sheet, or those of an empty list."""
    told = bulk.titles.get(row.sheet, {}).get("titles")
    return [str(title) for title in told] if told else [title_of(code, bulk.measure) for code in FIELDS[:3]]


def cells_of(bulk: BulkEnrolment, row: BulkEnrolmentRow) -> list[Any]:
    """The row's cells as they came; of one that was ticked in a list the number and the name."""
    if row.cells:
        return list(row.cells)
    return [
        row.household.number if row.household is not None else "",
        row.member.name if row.member is not None else "",
        "",
    ]


def _write(page: Worksheet, line: int, bulk: BulkEnrolment, row: BulkEnrolmentRow, formats: Formats) -> None:
    width = len(titles_of(bulk, row))
    wrong = column_index(row.column) if row.column else None
    for place, cell in enumerate([*cells_of(bulk, row), *[""] * width][:width]):
        write_cell(page, line, place, cell, formats, ERROR_COLOUR if place == wrong else "")
    page.write_string(line, width, sentence(row.code, row.params), formats.reason)
