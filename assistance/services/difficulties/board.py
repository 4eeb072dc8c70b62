"""How the difficulties of a scope stand: by state, unit, kind, area. Each count is that of a list with the same filters."""

import datetime as dt
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from assistance.models import Difficulty, DifficultyKind, DifficultyState, EscalationLevel
from assistance.models.difficulty import UNSOLVED
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area, AreaLevel


class Tally(NamedTuple):
    """Counts of some difficulties: still to be solved, late and escalated among them, to be confirmed, solved in the period."""

    unsolved: int = 0
    late: int = 0
    escalated_town: int = 0
    escalated_district: int = 0
    to_confirm: int = 0
    solved: int = 0

    def plus(self, counts: Iterable[int]) -> "Tally":
        """The sums of these and other counts."""
        return Tally(*map(operator.add, self, counts))

    @property
    def escalated(self) -> int:
        return self.escalated_town + self.escalated_district

    @property
    def is_empty(self) -> bool:
        return not (self.unsolved or self.to_confirm or self.solved)


@dataclass(frozen=True)
class Group:
    """One row of the board; `key` and `name` are empty for what is not assigned."""

    key: str
    name: str
    tally: Tally


@dataclass(frozen=True)
class Column:
    """One state of the board: how many, how many of them late, and the first ones."""

    state: DifficultyState
    count: int
    late: int
    first: list[Difficulty]


def tally(rows: QuerySet[Difficulty], *, first: dt.date, last: dt.date, on: dt.date) -> Tally:
    """All rows together. The period of what was solved is given by its days, `on` is today."""
    return Tally(**rows.order_by().aggregate(**_counts(first=first, last=last, on=on)))


def groups(
    rows: QuerySet[Difficulty], *, by: str, area: Area | None, first: dt.date, last: dt.date, on: dt.date
) -> list[Group]:
    """The rows put together by unit, by kind, or (`by` area) by the towns of a county, the villages of a town; who has most to solve
    comes first, areas in their order.

    Units are counted village by village first: so the index gives them in order, and nothing is sorted.
    """
    columns = {"unit": ("village_id", "owner_unit_id"), "kind": ("kind",)}.get(by, ("village_id",))
    counted = _counts(first=first, last=last, on=on)
    sums: dict[Any, Tally] = {}
    for row in rows.order_by().values_list(*columns).annotate(**counted):
        key = row[len(columns) - 1]
        sums[key] = sums.get(key, Tally()).plus(row[len(columns) :])
    if by == "unit":
        return _ranked(sums, dict(Unit.objects.filter(pk__in=[key for key in sums if key]).values_list("pk", "name")))
    if by == "kind":
        return _ranked(sums, {kind.value: str(kind.label) for kind in DifficultyKind})
    return _by_area(sums, below_town=area is not None and area.level != AreaLevel.COUNTY)


def _ranked(sums: dict[Any, Tally], names: dict[Any, str]) -> list[Group]:
    made = [Group(str(key or ""), names.get(key, ""), tally) for key, tally in sums.items() if not tally.is_empty]
    return sorted(made, key=lambda group: (-group.tally.unsolved, -group.tally.solved, group.name))


def _by_area(sums: dict[int, Tally], *, below_town: bool) -> list[Group]:
    """Sums of villages by their number, told by village or by town."""
    villages = Area.objects.filter(pk__in=sums).select_related("parent").order_by("path")
    made: dict[Area, Tally] = {}
    for village in villages:
        place = village if below_town or village.parent is None else village.parent
        made[place] = made.get(place, Tally()).plus(sums[village.pk])
    return [Group(area.code, area.name, tally) for area, tally in made.items() if not tally.is_empty]


def columns(
    rows: QuerySet[Difficulty], *, states: Sequence[DifficultyState], on: dt.date, shown: int, related: Iterable[str]
) -> list[Column]:
    """The rows by state, of each the first few by their day."""
    late = Count("pk", filter=Q(state__in=UNSOLVED, due_on__lt=on))
    counts = {
        state: (count, late_count)
        for state, count, late_count in rows.order_by().values_list("state").annotate(count=Count("pk"), late=late)
    }
    keys = {
        state: list(rows.filter(state=state).order_by(*_order(state)).values_list("pk", flat=True)[:shown])
        for state in states
        if state in counts
    }
    found = Difficulty.objects.select_related(*related).in_bulk([key for some in keys.values() for key in some])
    return [Column(state, *counts.get(state, (0, 0)), [found[key] for key in keys.get(state, [])]) for state in states]


def _order(state: DifficultyState) -> tuple[str, str]:
    return ("solved_on", "pk") if state == DifficultyState.SOLVED else ("due_on", "pk")


def _counts(*, first: dt.date, last: dt.date, on: dt.date) -> dict[str, Any]:
    unsolved = Q(state__in=UNSOLVED)
    return {
        "unsolved": Count("pk", filter=unsolved),
        "late": Count("pk", filter=unsolved & Q(due_on__lt=on)),
        "escalated_town": Count("pk", filter=unsolved & Q(escalation=EscalationLevel.TOWN)),
        "escalated_district": Count("pk", filter=unsolved & Q(escalation=EscalationLevel.DISTRICT)),
        "to_confirm": Count("pk", filter=Q(state=DifficultyState.SOLVED)),
        "solved": Count("pk", filter=Q(solved_on__gte=first, solved_on__lte=last)),
    }
