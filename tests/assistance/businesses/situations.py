"""Situations of business entities, by name. A test sets only what matters to it."""

import datetime as dt
import itertools
from typing import Any

from assistance.models import Business, BusinessGain, BusinessLink
from households.models import Household
from jiangjin.areas.models import Area
from tests import factories

_numbers = itertools.count(1)
SINCE = dt.date(2015, 3, 1)
TODAY = dt.date(2015, 12, 31)


def business(*, area: Area | None = None, **kwargs: Any) -> Business:
    """A cooperative of a village, there since long."""
    kwargs.setdefault("kind", "cooperative")
    kwargs.setdefault("name", f"合作社{next(_numbers)}")
    kwargs.setdefault("founded_on", dt.date(2012, 5, 4))
    return Business.objects.create(village=area or factories.village(), **kwargs)


def tied(household: Household | None = None, to: Business | None = None, **kwargs: Any) -> BusinessLink:
    """A household that has taken part by a share since spring."""
    kwargs.setdefault("tie", "share")
    kwargs.setdefault("starts_on", SINCE)
    if kwargs.get("ends_on"):
        kwargs.setdefault("end_reason", "x")
    return BusinessLink.objects.create(
        business=to or business(), household=household or factories.household(members=2), **kwargs
    )


def gained(link: BusinessLink, yuan: int, *, year: int = 2015, **kwargs: Any) -> BusinessGain:
    """What the household gained from a tie."""
    kwargs.setdefault("reported_on", dt.date(year, 12, 20))
    return BusinessGain.objects.create(link=link, year=year, gain_fen=yuan * 100, **kwargs)
