"""An empty roster to fill in: the columns that the import reads, with the words it understands as drop-down lists."""

import io
import json
from importlib import resources
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from households.imports import values
from households.imports.columns import AMOUNTS, REQUIRED, Column, Level, columns
from jiangjin.areas.models import Area

# Computed by the register or only compared with it; a form that is filled in anew does without.
LEFT_OUT = {"net_income", "stated_persons", "pasture_mu"}
# Numbers of many digits, which Excel would round.
AS_TEXT = {"number", "identity", "phone", "bank_account"}
ROWS_WITH_LISTS = 2000
FIRST_ROW = 2


def template_columns() -> list[Column]:
    """The columns of the template, in their usual order."""
    return [
        column
        for column in columns().values()
        if column.level != Level.UNUSED
        and column.code not in LEFT_OUT
        and (column.reader is not None or column.code in REQUIRED)
    ]


def words_of(column: Column) -> list[str]:
    """The official words of a column that takes only some; empty for free text and figures."""
    lists = _vocabulary()
    if isinstance(column.reader, values.Coded):
        return [words[0] for words in lists[column.reader.name].values()]
    if column.reader is values.read_yes_no:
        return [words[0] for words in lists["yes_no"].values()]
    return []


def template_workbook(*, area: Area, year: int) -> bytes:
    """A workbook for the rosters of an area and year; its title says both, because the import reads them there."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    wanted = template_columns()
    _write_form(book, wanted, title=f"{area.name}贫困户花名册（{year}年）")
    _write_guide(book, wanted)
    book.close()
    return stream.getvalue()


def _write_form(book: xlsxwriter.Workbook, wanted: list[Column], *, title: str) -> None:
    page = book.add_worksheet("花名册")
    heading = book.add_format({"bold": True, "font_size": 14, "align": "center", "valign": "vcenter"})
    shapes = {
        True: book.add_format(_title_shape("#FFE699")),
        False: book.add_format(_title_shape("#E8EFF7")),
    }
    plain, text = book.add_format({"valign": "vcenter"}), book.add_format({"num_format": "@", "valign": "vcenter"})
    page.merge_range(0, 0, 0, len(wanted) - 1, title, heading)
    page.set_row(0, 28)
    page.set_row(1, 32)
    for place, column in enumerate(wanted):
        page.write_string(1, place, title_of(column), shapes[column.code in REQUIRED])
        _shape_column(page, place, column, text if column.code in AS_TEXT else plain)
    page.freeze_panes(FIRST_ROW, 0)


def _title_shape(colour: str) -> dict[str, Any]:
    return {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": colour}


def _shape_column(page: Worksheet, place: int, column: Column, shape: Format) -> None:
    page.set_column(place, place, 20 if column.code in AS_TEXT else max(10, 2 * len(title_of(column)) + 2), shape)
    words = words_of(column)
    if words:
        # A warning, not a refusal: the import understands other words, too.
        page.data_validation(
            FIRST_ROW,
            place,
            FIRST_ROW + ROWS_WITH_LISTS,
            place,
            {"validate": "list", "source": words, "error_type": "warning"},
        )


def title_of(column: Column) -> str:
    """A column's title with its unit."""
    return f"{column.titles[0]}（元）" if column.code in AMOUNTS else column.titles[0]


def _write_guide(book: xlsxwriter.Workbook, wanted: list[Column]) -> None:
    page = book.add_worksheet("填写说明")
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    lines = [
        _("One row a person. The people of a household stand below each other, the head first."),
        _("What belongs to the household is written in the head's row; below it may stay empty."),
        _("The year in the title is the year of the facts. Amounts are in yuan; costs are written without a minus."),
        _("An empty cell says nothing and takes nothing away. Yellow columns are needed."),
    ]
    for number, line in enumerate(lines):
        page.write_string(number, 0, line)
    start = len(lines) + 1
    for place, text in enumerate([_("Column"), _("Whose"), _("Needed"), _("Words that are understood")]):
        page.write_string(start, place, text, bold)
    for row, column in enumerate(wanted, start=start + 1):
        page.write_string(row, 0, title_of(column), wrapped)
        page.write_string(row, 1, _("person") if column.level == Level.MEMBER else _("household"), wrapped)
        page.write_string(row, 2, _("yes") if column.code in REQUIRED else "", wrapped)
        page.write_string(row, 3, "、".join(words_of(column)), wrapped)
    page.set_column(0, 0, 24)
    page.set_column(1, 2, 10)
    page.set_column(3, 3, 90)


def _vocabulary() -> dict[str, dict[str, list[str]]]:
    text = resources.files("households.imports").joinpath("data/vocabulary.json").read_text(encoding="utf-8")
    lists: dict[str, Any] = json.loads(text)
    lists.pop("_")
    return lists
