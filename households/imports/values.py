"""Reading one cell. Every reader takes a cell that is not blank and returns a value, or raises `Unreadable`."""

import datetime as dt
import functools
import json
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from importlib import resources
from typing import Any

from jiangjin.common.money import FEN_PER_YUAN

Reader = Callable[[Any], Any]

SPACES = re.compile(r"[\s\u3000\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
AMOUNT = re.compile(
    r"^(?:¥|￥|rmb)?([+-]?\d+(?:\.\d+)?)(万元|万|千元|千|百元|百|亿元|亿|元|块)?(?:整)?$", re.IGNORECASE
)
MULTIPLES = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?=\D*$)")
MEASURE = re.compile(r"^([+-]?\d+(?:\.\d+)?)(.*)$")
NOTHING = {"", "-", "--", "—", "——", "/", "\\", "无数据"}
# Above this no amount of one household's year is real; the column would overflow long after.
MAX_FEN = 10_000_000_000 * FEN_PER_YUAN
# A double keeps 15 decimal digits of a whole number, Excel no more than that either.
EXACT_DIGITS = 15


class Unreadable(ValueError):
    """A cell that says something which is not understood."""


class DigitsLost(Unreadable):
    """A long number that was stored as a floating-point one: its last digits are gone."""


def is_blank(cell: Any) -> bool:
    """Nothing, spaces, or a dash that stands for nothing."""
    if cell is None or cell == "":
        return True
    if not isinstance(cell, str):
        return False
    # What begins with a letter or a digit says something, unless it says 无数据.
    return (cell[0] == "无" or not cell[0].isalnum()) and clean(cell) in NOTHING


def clean(text: str) -> str:
    """Half-width, without spaces at either end, inner white space as one blank."""
    return SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def squeeze(text: str) -> str:
    """Half-width, without any space."""
    return SPACES.sub("", unicodedata.normalize("NFKC", text))


def as_text(cell: Any) -> str:
    """A cell as a person reads it: whole numbers without a point, dates in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if math.isfinite(cell) and cell == int(cell) and abs(cell) < 10**EXACT_DIGITS:
            return str(int(cell))
        return repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ") if cell.time() != dt.time() else cell.date().isoformat()
    return str(cell)


def read_text(cell: Any) -> str:
    """Any text, cleaned."""
    return clean(as_text(cell))


def read_name(cell: Any) -> str:
    """A person's name: without the spaces that align two characters with three; those between Latin words stay."""
    text = clean(as_text(cell))
    return text if text.isascii() else squeeze(text)


def read_digits(cell: Any) -> str:
    """A phone or an account: digits as text, separators removed. Raises DigitsLost for a long floating-point number."""
    refuse_lost_digits(cell)
    text = re.sub(r"[\s\-()]+", "", squeeze(as_text(cell)))
    if not re.fullmatch(r"\+?\d{1,30}", text):
        raise Unreadable
    return text


def refuse_lost_digits(cell: Any) -> None:
    """Raises DigitsLost for a number of more digits than a floating-point cell keeps, and for 5.00399E+17 as text."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not math.isfinite(cell) or abs(cell) >= 10**EXACT_DIGITS or cell != int(cell):
            raise DigitsLost
    elif isinstance(cell, str) and re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{2,3}", squeeze(cell)):
        raise DigitsLost


def read_amount(cell: Any) -> int:
    """分 from 12000, 1,234, 1.2万, 12000元, ￥500. Raises Unreadable for words, negative amounts and nonsense."""
    fen = read_balance(cell)
    if fen < 0:
        raise Unreadable
    return fen


def read_balance(cell: Any) -> int:
    """An amount that may be negative: what is left when costs are higher than income."""
    if isinstance(cell, bool):
        raise Unreadable
    if isinstance(cell, float | int):
        if not math.isfinite(cell):
            raise Unreadable
        return _fen(Decimal(repr(cell)))
    if not isinstance(cell, str):
        raise Unreadable
    text = squeeze(cell).replace("，", ",")
    if "," in text:
        if not THOUSANDS.match(text.lstrip("¥￥")):
            raise Unreadable
        text = text.replace(",", "")
    match = AMOUNT.match(text)
    if match is None:
        raise Unreadable
    number, unit = match.groups()
    return _fen(Decimal(number) * MULTIPLES.get((unit or "元")[0], 1))


def _fen(yuan: Decimal) -> int:
    """Fractions of a 分 are what formulas leave behind; they are rounded away."""
    fen = yuan * FEN_PER_YUAN
    if abs(fen) > MAX_FEN:
        raise Unreadable
    return int(fen.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def read_yes_no(cell: Any) -> bool:
    """Ticks, crosses, 是, 有, 否, 无."""
    if isinstance(cell, bool):
        return cell
    key = _key(cell)
    if key in _vocabulary()["yes_no"]:
        return bool(_vocabulary()["yes_no"][key] == "yes")
    raise Unreadable


def read_number(cell: Any, units: Mapping[str, int | Decimal]) -> Decimal:
    """A number that is not negative, with or without one of the units, which are factors."""
    if isinstance(cell, bool) or not isinstance(cell, str | float | int):
        raise Unreadable
    match = MEASURE.match(squeeze(as_text(cell)).replace(",", ""))
    if match is None:
        raise Unreadable
    number, unit = match.groups()
    if unit and unit.lower() not in units:
        raise Unreadable
    try:
        value = Decimal(number) * (units[unit.lower()] if unit else 1)
    except InvalidOperation as error:
        raise Unreadable from error
    if not 0 <= value < 10**9:
        raise Unreadable
    return value


def read_area(cell: Any) -> Decimal:
    """亩 with two decimals."""
    value = read_number(cell, {"亩": 1}).quantize(Decimal("0.01"))
    if value >= 10**6:
        raise Unreadable
    return value


def read_whole(cell: Any) -> int:
    """A whole number (m², rounded)."""
    return int(read_number(cell, {"m2": 1, "m²": 1, "平方米": 1, "平方": 1, "平米": 1}).quantize(Decimal(1)))


def read_metres(cell: Any) -> int:
    """Metres; with 公里, 千米 or km they are converted."""
    units = {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000, "里": 500}
    return int(read_number(cell, units).quantize(Decimal(1)))


def read_count(cell: Any) -> int:
    """A number of persons."""
    value = read_number(cell, {"人": 1, "口": 1, "口人": 1})
    if value != int(value) or value > 1000:
        raise Unreadable
    return int(value)


def read_months(cell: Any) -> int:
    """Months of a year, 0 to 12."""
    value = read_number(cell, {"个月": 1, "月": 1})
    if value > 12 or value != int(value):
        raise Unreadable
    return int(value)


def read_date(cell: Any) -> dt.date:
    """A date cell, 2015-01-02, 2015.1.2, 20150102, 2015年1月2日."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = squeeze(as_text(cell))
    match = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text) or re.fullmatch(
        r"(\d{4})(\d{2})(\d{2})", text
    )
    if match is None:
        raise Unreadable
    try:
        return dt.date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise Unreadable from error


class Coded:
    """Reads an answer of a code list by its words, or by the code itself."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, cell: Any) -> str:
        words = _vocabulary()[self.name]
        key = _key(cell)
        found = words.get(key) or words.get(key.zfill(2))
        if found is None:
            raise Unreadable
        return found


def _key(cell: Any) -> str:
    """A word as words are compared."""
    return _plain_word(as_text(cell))


@functools.lru_cache(maxsize=4096)
def _plain_word(text: str) -> str:
    text = squeeze(text).upper()
    return text.replace("(", "").replace(")", "") if len(text) > 1 else text


@functools.cache
def _vocabulary() -> Mapping[str, Mapping[str, str]]:
    """Code by word, for every list."""
    text = resources.files("households.imports").joinpath("data/vocabulary.json").read_text(encoding="utf-8")
    lists: dict[str, Any] = json.loads(text)
    lists.pop("_")
    found: dict[str, dict[str, str]] = {}
    for name, codes in lists.items():
        words: dict[str, str] = {}
        for code, synonyms in codes.items():
            for word in [*synonyms, *([code] if name != "yes_no" else [])]:
                if words.setdefault(_key(word), code) != code:
                    raise ValueError(f"vocabulary.json: {word} stands twice in {name}")
        found[name] = words
    return found
