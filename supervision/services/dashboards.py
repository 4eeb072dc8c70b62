"""The numbers of a dashboard: an area and what lies below it, in a month and in its year so far, in a fixed number of queries."""

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from households.models import HouseholdStatus, Verdict
from households.models.household import FOLLOWED
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common.clock import month_start
from supervision.indicators import Indicator, indicators
from supervision.models import HouseholdMonth
from supervision.services import reading, rollups
from supervision.services.reading import Built, Sums

ONE_DAY = dt.timedelta(days=1)
STATUSES: list[HouseholdStatus] = list(FOLLOWED)
VERDICTS: list[Verdict] = list(Verdict)
# What is told of each place, in the month and in the one before; what adds up over the year; what is told apart by tier.
OF_PLACES = [
    "households_on_roll",
    "households_without_helper",
    "visits_due",
    "visits_met",
    "visits_missed",
    "visits_pending",
]
OF_YEAR = ["exited_households", "exited_persons", "relapsed_households"]
OF_TIERS = [
    "households_on_roll",
    "persons_on_roll",
    *(f"status_{status.value}" for status in STATUSES),
    *(f"verdict_{verdict.name.lower()}" for verdict in VERDICTS),
]
# Of the months before these, for the area as a whole.
OF_RATE = ["visits_due", "visits_met"]
CHILD_LEVEL = {AreaLevel.COUNTY: AreaLevel.TOWN, AreaLevel.TOWN: AreaLevel.VILLAGE}
NO_GROUP = 0


@dataclass(frozen=True)
class Place:
    """A part of the area: a town, a village, or a group of a village (`area` None: households without one)."""

    key: int
    area: Area | None

    @property
    def is_group(self) -> bool:
        return self.area is None or self.area.level == AreaLevel.GROUP


class Numbers:
    """Values of stored indicators by place, month and tier; None stands for all places, the year so far, or all tiers."""

    def __init__(self) -> None:
        self._values: Counter[tuple[str, dt.date | None, int | None, str | None]] = Counter()

    def add(
        self, code: str, month: dt.date | None, value: int, *, place: int | None = None, tier: str | None = None
    ) -> None:
        """Add to what is known of a place and a tier, and to that alone."""
        self._values[code, month, place, tier] += value

    def get(self, code: str, month: dt.date | None, *, place: int | None = None, tier: str | None = None) -> int:
        """The value of a month, or (None) of the year so far."""
        return self._values[code, month, place, tier]

    def rate(self, month: dt.date, *, place: int | None = None) -> float | None:
        """The visit rate: met ÷ due, both summed first."""
        return reading.ratio(self.get("visits_met", month, place=place), self.get("visits_due", month, place=place))


@dataclass(frozen=True)
class Dashboard:
    """What is shown of an area in a month.

    months: those that can be chosen. year: the months from January to this one that are counted. before: the month before.
    settled: nothing waits to be counted, and the running month is counted up to today.
    """

    area: Area
    built: Built
    months: list[dt.date]
    year: list[dt.date]
    is_running: bool
    settled: bool
    waiting: bool
    places: list[Place]
    numbers: Numbers

    @property
    def month(self) -> dt.date:
        return self.built.month

    @property
    def before(self) -> dt.date:
        return month_start(self.month - ONE_DAY)

    @property
    def open_visits(self) -> int:
        """Households due in the month that were not visited, or not yet."""
        return self.numbers.get("visits_missed", self.month) + self.numbers.get("visits_pending", self.month)


def dashboard(*, scope: Scope, area: Area, month: dt.date | None, today: dt.date) -> Dashboard | None:
    """The dashboard of an area that lies wholly in the scope; of a month, or of the latest that is counted. None: no month is.

    Eight queries at most.
    """
    earliest = dt.date(today.year - rollups.MOST_MONTHS // 12 - 1, 1, 1)
    found = reading.built_months(scope=scope, months=(earliest, month_start(today)), area=area)
    if not found:
        return None
    by_month = {one.month: one for one in found}
    built = by_month.get(month or found[-1].month, found[-1])
    year = [one for one in by_month if one.year == built.month.year and one <= built.month]
    numbered = _by_group if area.level == AreaLevel.VILLAGE else _by_area
    places, numbers = numbered(scope=scope, area=area, month=built.month, year=year)
    county = Area.objects.get(path=area.path[:PATH_STEP]) if area.level != AreaLevel.COUNTY else area
    waiting = rollups.waiting_marks(county).exists()
    latest = found[-1]
    return Dashboard(
        area=area,
        built=built,
        months=list(by_month),
        year=year,
        is_running=built.month == month_start(today),
        settled=not waiting and latest.as_of == today,
        waiting=waiting,
        places=places,
        numbers=numbers,
    )


def _by_area(*, scope: Scope, area: Area, month: dt.date, year: list[dt.date]) -> tuple[list[Place], Numbers]:
    """The towns of a county, the villages of a town."""
    level = CHILD_LEVEL[AreaLevel(area.level)]
    areas = reading.areas_within(scope, level=level, area=area)
    keys = {place.path: place.pk for place in areas}
    numbers, before = Numbers(), month_start(month - ONE_DAY)

    def sums(codes: list[str], level: str, since: dt.date, until: dt.date = month, **how: bool) -> Sums:
        return reading.sums(scope=scope, codes=codes, level=level, months=(since, until), area=area, **how)

    for (path, of_month, _tier, code), value in [
        *sums(OF_PLACES, level, before).items(),
        *sums(OF_YEAR, level, year[0], by_month=False).items(),
    ]:
        for at in (keys[path], None):
            numbers.add(code, of_month, value, place=at)
    for (_path, of_month, tier, code), value in sums(OF_TIERS, area.level, month, by_tier=True).items():
        numbers.add(code, of_month, value, tier=tier)
        if code not in OF_PLACES:
            numbers.add(code, of_month, value)
    earlier = [one for one in year if one < before]
    if earlier:
        for (_path, of_month, _tier, code), value in sums(OF_RATE, area.level, earlier[0], earlier[-1]).items():
            numbers.add(code, of_month, value)
    return [Place(place.pk, place) for place in areas], numbers


def _by_group(*, scope: Scope, area: Area, month: dt.date, year: list[dt.date]) -> tuple[list[Place], Numbers]:
    """The groups of a village that have households; roll-ups know villages only, so they are counted from the households."""
    codes = list(dict.fromkeys([*OF_PLACES, *OF_TIERS, *OF_YEAR]))
    months = {month_start(month - ONE_DAY), *year}
    rows = HouseholdMonth.objects.within(scope).filter(village=area, month__in=months)
    expressions = {f"indicator_{code}": _stored(code).expression for code in codes}
    numbers = Numbers()
    found: set[int] = set()
    counted = rows.order_by().values("household__group", "month", "tier").annotate(**expressions)
    for group, of_month, tier, *values in counted.values_list("household__group", "month", "tier", *expressions):
        key = group or NO_GROUP
        found.add(key)
        for code, value in zip(codes, values, strict=True):
            when = None if code in OF_YEAR else of_month
            if value and (when is not None or of_month in year):
                for at, of in itertools.product((key, None), {tier, None}):
                    numbers.add(code, when, value, place=at, tier=of)
    return _groups(found), numbers


def _groups(keys: Iterable[int]) -> list[Place]:
    keys = set(keys)
    groups = [Place(group.pk, group) for group in Area.objects.filter(pk__in=keys - {NO_GROUP}).order_by("path")]
    return [*groups, Place(NO_GROUP, None)] if NO_GROUP in keys else groups


def _stored(code: str) -> Indicator:
    indicator = indicators[code]
    if not isinstance(indicator, Indicator):
        raise TypeError(f"{code} is a share")
    return indicator


@dataclass(frozen=True)
class Visited:
    """The visits of a month in an area."""

    area: Area
    met: int
    due: int

    @property
    def open(self) -> int:
        return self.due - self.met

    @property
    def rate(self) -> float | None:
        return reading.ratio(self.met, self.due)


def visited_least(*, scope: Scope, area: Area, month: dt.date, most: int) -> list[Visited]:
    """The towns of a county, or the villages of a town, with the lowest visit rates below 1; nothing for a village.

    Two queries.
    """
    level = CHILD_LEVEL.get(AreaLevel(area.level))
    if level is None:
        return []
    codes = ["visits_met", "visits_due"]
    sums = reading.sums(scope=scope, codes=codes, level=level, months=(month, month), area=area)
    if not sums:
        return []
    found = [
        Visited(place, *(sums.get((place.path, month, "", code), 0) for code in codes))
        for place in reading.areas_within(scope, level=level, area=area)
    ]
    behind = [one for one in found if one.open]
    return sorted(behind, key=lambda one: (one.rate, -one.open, one.area.path))[:most]


def year_so_far(*, scope: Scope, area: Area, month: dt.date, codes: list[str]) -> dict[str, int]:
    """Sums of the months from January to this one, by code; nothing where there is nothing. One query."""
    months = (month.replace(month=1), month)
    sums = reading.sums(scope=scope, codes=codes, level=area.level, months=months, area=area, by_month=False)
    return {code: value for (_path, _month, _tier, code), value in sums.items()}
