"""Personal numbers: sealed at rest, matched by keyed digest, masked on the page."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from households.models import Household
from jiangjin.common.personal import BANK_ACCOUNT, IDENTITY, PHONE, decrypt, digest, encrypt, mask, seal
from tests import factories

values = st.text(min_size=1, max_size=40)
KINDS = [IDENTITY, PHONE, BANK_ACCOUNT]


@given(st.binary(max_size=200))
def test_what_is_sealed_opens_again_and_never_looks_the_same(value):
    one, other = encrypt(value), encrypt(value)
    assert decrypt(one) == decrypt(other) == value
    assert one != other
    assert len(value) < 4 or value not in one


@given(values, st.sampled_from(KINDS))
def test_the_three_columns(value, kind):
    sealed = seal(kind, value)
    assert sealed.cipher == value  # the field encrypts on its way to the database
    assert sealed.digest == digest(kind.code, value)
    assert len(sealed.digest) == 64
    assert sealed == seal(kind, value)


@given(values, values)
def test_only_equal_values_match_and_never_across_kinds(one, other):
    assert (seal(PHONE, one).digest == seal(PHONE, other).digest) is (one == other)
    assert seal(PHONE, one).digest != seal(BANK_ACCOUNT, one).digest


@given(st.text("0123456789X", min_size=0, max_size=40), st.integers(0, 8), st.integers(0, 8))
def test_a_mask_keeps_the_length_and_shows_only_head_and_tail(value, head, tail):
    masked = mask(value, head=head, tail=tail)
    assert len(masked) == len(value)
    shown = [place for place, character in enumerate(masked) if character != "*"]
    allowed = {*range(head), *range(len(value) - tail, len(value))}
    assert set(shown) <= allowed
    assert all(masked[place] == value[place] for place in shown)
    if len(value) <= head + tail:
        assert not shown


@given(st.text("0123456789", min_size=18, max_size=18))
def test_a_masked_identity_number_hides_birthday_and_sequence(number):
    assert seal(IDENTITY, number).masked == f"{number[:6]}{'*' * 10}{number[16:]}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_nothing_is_sealed_as_nothing(kind):
    assert seal(kind, "") == type(seal(kind, ""))("", "", "")


@given(st.binary(max_size=60))
def test_what_was_never_sealed_does_not_open(value):
    with pytest.raises(InvalidToken):
        decrypt(value)


def test_a_sealed_value_that_somebody_changed_does_not_open():
    token = bytearray(encrypt(b"500399197001010019"))
    token[30] ^= 1
    with pytest.raises(InvalidToken):
        decrypt(bytes(token))


def test_keys_are_renewed_by_putting_a_new_one_in_front(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_KEYS = [old]
    before = encrypt(b"13900000000")
    settings.FIELD_KEYS = [new, old]
    after = encrypt(b"13900000000")
    assert decrypt(before) == decrypt(after) == b"13900000000"
    settings.FIELD_KEYS = [new]
    assert decrypt(after) == b"13900000000"
    with pytest.raises(InvalidToken):
        decrypt(before)


def test_another_digest_key_matches_nothing(settings):
    before = digest("phone", "13900000000")
    settings.DIGEST_KEY = "another-key"
    assert digest("phone", "13900000000") != before


@pytest.mark.django_db
class TestInTheDatabase:
    def test_the_column_holds_a_token_and_the_record_the_value(self):
        made = factories.household(phone="13900000000")
        [stored] = Household.objects.filter(pk=made.pk).values_list("phone", flat=True)
        assert "13900000000" not in stored
        assert decrypt(stored.encode()) == b"13900000000"
        assert Household.objects.get(pk=made.pk).phone == "13900000000"

    def test_saving_a_record_again_does_not_seal_it_twice(self):
        made = Household.objects.get(pk=factories.household(phone="13900000000").pk)
        made.save()
        again = Household.objects.get(pk=made.pk)
        assert again.phone == "13900000000"
        again.save()
        assert Household.objects.get(pk=made.pk).phone == "13900000000"

    def test_an_empty_one_stays_empty(self):
        made = factories.household()
        assert Household.objects.filter(pk=made.pk).values_list("phone", flat=True)[0] == ""

    @pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__in", "phone__startswith"])
    def test_it_cannot_be_searched_but_by_its_digest(self, lookup):
        with pytest.raises(TypeError, match="filter by its digest"):
            Household.objects.filter(**{lookup: "1"}).exists()
