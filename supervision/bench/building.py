"""How fast roll-ups are built and repaired, beside the fastest statements known for the same rows (tests/bench/limits/)."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Sum

from households.models import Household
from jiangjin.areas.models import Area
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.bench import Bench, Measure, benches, best_of, clocked
from jiangjin.common.clock import month_end
from supervision.bench.population import MONTHS, YEAR, fill_history
from supervision.models import AreaMonth, HouseholdMonth, RollupMonth
from supervision.services import rollups
from supervision.services.household_months import COLUMNS

TODAY = dt.date(YEAR, 12, 31)
ROUNDS = 2
BUDGET = 2.0
VISIBLE_SECONDS = 5.0


def run(households: int) -> list[Measure]:
    """A year from nothing, again without a change, and after one household or a village of them has changed."""
    county = fill_history(households)
    limit = best_of(ROUNDS, bare, before=empty)
    expected = content()
    whole = best_of(ROUNDS, lambda: rollups.rebuild(county=county, today=TODAY), before=empty)
    if content() != expected:
        raise AssertionError("the roll-ups and their yardstick disagree")
    if RollupMonth.objects.count() != len(MONTHS):
        raise AssertionError("not a year was built")
    settle()
    again = clocked(lambda: rollups.rebuild(county=county, today=TODAY))
    one, one_work = after_change(1, county)
    many, many_work = after_change(households // 100, county)
    return [
        Measure("a year from nothing", whole, "bare SQL", limit, BUDGET),
        Measure("the year again, nothing changed", again, "from nothing", whole),
        Measure(f"one change repaired: {touched(one_work)}", one, "five seconds", VISIBLE_SECONDS, 1.0),
        Measure(f"1 % changed: {touched(many_work)}", many, "from nothing", whole),
    ]


def bare() -> None:
    """The yardstick, month by month, each in a transaction."""
    path = settings.BASE_DIR / "tests" / "bench" / "limits" / f"rollups_{connection.vendor}.sql"
    statements = [part for part in path.read_text(encoding="utf-8").split(";\n") if part.strip()]
    for month in MONTHS:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(month=month, as_of=month_end(month), january=dt.date(YEAR, 1, 1)))


def after_change(households: int, county: Area) -> tuple[float, rollups.Work]:
    """Seconds and work of the refresh after some households, side by side, were put into another tier in September."""
    keys = list(Household.objects.order_by("pk").values_list("pk", flat=True)[:households])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO households_tierdecision (household_id, tier, decided_on, reason, recorded_at) "
            "SELECT id, CASE tier WHEN 'A' THEN 'B' ELSE 'A' END, %s, 'x', '2016-01-01' FROM households_household "
            "WHERE id <= %s",
            [dt.date(YEAR, 9, 9), keys[-1]],
        )
        mark_households(keys, facts=[Fact.TIER])
    work = rollups.Work()
    seconds = clocked(lambda: work.add(rollups.refresh(today=TODAY, county=county)))
    if work.marks != households or not work.household_months:
        raise AssertionError(f"the change was not taken up: {work.counts}")
    return seconds, work


def touched(work: rollups.Work) -> str:
    return f"{work.household_months} + {work.area_months} rows"


def content() -> dict[str, Any]:
    """What the tables hold, to be compared."""
    numbers = [name for name in COLUMNS if name not in {"village_id", "tier", "status"}]
    households = HouseholdMonth.objects.order_by("month", "village_id", "tier", "status")
    villages = AreaMonth.objects.order_by("month", "village_id", "tier", "indicator")
    return {
        "households": list(
            households.values_list("month", "village_id", "tier", "status").annotate(
                Count("pk"), *(Sum(name) for name in numbers)
            )
        ),
        "villages": list(villages.values_list("month", "village_id", "tier", "indicator", "value")),
    }


def empty() -> None:
    """No roll-ups and no marks."""
    tables = [model._meta.db_table for model in (HouseholdMonth, AreaMonth, RollupMonth, DirtyMark)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY")
            cursor.execute("CHECKPOINT")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def settle() -> None:
    """What the database does by itself after a while."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {HouseholdMonth._meta.db_table}, {AreaMonth._meta.db_table}")


benches.register(Bench("rollups", "Roll-ups", run, order=20))
