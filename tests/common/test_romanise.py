"""Name search by characters, pinyin and initials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangjin.common.romanise import SURNAMES, initials, pinyin, place_readings, readings

characters = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
names = st.text(characters, min_size=1, max_size=6)
surnames = st.sampled_from(sorted(SURNAMES))
anything = st.one_of(st.text(max_size=12), st.builds("{}{}".format, surnames, st.text(max_size=6)))


@given(names)
def test_a_chinese_name_reads_in_small_letters_one_initial_a_character(name):
    full, first = readings(name)
    assert full.islower()
    assert " " not in full
    assert len(first) == len(name)


@given(anything)
def test_reading_both_at_once_is_reading_each(text):
    assert readings(text) == (pinyin(text), initials(text))


@given(anything)
def test_no_name_is_too_odd(text):
    for read in readings(text):
        assert read == read.lower()
        assert " " not in read


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_letters_stay_letters(text):
    assert pinyin(text) == text
    assert pinyin(text.upper()) == text


@pytest.mark.parametrize(
    ("name", "full", "first"),
    [
        ("江津", "jiangjin", "jj"),
        ("陈建国", "chenjianguo", "cjg"),
        ("单晓燕", "shanxiaoyan", "sxy"),
        ("曾庆云", "zengqingyun", "zqy"),
        ("曾", "ceng", "c"),
        ("单于明", "chanyuming", "cym"),
        ("王曾", "wangceng", "wc"),
        ("吕布", "lvbu", "lb"),
        ("欧阳·娜", "ouyang·na", "oy·n"),
        ("A组长", "azuzhang", "azz"),
        ("", "", ""),
    ],
)
def test_readings(name, full, first):
    assert readings(name) == (full, first)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("黑石山村", ("heishishancun", "hssc")),
        ("单塘村", ("dantangcun", "dtc")),
        ("重庆潍柴厂社区", ("chongqingweichaichangshequ", "cqwccsq")),
        ("示例1村", ("shili1cun", "sl1c")),
    ],
)
def test_a_place_begins_with_no_surname(name, read):
    assert place_readings(name) == read
