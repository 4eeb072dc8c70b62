"""分 and yuan: nothing gets lost on the way, halves go up, nobody's average is not zero."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiangjin.common.forms import YuanField, plain_yuan
from jiangjin.common.money import fen_to_yuan, per_capita_fen, yuan_to_fen

amounts = st.integers(-(10**15), 10**15)


@given(amounts)
def test_there_and_back(fen):
    yuan = fen_to_yuan(fen)
    assert yuan_to_fen(yuan) == yuan_to_fen(str(yuan)) == fen
    assert yuan.as_tuple().exponent == -2


@given(amounts)
def test_what_an_input_box_shows_reads_as_the_same_amount(fen):
    field = YuanField(required=False)
    assert field.clean(field.prepare_value(fen)) == fen
    assert field.clean(f"{fen_to_yuan(fen):,}") == fen
    assert not field.has_changed(fen, plain_yuan(fen_to_yuan(fen)))


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_an_amount_is_a_whole_number_of_fen_or_refused(value):
    whole = value.is_finite() and (value * 100) % 1 == 0 if value.is_finite() and abs(value) < 10**20 else None
    try:
        fen = yuan_to_fen(value)
    except ValueError:
        assert whole is not True
    else:
        assert Decimal(fen) == value * 100


@given(st.text(max_size=12))
def test_whatever_is_typed_is_an_amount_or_refused(text):
    try:
        fen = yuan_to_fen(text)
    except ValueError:
        return
    assert isinstance(fen, int)


@pytest.mark.parametrize(
    "value", ["", "元", "1,000", "1e", "NaN", "Infinity", "-Infinity", "sNaN", "0.001", "2855.005"]
)
def test_what_is_refused(value):
    with pytest.raises(ValueError, match="not a"):
        yuan_to_fen(value)


@pytest.mark.parametrize(
    ("value", "fen"),
    [("2855", 285_500), (2855, 285_500), ("0.01", 1), ("-3.50", -350), ("1e3", 100_000), ("０.５", 50)],
)
def test_what_is_taken(value, fen):
    assert yuan_to_fen(value) == fen


@given(amounts, st.integers(1, 30))
def test_the_average_is_off_by_half_a_fen_at_most(total, persons):
    average = per_capita_fen(total, persons)
    assert abs(average * persons - total) * 2 <= persons


@given(st.integers(0, 10**9), st.integers(1, 30))
def test_comparing_by_multiplication_agrees_with_the_exact_average(line, persons):
    """A household is over the line when its income is at least line × persons; a rounded average must not decide."""
    just_below = line * persons - 1
    assert just_below < line * persons
    assert per_capita_fen(line * persons, persons) == line
    assert Decimal(just_below) / persons < line


@pytest.mark.parametrize(("total", "persons", "average"), [(1, 2, 1), (3, 2, 2), (-1, 2, -1), (10, 3, 3), (0, 5, 0)])
def test_halves_go_up_away_from_zero(total, persons, average):
    assert per_capita_fen(total, persons) == average


@pytest.mark.parametrize("persons", [0, -1])
def test_an_average_over_nobody_is_not_zero(persons):
    with pytest.raises(ValueError, match="no persons"):
        per_capita_fen(100, persons)
