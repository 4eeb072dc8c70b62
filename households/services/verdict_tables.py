"""Verdicts by area: counts that open the households they count."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from households.models import Evaluation, Household, Verdict
from households.services.evaluations import VERDICT_NAMES, simulate
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common.set_based import Statement, quote, with_


@dataclass
class AreaVerdicts:
    """The verdicts of one area."""

    area: Area
    met: int = 0
    not_met: int = 0
    not_verified: int = 0

    @property
    def households(self) -> int:
        return self.met + self.not_met + self.not_verified

    def add(self, verdict: int, count: int) -> None:
        name = VERDICT_NAMES[Verdict(verdict)]
        setattr(self, name, getattr(self, name) + count)


@dataclass
class Verdicts:
    """The verdicts of a day: of each area directly below one (itself for a village), in all, and by condition."""

    rows: list[AreaVerdicts]
    total: AreaVerdicts
    conditions: dict[str, Counter[str]]


def count(*, evaluations: QuerySet[Evaluation], parent: Area, conditions: Iterable[str] = ()) -> Verdicts:
    """Count verdicts by village in one query, and only then by what villages belong to. `conditions`: codes that are counted
    one by one, too."""
    codes = ["verdict", *conditions]
    counts = {
        f"{code}_{name}": Count("pk", filter=Q(**{code: verdict}))
        for code in codes
        for verdict, name in VERDICT_NAMES.items()
    }
    rows: Any = evaluations.order_by().values("household__village").annotate(**counts)
    found: dict[int, dict[str, int]] = {row["household__village"]: row for row in rows}
    paths = dict(Area.objects.filter(pk__in=found).values_list("pk", "path"))
    length = depth_of_rows(parent)
    by_area, total = collect(
        (
            (paths[village][:length], verdict, row[f"verdict_{name}"])
            for village, row in found.items()
            for verdict, name in VERDICT_NAMES.items()
        ),
        parent=parent,
    )
    by_condition = {
        code: Counter({name: sum(row[f"{code}_{name}"] for row in found.values()) for name in VERDICT_NAMES.values()})
        for code in codes[1:]
    }
    return Verdicts(by_area, total, by_condition)


def depth_of_rows(parent: Area) -> int:
    """The length of the paths of the areas directly below one; of its own for a village."""
    return len(parent.path) + (PATH_STEP if parent.level != AreaLevel.VILLAGE else 0)


def collect(rows: Iterable[tuple[str, int, int]], *, parent: Area) -> tuple[list[AreaVerdicts], AreaVerdicts]:
    """(path, verdict, count) rows as a table in the order of the areas, and its sum."""
    rows = list(rows)
    areas = {area.path: AreaVerdicts(area) for area in Area.objects.filter(path__in={path for path, _v, _c in rows})}
    total = AreaVerdicts(parent)
    for path, verdict, count in rows:
        areas[path].add(verdict, count)
        total.add(verdict, count)
    return sorted(areas.values(), key=lambda row: row.area.path), total


def simulated_by_child_area(
    *, as_of: dt.date, households: QuerySet[Household], parent: Area, line_fen: int
) -> tuple[list[AreaVerdicts], AreaVerdicts]:
    """What another line would give, by the areas below `parent`. Nothing is written."""
    length = depth_of_rows(parent)
    by_village = Statement(
        "SELECT h.village_id, s.verdict, COUNT(*) FROM simulated s "
        f"JOIN {quote(Household._meta.db_table)} h ON h.id = s.household_id "
        "GROUP BY h.village_id, s.verdict",
        (),
        ("village_id", "verdict", "count"),
    )
    simulated = simulate(as_of=as_of, households=households, line_fen=line_fen)
    paths = dict(Area.objects.under(parent).villages().values_list("pk", "path"))
    rows = with_([simulated.named("simulated")], by_village).rows()
    return collect([(paths[village][:length], verdict, count) for village, verdict, count in rows], parent=parent)
