"""Rosters made for a test: faultless, until the test changes one thing.

family = household(people=[head(), spouse(identity="…")], wages_fen="1.2万")
content = workbook([family])
"""

import datetime as dt
import io
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from households.imports.columns import Level, columns
from households.imports.rows import read_roster
from households.imports.workbook import read_workbook
from tests import factories

TITLE = "白沙镇2015年建档立卡贫困户花名册"
SHEET = "花名册"
MAX = 20 * 1024**2
_sequence = itertools.count(1)
_numbers = itertools.count(1)

Values = dict[str, Any]

PERSON: Values = {
    "ethnicity": "汉族",
    "education": "初中",
    "schooling": "非在校生",
    "health": "健康",
    "labour": "普通劳动力",
    "work_place": "",
    "work_months": "",
    "medical_insured": "是",
    "pension_insured": "是",
    "serious_illness_insured": "是",
    "on_allowance": "否",
    "in_service": "否",
}
HOUSEHOLD: Values = {
    "village": "复建村",
    "group": "3组",
    "standard": "国家标准",
    "attribute": "一般贫困户",
    "tier": "B",
    "main_cause": "缺技术",
    "other_cause": "缺资金",
    "phone": "13800001234",
    "house_grade": "B级",
    "house_area_m2": 90,
    "water_safe": "是",
    "water_difficult": "否",
    "power_for_living": "是",
    "power_for_production": "是",
    "broadcast": "是",
    "sanitary_toilet": "是",
    "in_cooperative": "否",
    "road_kind": "水泥路",
    "road_distance_m": 300,
    "fuel": "柴草",
    "farmland_mu": 4.5,
    "forest_mu": 3,
    "returned_forest_mu": 1,
    "pasture_mu": 0,
    "wages_fen": 18000,
    "business_fen": 5000,
    "property_fen": 0,
    "family_planning_fen": 0,
    "allowance_fen": 0,
    "five_guarantees_fen": 0,
    "pension_fen": 1140,
    "ecological_fen": 200,
    "other_transfer_fen": 300,
    "business_cost_fen": 1000,
    "helper_name": "袁建",
    "helper_unit": "区农委",
}


def identity(born: str = "1970-05-05", sex: str = "男") -> str:
    """A valid number that no other person of the test has."""
    return factories.identity_number(dt.date.fromisoformat(born), next(_sequence), "1" if sex == "男" else "2")


def person(relation: str, name: str, *, sex: str = "男", born: str = "1970-05-05", **values: Any) -> Values:
    """A row; the identity number fits birthday and sex unless it is given."""
    values.setdefault("identity", identity(born, sex))
    return {**PERSON, "relation": relation, "name": name, "sex": sex, **values}


def head(**values: Any) -> Values:
    """A man of 45 who worked nine months in the district."""
    values.setdefault("work_place", "乡外县内")
    values.setdefault("work_months", 9)
    return person(values.pop("relation", "户主"), values.pop("name", "陈建国"), **values)


def spouse(**values: Any) -> Values:
    values.setdefault("sex", "女")
    return person(values.pop("relation", "配偶"), values.pop("name", "李春芳"), **values)


def pupil(**values: Any) -> Values:
    """A boy of 14 in his second year of junior middle school."""
    values = {"born": "2001-09-09", "education": "小学", "schooling": "八年级", "labour": "", **values}
    return person(values.pop("relation", "之子"), values.pop("name", "陈小明"), **values)


def household(*, people: Sequence[Values] | None = None, number: str = "", **values: Any) -> list[Values]:
    """The rows of a household; what it says as a whole stands in the first."""
    rows = [dict(row) for row in (people if people is not None else [head(), spouse(), pupil()])]
    number = number or f"500116108205{next(_numbers) % 8000 + 1000:04d}"
    rows[0] = {**HOUSEHOLD, "number": number, "stated_persons": len(rows), **rows[0], **values}
    return rows


def codes_without(*left_out: str) -> list[str]:
    """Every column that the import reads, in the order of the list, but some."""
    return [code for code, column in columns().items() if column.level != Level.UNUSED and code not in left_out]


ALL = codes_without("town", "born_on", "net_income", "second_other_cause", "bank_name", "bank_account")
FIRST_ROW = 3  # the first household stands in this row, as Excel counts


def table(households: Iterable[list[Values]], codes: Sequence[str] = ALL, *, title: str = TITLE) -> list[list[Any]]:
    """Title, titles of the columns, and the rows."""
    titles = [columns()[code].titles[0] for code in codes]
    rows = [[row.get(code, "") for code in codes] for each in households for row in each]
    return [[title], titles, *rows]


def sheets_of(pages: dict[str, list[list[Any]]], *, hidden: Sequence[str] = ()) -> bytes:
    """A workbook of plain rows by sheet; an empty text is an empty cell, a pair a formula with the value it was saved with."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    made = {}
    for name, rows in pages.items():
        page = made[name] = book.add_worksheet(name)
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, tuple):
                    page.write_formula(line, place, cell[0], None, cell[1])
                elif isinstance(cell, dt.date):
                    page.write_datetime(line, place, cell, day)
                elif cell != "":
                    page.write(line, place, cell)
    for name in hidden:
        if made[name] is next(iter(made.values())):
            list(made.values())[-1].set_first_sheet()
            list(made.values())[-1].activate()
        made[name].hide()
    book.close()
    return stream.getvalue()


def workbook(
    households: Iterable[list[Values]], codes: Sequence[str] = ALL, *, title: str = TITLE, sheet: str = SHEET
) -> bytes:
    return sheets_of({sheet: table(households, codes, title=title)})


def roster_of(content: bytes):
    """The rows as they are read, before any check."""
    return read_roster(read_workbook(content, max_bytes=MAX))


def letters(code: str, codes: Sequence[str] = ALL) -> str:
    """The letters of a column, as Excel shows them."""
    from households.imports.workbook import column_letters

    return column_letters(codes.index(code))
