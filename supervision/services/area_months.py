"""The indicators of villages: counted from household months, written only where they differ."""

import datetime as dt
import functools
import hashlib
from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from households.models import Household
from jiangjin.common.set_based import insert_rows
from supervision.indicators import additive
from supervision.models import AreaMonth, HouseholdMonth
from supervision.services.household_months import Period, household_months

FIELDS = ["village", "month", "tier", "indicator", "value"]
# (village number, tier, indicator) → value
Values = dict[tuple[int, str, str], int]
DELETED_A_STATEMENT = 500


def counted(month: dt.date, villages: Iterable[int]) -> Values:
    """The indicators of the villages in a month, counted from the households; zeros are left out."""
    codes = [indicator.code for indicator in additive()]
    rows = _wide(HouseholdMonth.objects.of_month(month).filter(village__in=list(villages)))
    return {
        (village, tier, code): value
        for village, tier, *values in rows
        for code, value in zip(codes, values, strict=True)
        if value
    }


def write(month: dt.date, villages: Iterable[int]) -> int:
    """Bring the rows of the villages in a month up to date; returns how many were written or removed.

    Call in the transaction that wrote the households, under the lock of the month.
    """
    villages = list(villages)
    wanted = counted(month, villages)
    stale: list[int] = []
    touched = set(wanted)
    stored = AreaMonth.objects.filter(month=month, village__in=villages).order_by()
    for pk, village, tier, code, value in stored.values_list("pk", "village_id", "tier", "indicator", "value"):
        if wanted.get((village, tier, code)) == value:
            touched.discard((village, tier, code))
        else:
            stale.append(pk)
            touched.add((village, tier, code))
    for start in range(0, len(stale), DELETED_A_STATEMENT):
        AreaMonth.objects.filter(pk__in=stale[start : start + DELETED_A_STATEMENT]).delete()
    missing = [(key[0], month, key[1], key[2], value) for key, value in wanted.items() if key in touched]
    insert_rows(AreaMonth, FIELDS, missing)
    return len(touched)


def basis_digest() -> str:
    """A digest of what months are computed by: where it differs from a month's, the month is built anew."""
    return _digest(connection.vendor)


@functools.cache
def _digest(_vendor: str) -> str:
    day = dt.date(2015, 12, 31)
    rows = household_months(Household.objects.all(), Period(day.replace(day=1), day))
    sql, params = _wide(HouseholdMonth.objects.of_month(day)).query.sql_with_params()
    codes = [indicator.code for indicator in additive()]
    return hashlib.sha256(repr((rows.sql, rows.params, sql, params, codes)).encode()).hexdigest()


def _wide(rows: QuerySet[HouseholdMonth]) -> QuerySet:
    """One row a village and tier: both, then a column an indicator."""
    # Prefixed, because an indicator may be called like the column that it sums.
    expressions = {f"indicator_{indicator.code}": indicator.expression for indicator in additive()}
    return (
        rows.order_by()
        .values("village_id", "tier")
        .annotate(**expressions)
        .values_list("village_id", "tier", *expressions)
    )
