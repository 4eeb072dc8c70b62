"""Rosters as workbooks: the empty one of the page filled in, and reading what comes back."""

import datetime as dt
import io

import python_calamine
import xlsxwriter

from households.imports.template import template_columns, template_workbook
from tests import factories


def sheet_rows(content: bytes, sheet: int = 0) -> list[list]:
    """The cells of one sheet of a workbook."""
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def person(name: str, relation: str, sequence: int, sex: str = "男", **more) -> dict:
    """A row of a member; identity numbers by sequence, so that the same one is the same person."""
    born_on = more.pop("born_on", dt.date(1970, 1, 1))
    identity = factories.identity_number(born_on, sequence, "1" if sex == "男" else "2")
    return {"name": name, "relation": relation, "identity": identity, "sex": sex, **more}


def family(number: str, first: int, *, village: str = "复建村", **more) -> list[dict]:
    """A household of two; `more` stands in the head's row."""
    head = person("陈建国", "户主", first, village=village, number=number, wages_fen=20000, **more)
    return [head, person("李秀英", "配偶", first + 1, "女", number=number)]


def filled(rows: list[dict], *, year: int = 2015) -> bytes:
    """The page's empty roster with these rows in it."""
    title, titles = sheet_rows(template_workbook(area=factories.town(), year=year))[:2]
    codes = [column.code for column in template_columns()]
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    page = book.add_worksheet("花名册")
    page.write_row(0, 0, [cell for cell in title if cell])
    page.write_row(1, 0, titles)
    for line, row in enumerate(rows, start=2):
        for code, value in row.items():
            page.write(line, codes.index(code), value)
    book.close()
    return stream.getvalue()
