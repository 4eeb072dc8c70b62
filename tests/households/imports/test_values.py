"""Reading cells: what offices type, and whatever else comes."""

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from households.imports import values
from households.imports.columns import columns
from households.imports.values import DigitsLost, Unreadable

FULL_WIDTH = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
YUAN = st.decimals(min_value=0, max_value=9_999_999, places=2)
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.text(alphabet="0123456789.,-+eE万千百元￥人月亩 　０５是否√×", max_size=40),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
READERS = {code: column.reader for code, column in columns().items() if column.reader is not None}


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        (0, 0), (12000, 1_200_000), (12000.5, 1_200_050), ("12000", 1_200_000), ("12,000", 1_200_000),
        ("1,234.50", 123_450), ("１２３４", 123_400), ("１，２３４．５０", 123_450), ("1.2万", 1_200_000), ("1.2 万元", 1_200_000),
        ("３万", 3_000_000), ("5千", 500_000), ("3百元", 30_000), ("0.5亿", 5_000_000_000), ("12000元整", 1_200_000),
        ("￥500", 50_000), ("¥1,500.00", 150_000), (" 500 ", 50_000), ("500块", 50_000), ("+500", 50_000),
        (0.1 + 0.2, 30), (1234.5678, 123_457), ("0.005", 1), ("0", 0),
    ],
)  # fmt: skip
def test_amounts_as_they_are_typed(cell, fen):
    assert values.read_amount(cell) == fen


@pytest.mark.parametrize(
    "cell",
    [
        "三千", "约3000", "3000左右", "3000-4000", "无", "不详", "1,23,4", "1,2345", "12,34万", "1.2.3", "万", "-5", -5, -0.01,
        True, math.nan, math.inf, -math.inf, 1e300, "9" * 400, "1e5", "12%", "$5", dt.date(2015, 1, 1), dt.time(1),
    ],
)  # fmt: skip
def test_what_is_no_amount(cell):
    with pytest.raises(Unreadable):
        values.read_amount(cell)


@given(YUAN)
def test_an_amount_is_the_same_however_it_is_written(yuan):
    fen = int(yuan * 100)
    assert values.read_amount(float(yuan)) == fen
    for text in (str(yuan), f"{yuan:,}", f"{yuan}元", f"￥{yuan:,}", f" {yuan} ", f"{yuan:,}".translate(FULL_WIDTH)):
        assert values.read_amount(text) == fen


@given(st.decimals(min_value=0, max_value=999, places=4))
def test_ten_thousands_are_exact(amount):
    assert values.read_amount(f"{amount}万") == int(amount * 1_000_000)


@given(st.decimals(min_value=Decimal("0.01"), max_value=9_999_999, places=2))
def test_a_negative_amount_is_only_a_balance(yuan):
    for cell in (-float(yuan), f"-{yuan}", f"-{yuan:,}".translate(FULL_WIDTH)):
        with pytest.raises(Unreadable):
            values.read_amount(cell)
        assert values.read_balance(cell) == -int(yuan * 100)


@given(CELLS)
@example("9" * 400)
@example(1e308)
@example("1" + "," + "0" * 3)
def test_an_amount_is_whole_and_bounded_or_unreadable(cell):
    assume(not values.is_blank(cell))
    try:
        fen = values.read_amount(cell)
    except Unreadable:
        return
    assert type(fen) is int
    assert 0 <= fen <= values.MAX_FEN


@pytest.mark.parametrize("code", sorted(READERS))
@given(cell=CELLS)
@example(cell="9" * 300)
@example(cell="1" * 30 + "人")
@example(cell=1e20)
@example(cell=float("nan"))
def test_no_cell_breaks_a_reader(code, cell):
    """A reader answers or says that it does not understand; nothing else gets out, or one cell would stop a whole file."""
    assume(not values.is_blank(cell))
    try:
        READERS[code](cell)
    except Unreadable:
        return


@given(st.integers(min_value=10**15, max_value=10**20))
def test_a_long_number_in_a_numeric_cell_has_lost_its_digits(number):
    with pytest.raises(DigitsLost):
        values.refuse_lost_digits(float(number))
    values.refuse_lost_digits(str(number))


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_fifteen_digits_survive_a_numeric_cell(number):
    values.refuse_lost_digits(float(number))
    assert values.as_text(float(number)) == str(number)


@given(st.integers(min_value=10**17, max_value=10**18 - 1))
def test_exponents_as_text_have_lost_their_digits(number):
    for text in (f"{float(number):.5E}", f"{float(number):e}", f"{float(number):.5E}".translate(FULL_WIDTH)):
        with pytest.raises(DigitsLost):
            values.refuse_lost_digits(text)


@pytest.mark.parametrize("number", [1.5, math.nan, math.inf])
def test_a_broken_number_is_no_identity(number):
    with pytest.raises(DigitsLost):
        values.refuse_lost_digits(number)


@pytest.mark.parametrize(
    "cell", ["是", "√", "✓", "✔", "☑", "有", " 是 ", "Y", "yes", "TRUE", True, 1, 1.0, "１", "已参加", "安全"]
)
def test_ticks(cell):
    assert values.read_yes_no(cell) is True


@pytest.mark.parametrize(
    "cell", ["否", "×", "✗", "☒", "无", "没有", "N", "no", "FALSE", False, 0, 0.0, "０", "未参加", "不安全"]
)
def test_crosses(cell):
    assert values.read_yes_no(cell) is False


@pytest.mark.parametrize("cell", ["是/否", "?", "部分", 2, "√×", "是否", dt.date(2015, 1, 1)])
def test_neither_tick_nor_cross(cell):
    with pytest.raises(Unreadable):
        values.read_yes_no(cell)


@pytest.mark.parametrize("cell", [None, "", " ", "　", "-", "－", "——", "/", "／", "\\", "\u200b", " - ", "无数据"])
def test_nothing(cell):
    assert values.is_blank(cell)


@pytest.mark.parametrize("cell", [0, 0.0, False, "0", "无", "否", "-1", "一", "A", "无劳动力", dt.date(2015, 1, 1)])
def test_something(cell):
    assert not values.is_blank(cell)


@given(st.text(max_size=12))
@example("⑴")
@example("㏄-")
@example("无 数据")
def test_blank_is_what_reads_as_nothing(text):
    """The short way round gives the same answer as the long one."""
    assert values.is_blank(text) == (values.clean(text) in values.NOTHING)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("王 强", "王强"), ("王　强", "王强"), (" 欧阳 建国\n", "欧阳建国"), ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"), (5, "5"),
    ],
)  # fmt: skip
def test_names(cell, name):
    assert values.read_name(cell) == name


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (values.read_months, "9个月", 9), (values.read_months, 12.0, 12), (values.read_count, "5人", 5),
        (values.read_count, "４口人", 4), (values.read_area, "4.5亩", Decimal("4.50")), (values.read_whole, "90平方米", 90),
        (values.read_whole, "90㎡", 90), (values.read_metres, "1.5公里", 1500), (values.read_metres, "300米", 300),
        (values.read_metres, 250.4, 250), (values.read_date, "1970.5.5", dt.date(1970, 5, 5)),
        (values.read_date, "1970年5月5日", dt.date(1970, 5, 5)), (values.read_date, 19700505.0, dt.date(1970, 5, 5)),
        (values.read_date, dt.datetime(1970, 5, 5, 8), dt.date(1970, 5, 5)), (values.read_digits, "138-0000 1234", "13800001234"),
        (values.read_digits, 13800001234.0, "13800001234"), (values.read_digits, "+86 138 0000 1234", "+8613800001234"),
        (values.Coded("cause"), "缺乏劳动力", "08"), (values.Coded("cause"), 1.0, "01"), (values.Coded("tier"), "ａ类", "A"),
        (values.Coded("relation"), "长子", "03"), (values.Coded("standard"), "省（市）定标准", "02"),
    ],
)  # fmt: skip
def test_measures_codes_and_days(reader, cell, value):
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell"),
    [
        (values.read_months, 13), (values.read_months, 1.5), (values.read_months, "半年"), (values.read_count, 2.5),
        (values.read_count, 1001), (values.read_area, -1), (values.read_area, 10**7), (values.read_metres, "很远"),
        (values.read_date, "1970-02-30"), (values.read_date, "1970"), (values.read_digits, "电话"),
        (values.Coded("tier"), "D"), (values.Coded("relation"), "朋友"),
    ],
)  # fmt: skip
def test_what_is_not_understood(reader, cell):
    with pytest.raises(Unreadable):
        reader(cell)


def test_every_word_of_the_vocabulary_is_understood():
    for code, column in columns().items():
        if isinstance(column.reader, values.Coded):
            words = values._vocabulary()[column.reader.name]
            assert words, code
            assert {column.reader(word) for word in words} == set(words.values())
