"""Proving that the numbers agree: levels with each other, villages with households, households and sums with the facts."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from households.models import Household
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common.set_based import changed, staged
from supervision.indicators import additive
from supervision.models import AreaMonth, HouseholdMonth, RollupMonth
from supervision.services import area_months, reading
from supervision.services.counties import households_of, villages_of
from supervision.services.household_months import COLUMNS, Period, household_months
from supervision.services.recounting import recount


@dataclass(frozen=True)
class Difference:
    """Two numbers that should be the same.

    check: households (a household month and its recomputation), villages (a stored number and its recount from household
    months), levels (an area and the sum of those below it), facts (the county and its recount from the facts).
    """

    check: str
    month: dt.date
    what: str
    where: str
    stored: object
    counted: object

    def __str__(self) -> str:
        return (
            f"{self.month:%Y-%m} {self.check}: {self.what}, {self.where}: stored {self.stored}, counted {self.counted}"
        )


@dataclass(frozen=True)
class Report:
    """What was compared, and where it differs."""

    months: int
    compared: int
    differences: list[Difference]


def reconcile(*, county: Area, month: dt.date | None = None) -> Report:
    """Compare a month of a county that has been built, or all of them."""
    rows = RollupMonth.objects.filter(county=county).exclude(basis_digest="").order_by("month")
    if month is not None:
        rows = rows.filter(month=month)
    compared, months = 0, 0
    differences: list[Difference] = []
    for row in rows:
        months += 1
        period = Period(row.month, row.as_of)
        differences += _households(county, period)
        differences += _villages(county, period)
        differences += _levels(county, period)
        differences += _facts(county, period)
        compared += len(additive())
    return Report(months, compared, differences)


def _households(county: Area, period: Period) -> Iterator[Difference]:
    villages = villages_of(county)
    current = HouseholdMonth.objects.of_month(period.month).filter(village__in=villages).order_by()
    with staged(household_months(households_of(county), period), name="wanted_months") as wanted:
        extra = list(
            current.exclude(household__in=wanted.only("household_id")).values_list("household__number", flat=True)
        )
        differing = {
            row[0]: tuple(row[2:])
            for row in changed(wanted, key="household_id", compared=COLUMNS, current=current).rows()
        }
    for number in extra:
        yield Difference("households", period.month, "row", number or "?", "there", "none")
    stored = {
        key: tuple(columns)
        for key, *columns in HouseholdMonth.objects.of_month(period.month)
        .filter(household__in=list(differing))
        .values_list("household_id", *COLUMNS)
    }
    for key, number in Household.objects.filter(pk__in=list(differing)).values_list("pk", "number"):
        if key not in stored:
            yield Difference("households", period.month, "row", number, "none", "there")
            continue
        for name, found, counted in zip(COLUMNS, stored[key], differing[key], strict=True):
            if found != counted:
                yield Difference("households", period.month, name, number, found, counted)


def _villages(county: Area, period: Period) -> Iterator[Difference]:
    names = dict(Area.objects.under(county).villages().values_list("pk", "name"))
    counted = area_months.counted(period.month, names)
    rows = AreaMonth.objects.filter(month=period.month, village__in=list(names)).order_by()
    stored = {
        (village, tier, code): value
        for village, tier, code, value in rows.values_list("village_id", "tier", "indicator", "value")
    }
    for key in sorted(counted.keys() | stored.keys()):
        found, right = stored.get(key, 0), counted.get(key, 0)
        if found != right:
            village, tier, code = key
            where = f"{names[village]} {tier}".strip()
            yield Difference("villages", period.month, code, where, found, right)


def _levels(county: Area, period: Period) -> Iterator[Difference]:
    """An area beside the sum of those directly below it."""
    scope = Scope(on=period.as_of, paths=(county.path,))
    codes = [indicator.code for indicator in additive()]
    values: dict[str, dict[tuple[str, str], int]] = {}
    for level in reading.LEVELS:
        rows = reading.series(scope=scope, codes=codes, level=level, months=(period.month, period.month))
        values[level] = {(row.indicator, row.area.path): int(row.value or 0) for row in rows}
    names = dict(Area.objects.under(county).exclude(level=AreaLevel.GROUP).values_list("path", "name"))
    for parents, children in zip(reading.LEVELS, reading.LEVELS[1:], strict=False):
        sums: dict[tuple[str, str], int] = {}
        for (code, path), value in values[children].items():
            above = code, path[:-PATH_STEP]
            sums[above] = sums.get(above, 0) + value
        for (code, path), value in values[parents].items():
            if value != sums.get((code, path), 0):
                yield Difference("levels", period.month, code, names[path], value, sums.get((code, path), 0))


def _facts(county: Area, period: Period) -> Iterator[Difference]:
    right = recount(county, period)
    stored = dict.fromkeys((indicator.code for indicator in additive()), 0)
    rows = AreaMonth.objects.filter(month=period.month, village__in=villages_of(county))
    for code, value in rows.values_list("indicator", "value"):
        stored[code] = stored.get(code, 0) + value
    for code, value in stored.items():
        if value != right.get(code):
            yield Difference("facts", period.month, code, county.name, value, right.get(code))
