"""What an indicator is. Each is declared once; roll-ups, pages, REST and reports read the declaration."""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlencode

from django.db.models import Aggregate, Count, Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.areas.models import Area
from jiangjin.common.clock import month_start
from jiangjin.common.registries import Label, Registry


class Over(StrEnum):
    """What several months of an indicator say together."""

    SUM = "flow"  # what happened: months add up
    LAST = "stock"  # how it stood: the last month stands


class Unit(StrEnum):
    """What is counted."""

    HOUSEHOLD = "household"
    PERSON = "person"
    VISIT = "visit"
    RATIO = "ratio"

    @property
    def label(self) -> Label:
        return UNIT_LABELS[self]


UNIT_LABELS: dict[str, Label] = {
    Unit.HOUSEHOLD: pgettext_lazy("unit", "households"),
    Unit.PERSON: pgettext_lazy("unit", "persons"),
    Unit.VISIT: pgettext_lazy("unit", "visits"),
    Unit.RATIO: _("share (0 to 1)"),
}


@dataclass(frozen=True)
class List:
    """A page whose list adds up to an indicator: the name of its URL and what it is asked for.

    now: the page shows households as they are today, so that it adds up in the running month only; other pages are asked for
    the month.
    permission: what the page needs.
    """

    url_name: str
    query: Mapping[str, str] = field(default_factory=dict)
    now: bool = False
    permission: str = ""

    def url(self, *, area: Area, month: dt.date, tier: str, today: dt.date) -> str:
        """Its address for an area, a month and a tier ("": all), or "" where it would not add up."""
        if self.now and month != month_start(today):
            return ""
        asked = {"area": area.code, **self.query, "tier": tier, "month": "" if self.now else f"{month:%Y-%m}"}
        return address(self.url_name, asked)


def address(url_name: str, asked: Mapping[str, str]) -> str:
    """A page with what it is asked for; nothing is asked where the value is empty."""
    return f"{page(url_name)}?{urlencode({key: value for key, value in asked.items() if value})}"


@functools.cache
def page(url_name: str) -> str:
    """The address of a page; a dashboard asks for the same few of them hundreds of times."""
    return reverse(url_name)


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A number that adds up over areas and tiers: how many rows of HouseholdMonth fulfil `rows`, or the sum of their `measure`.

    definition: one sentence, as the office would say it.
    over: whether months add up too.
    list: the page that opens behind the number, where there is a better one than the list of the rows that are counted
    (`rows_url`; the rows themselves are `reading.rows_behind`).
    """

    code: str
    label: Label
    definition: Label
    unit: Unit
    over: Over
    rows: Q
    order: int
    measure: str = ""
    list: List | None = None

    @property
    def expression(self) -> Aggregate:
        """The SQL expression over HouseholdMonth."""
        if self.measure:
            return Sum(self.measure, filter=self.rows, default=0)
        return Count("pk", filter=self.rows)

    @property
    def parts(self) -> tuple[str, ...]:
        """The codes of the stored numbers that it is made of."""
        return (self.code,)

    def url(self, *, area: Area, month: dt.date, tier: str = "", today: dt.date) -> str:
        """Where the list behind the number is."""
        own = self.list.url(area=area, month=month, tier=tier, today=today) if self.list is not None else ""
        return own or self.rows_url(area=area, month=month, tier=tier or None)

    def rows_url(
        self, *, area: Area, month: dt.date, since: dt.date | None = None, tier: str | None = None, group: str = ""
    ) -> str:
        """Where the rows that it counts are listed: of a month, or of all months since another; of a tier ("": households
        without one) or of all (None); of a group (its number, or "none")."""
        asked = {
            "area": area.code,
            "indicator": self.code,
            "month": f"{month:%Y-%m}",
            "since": f"{since:%Y-%m}" if since not in (None, month) else "",
            "tier": "" if tier is None else tier or "none",
            "group": group,
        }
        return address("supervision:household_months", asked)


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A share, numerator ÷ denominator of two indicators summed first: shares are never added nor averaged."""

    code: str
    label: Label
    definition: Label
    numerator: str
    denominator: str
    over: Over
    order: int
    unit: Unit = Unit.RATIO

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.numerator, self.denominator)

    def url(self, *, area: Area, month: dt.date, tier: str = "", today: dt.date) -> str:
        """The list behind the denominator."""
        whole = indicators[self.denominator]
        return whole.url(area=area, month=month, tier=tier, today=today)


indicators: Registry[Indicator | Ratio] = Registry("indicators")


def additive() -> list[Indicator]:
    """The indicators that are stored by village, month and tier."""
    return [indicator for indicator in indicators if isinstance(indicator, Indicator)]
