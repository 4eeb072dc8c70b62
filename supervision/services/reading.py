"""Roll-ups as they are read: by level, month and tier, within a scope. Pages, REST and reports read here and nowhere else.

Higher areas are sums of their villages. An area that lies only partly within the scope is left out: part of a town is not the
town. Every area, month and tier asked for has a row; what nobody counted yet (a month that is not built) has none.
"""

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

from django.db.models import DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Left

from households.models import Tier
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel, under
from supervision.indicators import Indicator, Ratio, indicators
from supervision.models import AreaMonth, HouseholdMonth, RollupMonth
from supervision.services.counties import is_only

LEVELS = [AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.VILLAGE]
TIERS = [*Tier.values, ""]
# (area path, month, tier, code of a stored indicator) → sum; the month is None and the tier "" where they are not told apart.
Sums = Mapping[tuple[str, dt.date | None, str, str], int]


@dataclass(frozen=True)
class Row:
    """One value. Of a share numerator and denominator are given, and no value where nothing is due.

    tier: None where tiers are not told apart; "" is the households without one.
    """

    indicator: str
    area: Area
    month: dt.date
    tier: str | None
    value: float | None
    numerator: int | None
    denominator: int | None
    refreshed_at: dt.datetime
    frozen: bool = False


@dataclass(frozen=True)
class Built:
    """A month of a county that has been built."""

    county_path: str
    month: dt.date
    as_of: dt.date
    refreshed_at: dt.datetime


class Series(Sequence[Row]):
    """The rows of an answer, in order of indicator, area, month and tier; each is made when it is asked for."""

    def __init__(
        self, *, chosen: Sequence[Indicator | Ratio], places: Sequence[tuple[Area, Built, str | None]], sums: Sums
    ) -> None:
        self._chosen = chosen
        self._places = places
        self._sums = sums

    def __len__(self) -> int:
        return len(self._chosen) * len(self._places)

    @overload
    def __getitem__(self, position: int) -> Row: ...
    @overload
    def __getitem__(self, position: slice) -> list[Row]: ...
    def __getitem__(self, position: int | slice) -> Row | list[Row]:
        if isinstance(position, slice):
            return [self._row(number) for number in range(*position.indices(len(self)))]
        return self._row(range(len(self))[position])

    def __iter__(self) -> Iterator[Row]:
        return map(self._row, range(len(self)))

    def _row(self, number: int) -> Row:
        indicator = self._chosen[number // len(self._places)]
        area, built, tier = self._places[number % len(self._places)]
        found = [self._sums.get((area.path, built.month, tier or "", code), 0) for code in indicator.parts]
        value: float | None = found[0]
        if isinstance(indicator, Ratio):
            value = ratio(*found)
            numerator, denominator = found
            return Row(indicator.code, area, built.month, tier, value, numerator, denominator, built.refreshed_at)
        return Row(indicator.code, area, built.month, tier, value, None, None, built.refreshed_at)


def ratio(numerator: int, denominator: int) -> float | None:
    """A share to six decimals; None of nothing."""
    return round(numerator / denominator, 6) if denominator else None


def series(
    *,
    scope: Scope,
    codes: Sequence[str],
    level: str,
    months: tuple[dt.date, dt.date],
    area: Area | None = None,
    by_tier: bool = False,
    built: Sequence[Built] | None = None,
) -> Series:
    """The values of indicators for the areas of a level, in the months from the first to the last, below `area`.

    `built`: the months, where the caller has them already. Four queries at most, whatever is asked.
    """
    chosen = [indicators[code] for code in codes]
    if built is None:
        built = built_months(scope=scope, months=months, area=area)
    by_county: dict[str, list[Built]] = {}
    for one in built:
        by_county.setdefault(one.county_path, []).append(one)
    tiers: list[str | None] = [*TIERS] if by_tier else [None]
    areas = areas_within(scope, level=level, area=area)
    places = [
        (place, one, tier)
        for place in areas
        for one, tier in itertools.product(by_county.get(place.path[:PATH_STEP], ()), tiers)
    ]
    parts = sorted({part for indicator in chosen for part in indicator.parts})
    only = areas[0] if level == AreaLevel.COUNTY and len(areas) == 1 and is_only(areas[0]) else None
    sums: Sums = {}
    if places:
        sums = _sums(scope, parts=parts, level=level, months=months, area=area, by_tier=by_tier, only=only)
    return Series(chosen=chosen, places=places, sums=sums)


def built_months(*, scope: Scope, months: tuple[dt.date, dt.date], area: Area | None = None) -> list[Built]:
    """The months from the first to the last that are built, in the counties of the scope (and of the area)."""
    paths = {path[:PATH_STEP] for path in ([area.path] if area is not None else scope.paths)}
    rows = RollupMonth.objects.filter(county__path__in=paths, month__range=months).order_by("county__path", "month")
    return [
        Built(path, month, as_of, refreshed_at)
        for path, month, as_of, refreshed_at in rows.values_list("county__path", "month", "as_of", "refreshed_at")
        if as_of >= month
    ]


def areas_within(scope: Scope, *, level: str, area: Area | None = None) -> list[Area]:
    """The areas of a level that lie wholly within the scope, below `area` or itself."""
    condition = Q(pk__in=[])
    for path in scope.paths:
        condition |= under(path)
    areas = Area.objects.filter(condition, level=level).order_by("path")
    return list(areas if area is None else areas.under(area))


def rows_behind(
    *, scope: Scope, code: str, area: Area, month: dt.date, tier: str | None = None
) -> QuerySet[HouseholdMonth]:
    """The household months that a value counts, within a scope of the permission to see households: they add up to it."""
    indicator = indicators[indicators[code].parts[-1]]
    if isinstance(indicator, Ratio):
        raise TypeError(f"{code} is a share of shares")
    rows = HouseholdMonth.objects.within(scope).filter(indicator.rows, under(area.path, "village__path"), month=month)
    return rows if tier is None else rows.filter(tier=tier)


def sums(
    *,
    scope: Scope,
    codes: Sequence[str],
    level: str,
    months: tuple[dt.date, dt.date],
    area: Area | None = None,
    by_tier: bool = False,
    by_month: bool = True,
) -> Sums:
    """The stored values summed up to a level, for pages that work out the rest; what is 0 is not there. One query.

    A place that lies only partly in the scope has the sum of that part: choose the places by `areas_within`.
    """
    return _sums(
        scope, parts=codes, level=level, months=months, area=area, by_tier=by_tier, by_month=by_month, only=None
    )


def _sums(
    scope: Scope,
    *,
    parts: Sequence[str],
    level: str,
    months: tuple[dt.date, dt.date],
    area: Area | None,
    by_tier: bool,
    by_month: bool = True,
    only: Area | None,
) -> Sums:
    """`only`: the county to which all villages belong, so that nobody has to ask where they lie."""
    rows = AreaMonth.objects.filter(indicator__in=parts, month__range=months).order_by()
    if only is None:
        rows = rows.within(scope)
        if area is not None and not scope.lies_within(area.path):
            rows = rows.filter(under(area.path, "village__path"))
    # There is one place where the level is that of the area itself: nobody has to ask which.
    one = only if only is not None else area if area is not None and area.level == level else None
    path: Value | Left
    path = (
        Value(one.path) if one is not None else Left("village__path", PATH_STEP * (LEVELS.index(AreaLevel(level)) + 1))
    )
    found = (
        rows.annotate(
            area_path=path,
            of_month=F("month") if by_month else Value(None, DateField()),
            of_tier=F("tier") if by_tier else Value(""),
        )
        .values("area_path", "of_month", "of_tier", "indicator")
        .annotate(total=Sum("value"))
    )
    return {
        (place, month, tier, code): total
        for place, month, tier, code, total in found.values_list(
            "area_path", "of_month", "of_tier", "indicator", "total"
        )
    }
