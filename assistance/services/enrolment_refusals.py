"""What may be wrong with an enrolment or an act on one: a code, the field it concerns, and the sentence.

A list of many keeps code and details and says them in whatever language somebody reads it.
"""

from collections.abc import Mapping
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assistance.models import EnrolmentState, MeasureDetail

# code → (field, or "" for the enrolment as a whole; sentence)
REFUSALS: dict[str, tuple[str, Promise]] = {
    # who and when
    "not_yours": ("", _("The household is not among those you do this for.")),
    "conflict": (
        "",
        _(
            "Somebody else changed this enrolment after you opened it. Nothing was written; load the page again and repeat "
            "your change."
        ),
    ),
    "future": ("on", _("The day lies in the future.")),
    "not_registered": ("on", _("The household is on the roll only from %(day)s.")),
    "gone": ("on", _("The household has not been followed since %(day)s.")),
    "not_a_member_yet": ("member", _("%(name)s belongs to the household only from %(day)s.")),
    "not_a_member": ("member", _("%(name)s has not belonged to the household since %(day)s.")),
    # what is proposed
    "not_offered": ("measure", _("“%(measure)s” is not on offer on %(day)s.")),
    "person_missing": ("member", _("“%(measure)s” enrols single persons: say who.")),
    "person_needless": ("member", _("“%(measure)s” enrols whole households, not single persons.")),
    "other_household": ("member", _("This person belongs to another household.")),
    "already": ("measure", _("Enrolled already for %(year)s: %(state)s.")),
    "already_once": ("measure", _("“%(measure)s” is given once; enrolled already for %(year)s: %(state)s.")),
    "year": ("year", _("A year from %(first)s to %(last)s is needed.")),
    "negative": ("amount_fen", _("An amount cannot be less than nothing.")),
    "quantity": ("quantity", _("A quantity cannot be less than nothing.")),
    "fraction": ("quantity", _("This quantity makes an amount with fractions of a fen; say the amount.")),
    "too_large": ("amount_fen", _("This amount is larger than any measure pays.")),
    "unit": ("unit", _("The unit belongs to another district.")),
    "business": ("business", _("The business belongs to another district.")),
    # what is done with it
    "state": ("", _("This is “%(state)s”; that cannot be done with it now.")),
    "own": ("", _("Whoever proposed it does not approve it.")),
    "sent_back": ("", _("This was sent back and has not been corrected yet.")),
    "before_planned": ("on", _("It was proposed on %(day)s; the day cannot be earlier.")),
    "before_approved": ("on", _("It was approved on %(day)s; the day cannot be earlier.")),
    "before_begun": ("on", _("It was begun on %(day)s; the day cannot be earlier.")),
    "before_year": ("on", _("It is planned for %(year)s; the day cannot be earlier.")),
    "reason": ("reason", _("Say why.")),
    "detail_missing": ("", _("Still missing: %(detail)s.")),
    "nothing_changed": ("", _("Nothing was changed.")),
    # rows of a list
    "no_number": ("number", _("The row has no household number.")),
    "unknown_number": ("number", _("There is no household of this number in the area.")),
    "several_households": ("number", _("Several households of the area end with these digits; give the whole number.")),
    "unknown_person": ("name", _("Nobody of this name belongs to the household.")),
    "unknown_identity": ("identity", _("Nobody of the household has a certificate number that ends like this.")),
    "several_persons": ("name", _("Several persons are meant; give the last digits of the certificate number, too.")),
    "which_person": ("name", _("The household has several members; say who is meant.")),
    "unreadable_amount": ("amount", _("This is not an amount in yuan.")),
    "unreadable_quantity": ("quantity", _("This is not a quantity.")),
    "twice_in_list": ("number", _("This stands in row %(line)s already.")),
    "gone_meanwhile": ("", _("This enrolment is not there any more.")),
}
# Particulars that are kept as codes.
KINDS: dict[str, type[models.Choices]] = {"state": EnrolmentState, "detail": MeasureDetail}
# What is so already is no mistake: a list that is sent twice is harmless.
ALREADY = {"already", "already_once", "twice_in_list"}


def refusal(code: str, **params: Any) -> ValidationError:
    """The error, by its field where it has one. A state or detail among the params reads in the language of the reader."""
    field, sentence = REFUSALS[code]
    error: Any = ValidationError(
        cast(str, sentence), code=code, params={name: _in_words(each) for name, each in params.items()}
    )
    error.details = {name: str(each) for name, each in params.items()}
    return ValidationError({field: error}) if field else error


def first_of(error: ValidationError) -> ValidationError:
    """The first of the errors that one carries."""
    return next(iter(error.error_dict.values()))[0] if hasattr(error, "error_dict") else error.error_list[0]


def code_of(error: ValidationError) -> str:
    """The code of the first error."""
    return str(first_of(error).code)


def details_of(error: ValidationError) -> dict[str, str]:
    """The particulars of the first error, as they are kept."""
    return dict(getattr(first_of(error), "details", {}))


def field_of(code: str) -> str:
    """The field that a kept refusal concerns."""
    return REFUSALS[code][0]


def sentence(code: str, details: Mapping[str, str]) -> str:
    """What a kept refusal says, in the active language."""
    words = {name: _in_words(KINDS[name](each)) if name in KINDS else each for name, each in details.items()}
    return str(REFUSALS[code][1]) % words


def _in_words(value: Any) -> Any:
    return value.label if isinstance(value, models.Choices) else value
