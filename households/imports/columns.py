"""The columns a roster may have: by which titles they are known, whose they are, and how a cell is read."""

import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from households.imports import values
from households.imports.values import Reader
from households.models.income import ALL_ITEMS
from households.services.facts import CONDITION_FIELDS, MEMBER_YEAR_FIELDS


class Level(StrEnum):
    """Whose a column is."""

    HOUSEHOLD = "household"
    MEMBER = "member"
    UNUSED = "unused"


@dataclass(frozen=True)
class Column:
    """A column. `reader` turns a cell that is not blank into a value; without one the importer reads it by itself."""

    code: str
    titles: tuple[str, ...]
    level: Level
    reader: Reader | None = None


REQUIRED = ("number", "name", "relation", "identity")
AMOUNTS = tuple(ALL_ITEMS)
HOUSEHOLD_FIELDS = (
    "standard",
    "attribute",
    "main_cause",
    "other_cause",
    "second_other_cause",
    "phone",
    "bank_name",
    "bank_account",
    "military_family",
    "only_child_family",
    "two_daughters_family",
)
MEMBER_FIELDS = ("sex", "ethnicity")

MEMBER_READERS: dict[str, Reader | None] = {
    "name": None,
    "relation": values.Coded("relation"),
    "sex": values.Coded("sex"),
    "born_on": values.read_date,
    "identity": None,
    "ethnicity": values.Coded("ethnicity"),
    "education": values.Coded("education"),
    "schooling": values.Coded("schooling"),
    "health": values.Coded("health"),
    "labour": values.Coded("labour"),
    "work_place": values.Coded("work_place"),
    "work_months": values.read_months,
    "medical_insured": values.read_yes_no,
    "pension_insured": values.read_yes_no,
    "serious_illness_insured": values.read_yes_no,
    "on_allowance": values.read_yes_no,
    "in_service": values.read_yes_no,
}
HOUSEHOLD_READERS: dict[str, Reader | None] = {
    "town": values.read_text,
    "village": values.read_text,
    "group": values.read_text,
    "number": None,
    "stated_persons": values.read_count,
    "tier": values.Coded("tier"),
    "standard": values.Coded("standard"),
    "attribute": values.Coded("attribute"),
    "main_cause": values.Coded("cause"),
    "other_cause": values.Coded("cause"),
    "second_other_cause": values.Coded("cause"),
    "military_family": values.read_yes_no,
    "only_child_family": values.read_yes_no,
    "two_daughters_family": values.read_yes_no,
    "phone": values.read_digits,
    "bank_name": values.read_text,
    "bank_account": values.read_digits,
    "food_secure": values.read_yes_no,
    "clothing_secure": values.read_yes_no,
    "house_grade": values.Coded("house_grade"),
    "house_area_m2": values.read_whole,
    "water_safe": values.read_yes_no,
    "water_difficult": values.read_yes_no,
    "power_for_living": values.read_yes_no,
    "power_for_production": values.read_yes_no,
    "broadcast": values.read_yes_no,
    "sanitary_toilet": values.read_yes_no,
    "in_cooperative": values.read_yes_no,
    "road_kind": values.Coded("road_kind"),
    "road_distance_m": values.read_metres,
    "fuel": values.Coded("fuel"),
    "farmland_mu": values.read_area,
    "irrigated_mu": values.read_area,
    "forest_mu": values.read_area,
    "returned_forest_mu": values.read_area,
    "pasture_mu": values.read_area,
    **dict.fromkeys(AMOUNTS, values.read_amount),
    "net_income": values.read_balance,
    "helper_name": values.read_name,
    "helper_unit": values.read_text,
}
BRACKETS = re.compile(r"[(\[【{（][^)\]】}）]*[)\]】}）]")
LEADING = re.compile(r"^(\d{4}年度?|年度|是否)+")
NOISE = re.compile(r"[\s\u3000:：、,，.。*#/\\\-—_·]+")


def plain_title(text: str) -> str:
    """A title as titles are compared: half-width, without spaces, brackets, a year or 是否 in front."""
    plain = NOISE.sub("", BRACKETS.sub("", unicodedata.normalize("NFKC", text)))
    return LEADING.sub("", plain).removeprefix("是否").lower()


@functools.cache
def columns() -> Mapping[str, Column]:
    """Every known column by code."""
    text = resources.files("households.imports").joinpath("data/columns.json").read_text(encoding="utf-8")
    titles: dict[str, Any] = json.loads(text)
    titles.pop("_")
    found: dict[str, Column] = {}
    for code, names in titles.items():
        if code in MEMBER_READERS:
            found[code] = Column(code, tuple(names), Level.MEMBER, MEMBER_READERS[code])
        elif code in HOUSEHOLD_READERS:
            found[code] = Column(code, tuple(names), Level.HOUSEHOLD, HOUSEHOLD_READERS[code])
        else:
            found[code] = Column(code, tuple(names), Level.UNUSED)
    return found


@functools.cache
def by_title() -> Mapping[str, str]:
    """Column code by plain title."""
    found: dict[str, str] = {}
    for column in columns().values():
        for title in column.titles:
            if found.setdefault(plain_title(title), column.code) != column.code:
                raise ValueError(f"columns.json: {title} stands for two columns")
    return found


CONDITIONS = CONDITION_FIELDS
MEMBER_YEAR = MEMBER_YEAR_FIELDS
