"""Verdicts by area: counts that open the households they count."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from households.models import Evaluation, Household, Verdict
from households.services.evaluations import VERDICT_NAMES, simulate
from jiangjin.areas.models import PATH_STEP, Area
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


def by_child_area(*, evaluations: QuerySet[Evaluation], parent: Area) -> tuple[list[AreaVerdicts], AreaVerdicts]:
    """The verdicts of each area directly below `parent` (itself for a village), and their sum."""
    length = len(parent.path) + (PATH_STEP if parent.level != "village" else 0)
    rows = (
        evaluations.order_by()
        .annotate(child=Left("household__village__path", length))
        .values_list("child", "verdict")
        .annotate(count=Count("pk"))
    )
    return collect(rows, parent=parent)


def collect(rows: Iterable[tuple[str, int, int]], *, parent: Area) -> tuple[list[AreaVerdicts], AreaVerdicts]:
    """(path, verdict, count) rows as a table in the order of the areas, and its sum."""
    rows = list(rows)
    areas = {area.path: AreaVerdicts(area) for area in Area.objects.filter(path__in={path for path, _v, _c in rows})}
    total = AreaVerdicts(parent)
    for path, verdict, count in rows:
        areas[path].add(verdict, count)
        total.add(verdict, count)
    return sorted(areas.values(), key=lambda row: row.area.path), total


def by_condition(evaluations: QuerySet[Evaluation], codes: Iterable[str]) -> dict[str, dict[str, int]]:
    """How many households have which verdict, by condition."""
    codes = list(codes)
    counts = evaluations.aggregate(
        **{
            f"{code}_{name}": Count("pk", filter=Q(**{code: verdict}))
            for code in codes
            for verdict, name in VERDICT_NAMES.items()
        }
    )
    return {code: {name: counts[f"{code}_{name}"] for name in VERDICT_NAMES.values()} for code in codes}


def simulated_by_child_area(
    *, as_of: dt.date, households: QuerySet[Household], parent: Area, line_fen: int
) -> tuple[list[AreaVerdicts], AreaVerdicts]:
    """What another line would give, by the areas below `parent`. Nothing is written."""
    length = len(parent.path) + (PATH_STEP if parent.level != "village" else 0)
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
