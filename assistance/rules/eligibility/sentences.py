"""Parts that the sentences of several rules share."""

import functools
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assistance.models import HouseholdEligibility, PersonEligibility
from households.models.member_year import Health, Labour, Schooling


def join(*sentences: str) -> str:
    """One sentence after the other, as the language in use sets them."""
    one_after_the_other = pgettext("two sentences", "%(first)s %(second)s")
    return functools.reduce(lambda first, second: one_after_the_other % {"first": first, "second": second}, sentences)


def able(facts: HouseholdEligibility) -> str:
    """How many can work."""
    if facts.able is None:
        return _("Whether anybody is able to work is not on file.")
    if not facts.able:
        return _("Nobody is able to work.")
    return ngettext("%(count)d member is able to work.", "%(count)d members are able to work.", facts.able) % {
        "count": facts.able
    }


def _sentence(words: Any) -> str:
    """Some words as a sentence."""
    return _("%(words)s.") % {"words": words}


def land(label: str, unknown: str, mu: Any) -> str:
    """How much land, as `label` % {"mu": …}; `unknown` where nobody said."""
    return unknown if mu is None else label % {"mu": f"{mu:f}".rstrip("0").rstrip(".")}


def schooling(facts: PersonEligibility) -> str:
    """Where somebody goes to school."""
    if facts.schooling is None:
        return _("The school attendance of the year is not on file.")
    return _sentence(Schooling(facts.schooling).label)


def health(facts: PersonEligibility) -> str:
    """How somebody's health is."""
    if facts.health is None:
        return _("The health of the year is not on file.")
    return _sentence(Health(facts.health).label)


def age(facts: PersonEligibility) -> str:
    """How old somebody is."""
    return ngettext("%(count)d year old.", "%(count)d years old.", facts.age) % {"count": facts.age}


def labour(facts: PersonEligibility) -> str:
    """Whether somebody can work."""
    if facts.labour is None:
        return _("The ability to work is not on file.")
    return _sentence(Labour(facts.labour).label)
