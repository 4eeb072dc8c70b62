"""What was done under norms and measures in a year: each app registers what it counts, policy documents show it by clause."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from jiangjin.common.registries import Label, Registry


@dataclass(frozen=True)
class Asked:
    """Whose deeds are asked for.

    user: only what they may see is counted. place: the area that is looked at (an `Area`, which stands above this layer). chosen:
    whether lists are narrowed to it by `?area=`; users with assigned households only have no area to choose. norms, measures: the
    codes under which deeds are asked for; None: all.
    """

    user: Any
    place: Any
    year: int
    chosen: bool = True
    norms: frozenset[str] | None = None
    measures: frozenset[str] | None = None

    def wants(self, norm: str) -> bool:
        """Whether deeds under a norm are asked for: what is not need not be counted."""
        return self.norms is None or norm in self.norms

    @property
    def first(self) -> dt.date:
        """The year's first day."""
        return dt.date(self.year, 1, 1)

    @property
    def last(self) -> dt.date:
        """The year's last day."""
        return dt.date(self.year, 12, 31)

    @property
    def narrowed(self) -> dict[str, str]:
        """The parameters that narrow a list to the place."""
        return {"area": self.place.code} if self.chosen else {}


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One number: what was done in the year under a norm or under a measure of the catalogue (one of the two codes).

    url: the list that adds up to it, for the same user. short: its name where there is room for few; without one it is not shown
    there.
    """

    label: Label
    value: int
    url: str
    unit: Label = ""
    note: Label = ""
    norm: str = ""
    measure: str = ""
    short: Label = ""


@dataclass(frozen=True, kw_only=True)
class DeedSource:
    """Who counts deeds: in a fixed number of queries, for holders of `permission`. What there is none of, and what is not asked
    for, may be left out."""

    code: str
    order: int
    permission: str
    count: Callable[[Asked], Iterable[Deed]]


deed_sources: Registry[DeedSource] = Registry("deed sources")


def deeds(asked: Asked) -> list[Deed]:
    """What all sources count for the user."""
    sources = [source for source in deed_sources if asked.user.may(source.permission)]
    return [deed for source in sources for deed in source.count(asked) if deed.value]
