"""How the difficulties of a scope stand: by state, unit, kind, area. Each count is that of a list with the same filters."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from assistance.models import Difficulty, DifficultyKind, DifficultyState, EscalationLevel
from assistance.models.difficulty import UNSOLVED
from jiangjin.areas.models import Area, AreaLevel

# By what the board is put together → the columns that name a row.
GROUPS = {"unit": ("owner_unit_id", "owner_unit__name"), "kind": ("kind",)}
PLACES = {
    AreaLevel.COUNTY: ("village__parent__code", "village__parent__name", "village__parent__path"),
    AreaLevel.TOWN: ("village__code", "village__name", "village__path"),
}


@dataclass(frozen=True)
class Tally:
    """Counts of some difficulties: still to be solved, late and escalated among them, to be confirmed, solved in the period."""

    unsolved: int = 0
    late: int = 0
    escalated_town: int = 0
    escalated_district: int = 0
    to_confirm: int = 0
    solved: int = 0

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
    comes first, areas in their order."""
    names = GROUPS.get(by) or PLACES[_parts_of(area)]
    counted = _counts(first=first, last=last, on=on)
    found = rows.order_by().values(*names).annotate(**counted)
    made = []
    for row in found.order_by(*names):
        told = Tally(**{name: row[name] for name in counted})
        if not told.is_empty:
            made.append((row, Group(*_named(by, row, names), tally=told)))
    if by in GROUPS:
        made.sort(key=lambda pair: (-pair[1].tally.unsolved, -pair[1].tally.solved))
    else:
        made.sort(key=lambda pair: pair[0][names[-1]])
    return [group for _row, group in made]


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


def _parts_of(area: Area | None) -> AreaLevel:
    """A county's parts are its towns, anything below it is told by villages."""
    return AreaLevel.TOWN if area is not None and area.level != AreaLevel.COUNTY else AreaLevel.COUNTY


def _named(by: str, row: dict[str, Any], names: tuple[str, ...]) -> tuple[str, str]:
    if by == "kind":
        return row["kind"], str(DifficultyKind(row["kind"]).label)
    key, name = row[names[0]], row[names[1]]
    return (str(key), name) if key is not None else ("", "")


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
