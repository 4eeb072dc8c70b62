"""Certificate numbers: every valid one is read, every slip of the pen is seen, and nothing else than a refusal comes out."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from households.identity import Certificate, IdentityError, parse_identity
from households.models import Sex

DAY = dt.date(2015, 12, 31)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
DIGITS = "0123456789"


def check_character(body: str) -> str:
    """By GB 11643-1999."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


regions = st.text("123456789", min_size=1, max_size=1).flatmap(
    lambda first: st.text(DIGITS, min_size=5, max_size=5).map(lambda rest: first + rest)
)
birthdays = st.dates(dt.date(1895, 1, 1), DAY)


@st.composite
def numbers(draw) -> str:
    """Valid numbers of 18 characters of people who live on the day."""
    body = f"{draw(regions)}{draw(birthdays):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


def code_of(text: str) -> str:
    """The code of the refusal."""
    with pytest.raises(IdentityError) as refused:
        parse_identity(text, on=DAY)
    assert refused.value.messages
    return str(refused.value.code)


@given(numbers())
def test_a_valid_number_tells_birthday_and_sex(number):
    read = parse_identity(number, on=DAY)
    assert (read.number, read.as_given, read.certificate) == (number, "", Certificate.IDENTITY)
    assert read.born_on == dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    assert read.sex == (Sex.MALE if number[16] in "13579" else Sex.FEMALE)


@given(numbers(), st.integers(0, 16), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_always_seen(number, place, digit):
    assume(number[place] != digit)
    assert code_of(number[:place] + digit + number[place + 1 :]) in {
        "identity_check_digit",
        "identity_date",
        "identity_future",
        "identity_age",
    }


@given(numbers(), st.sampled_from([*DIGITS, "X"]))
def test_a_wrong_last_character_is_told_with_the_right_one(number, last):
    assume(number[17] != last)
    with pytest.raises(IdentityError) as refused:
        parse_identity(number[:17] + last, on=DAY)
    assert (refused.value.code, refused.value.params) == (
        "identity_check_digit",
        {"given": last, "right": number[17]},
    )


@given(numbers(), st.integers(0, 15))
def test_two_digits_in_the_wrong_order_are_always_seen(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    code_of(swapped)


@given(
    numbers(),
    st.lists(st.tuples(st.integers(0, 18), st.sampled_from(list(" -\u00a0\u3000\u200b\ufeff.'"))), max_size=4),
)
def test_blanks_and_separators_do_not_matter(number, additions):
    text = number
    for place, character in additions:
        text = text[:place] + character + text[place:]
    assert parse_identity(text, on=DAY).number == number


@given(numbers())
def test_full_width_and_small_letters_do_not_matter(number):
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    assert parse_identity(wide, on=DAY).number == number
    assert parse_identity(number.lower(), on=DAY).number == number


@given(numbers().filter(lambda number: number.endswith("X")), st.sampled_from("×хХχΧ*"))
def test_what_looks_like_the_final_x_is_one(number, letter):
    assert parse_identity(number[:17] + letter, on=DAY).number == number


@given(numbers().filter(lambda number: number[6:8] == "19" and int(number[14:17]) < 996))
def test_an_old_number_becomes_the_new_one(number):
    old = number[:6] + number[8:17]
    read = parse_identity(old, on=DAY)
    assert (read.number, read.as_given, read.certificate) == (number, old, Certificate.OLD_IDENTITY)


@given(numbers(), st.sampled_from("1234567"), st.sampled_from("1234"), st.sampled_from(["", "B1", "02"]))
def test_a_disability_card_holds_the_identity_number(number, kind, grade, reissue):
    card = number + kind + grade + reissue
    read = parse_identity(card, on=DAY)
    assert (read.number, read.as_given, read.certificate) == (number, card, Certificate.DISABILITY_CARD)


@given(numbers(), st.sampled_from("089"), st.sampled_from("056789"))
def test_a_disability_card_of_no_class_or_grade_is_refused(number, kind, grade):
    assert code_of(number + kind + "1") == "identity_card_class"
    assert code_of(number + "1" + grade) == "identity_card_grade"


@given(st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        read = parse_identity(text, on=DAY)
    except IdentityError:
        return
    assert check_character(read.number[:17]) == read.number[17]


@given(st.text("0123456789Xx٠٣²①", min_size=15, max_size=22))
def test_digits_of_other_scripts_are_read_as_digits_or_refused(text):
    try:
        read = parse_identity(text, on=DAY)
    except IdentityError:
        return
    assert read.number.isascii()


@given(numbers(), st.dates(dt.date(1895, 1, 1), DAY))
def test_nobody_is_born_after_the_day(number, day):
    born_on = parse_identity(number, on=DAY).born_on
    if born_on <= day:
        assert parse_identity(number, on=day).born_on == born_on
    else:
        with pytest.raises(IdentityError) as refused:
            parse_identity(number, on=day)
        assert refused.value.code == "identity_future"


def test_nobody_is_over_120():
    oldest, older = ("50039918950101001", "50039918941231001")
    assert parse_identity(oldest + check_character(oldest), on=DAY).born_on == dt.date(1895, 1, 1)
    assert code_of(older + check_character(older)) == "identity_age"
