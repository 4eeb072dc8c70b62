"""Certificate numbers as they are typed: identity numbers of 18 digits, old ones of 15, disability cards of 20 or 22.

GB 11643-1999: six digits of region, birth date, three digits of sequence (odd for men), check digit. The region says where a
number was issued, not where somebody lives, and is not checked: python-stdnum's table knows none of Jiangjin's prefixes.
Disability card: the identity number, one digit of class, one of grade, and two characters more when it was reissued.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from households.models import Sex

MAX_AGE = 120
# Typed between the digits, or pasted along with them.
SEPARATORS = re.compile(r"[\s\-'`‘’·.\u200b-\u200f\ufeff]+")
# Letters that stand for a final X: the multiplication sign, the Cyrillic and the Greek letter.
LIKE_X = str.maketrans({"×": "X", "х": "X", "Х": "X", "χ": "X", "Χ": "X", "*": "X"})


class Certificate(StrEnum):
    """What kind of number was given."""

    IDENTITY = "identity"
    OLD_IDENTITY = "old_identity"
    DISABILITY_CARD = "disability_card"


class IdentityError(ValidationError):
    """A certificate number that cannot be taken. `code` is stable, `params` are what the message needs."""

    def __init__(self, message: str | Promise, code: str, **params: str | int) -> None:
        super().__init__(cast(str, message), code=code, params=params)


MESSAGES: dict[str, str | Promise] = {
    "identity_length": _(
        "The identity number has %(length)s characters; it must have 18 (15 for an old one, 20 or 22 for a disability card)."
    ),
    "identity_characters": _(
        "The identity number has “%(character)s” in place %(position)s, where a digit must stand."
    ),
    "identity_date": _("Digits 7 to 14 of the identity number, %(digits)s, are not a date of birth."),
    "identity_future": _("By the identity number the person is born on %(born_on)s, after %(day)s."),
    "identity_age": _("By the identity number the person is over %(age)s years old."),
    "identity_check_digit": _(
        "The last digit of the identity number is %(given)s; by the others it must be %(right)s."
    ),
    "identity_old_sequence": _(
        "An old number of 15 digits that ends in %(sequence)s was issued to somebody born before 1900: write its 18 digits."
    ),
    "identity_card_class": _("Digit 19 of the disability card is %(digit)s; the class of disability is 1 to 7."),
    "identity_card_grade": _("Digit 20 of the disability card is %(digit)s; the grade of disability is 1 to 4."),
}


@dataclass(frozen=True)
class Identity:
    """A certificate that was read.

    number: the 18 digits; as_given: what was written, where that is something else (15, 20 or 22 characters), else "".
    """

    number: str
    as_given: str
    certificate: Certificate
    born_on: dt.date

    @property
    def sex(self) -> Sex:
        """By the sequence: odd for men."""
        return Sex.MALE if int(self.number[16]) % 2 else Sex.FEMALE


def normalise(text: str) -> str:
    """Half-width, upper case, without spaces and separators; look-alikes of a final X become one."""
    plain = SEPARATORS.sub("", unicodedata.normalize("NFKC", text)).upper()
    return plain[:17] + plain[17:18].translate(LIKE_X) + plain[18:]


def parse_identity(text: str, *, on: dt.date) -> Identity:
    """Read a certificate number; raises IdentityError.

    on: nobody can be born after this day, or more than 120 years before it.
    """
    given = normalise(text)
    if len(given) == 15:
        return _old(given, on)
    if len(given) not in {18, 20, 22}:
        raise _error("identity_length", length=len(given))
    number = given[:18]
    _check_digits(number[:17])
    if not number[17].isdigit() and number[17] != "X":
        raise _error("identity_characters", character=number[17], position=18)
    born_on = _born_on(number, on)
    right = ric.calc_check_digit(number)
    if number[17] != right:
        raise _error("identity_check_digit", given=number[17], right=right)
    if len(given) == 18:
        return Identity(number, "", Certificate.IDENTITY, born_on)
    if given[18] not in "1234567":
        raise _error("identity_card_class", digit=given[18])
    if given[19] not in "1234":
        raise _error("identity_card_grade", digit=given[19])
    return Identity(number, given, Certificate.DISABILITY_CARD, born_on)


def _old(given: str, on: dt.date) -> Identity:
    _check_digits(given)
    if given[12:] in {"996", "997", "998", "999"}:
        raise _error("identity_old_sequence", sequence=given[12:])
    body = f"{given[:6]}19{given[6:]}"
    number = body + ric.calc_check_digit(f"{body}0")
    return Identity(number, given, Certificate.OLD_IDENTITY, _born_on(number, on))


def _check_digits(text: str) -> None:
    if text.isascii() and text.isdigit():
        return
    for position, character in enumerate(text, start=1):
        if character not in "0123456789":
            raise _error("identity_characters", character=character, position=position)


def _born_on(number: str, on: dt.date) -> dt.date:
    try:
        born_on = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise _error("identity_date", digits=number[6:14]) from error
    if born_on > on:
        raise _error("identity_future", born_on=born_on.isoformat(), day=on.isoformat())
    if on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day)) > MAX_AGE:
        raise _error("identity_age", age=MAX_AGE)
    return born_on


def _error(code: str, **params: str | int) -> IdentityError:
    return IdentityError(MESSAGES[code], code, **params)
