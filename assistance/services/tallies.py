"""Who was visited, counted from the rows of the monthly check: in all, by area, by unit, by helper.

Each takes the checks of one month that the asker may see and is one query. A household with two helpers on its accounting day
is in the tally of both, and once in that of their unit: sums over helpers are not the area's.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet

from assistance.models import VisitCheck, VisitState
from jiangjin.areas.models import Area, AreaLevel

STATE_NAMES: dict[int, str] = {
    VisitState.MET: "met",
    VisitState.MISSED: "missed",
    VisitState.PENDING: "pending",
    VisitState.NOT_DUE: "not_due",
}

# The fields of a Tally.
COUNTS = {name: Count("pk", filter=Q(state=state)) for state, name in STATE_NAMES.items()}


@dataclass(frozen=True)
class Tally:
    """How many households are in which state. The visit rate is `met` out of `due`."""

    met: int = 0
    missed: int = 0
    pending: int = 0
    not_due: int = 0

    @property
    def due(self) -> int:
        return self.met + self.missed + self.pending

    @property
    def households(self) -> int:
        return self.due + self.not_due

    @property
    def rate(self) -> tuple[int, int]:
        """Numerator and denominator; shares are compared by multiplication."""
        return self.met, self.due

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int]]) -> "Tally":
        """From (state, count) rows."""
        return cls(**{STATE_NAMES[VisitState(state)]: count for state, count in rows})

    @classmethod
    def sum_of(cls, tallies: Iterable["Tally"]) -> "Tally":
        """Several taken together."""
        return cls(*map(sum, zip(*map(astuple, tallies), strict=True)))

    def as_json(self) -> dict[str, int]:
        names = ["households", "due", "met", "missed", "pending", "not_due"]
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class TallyRow:
    """The tally of an area, unit or helper; `key` and `name` are empty for households without one."""

    key: int | None
    name: str
    tally: Tally
    code: str = ""


def in_all(checks: QuerySet[VisitCheck]) -> Tally:
    """All of them."""
    return Tally.of(checks.order_by().values_list("state").annotate(count=Count("*")))


def by_area(checks: QuerySet[VisitCheck], *, area: Area) -> list[TallyRow]:
    """The towns of a county, the villages of a town, the groups of a village, in the order of their codes.

    Counted by village, and only then by what villages belong to: two queries, the second one of areas.
    """
    if area.level == AreaLevel.VILLAGE:
        group = "household__group"
        return _rows(checks.filter(household__village=area), f"{group}__pk", f"{group}__name", f"{group}__code")
    rows: Any = checks.order_by().values_list("household__village").annotate(**COUNTS)
    by_village = {village: Tally(*counts) for village, *counts in rows.values_list("household__village", *COUNTS)}
    children: dict[Area, list[Tally]] = {}
    for village in Area.objects.under(area).filter(pk__in=by_village).select_related("parent"):
        child = village if area.level == AreaLevel.TOWN else village.parent
        if child is not None:
            children.setdefault(child, []).append(by_village[village.pk])
    return [
        TallyRow(child.pk, child.name, Tally.sum_of(children[child]), child.code)
        for child in sorted(children, key=lambda child: (child.code, child.pk))
    ]


def by_unit(checks: QuerySet[VisitCheck]) -> list[TallyRow]:
    """The units whose people answered for households on their accounting days; a household counts once in a unit."""
    helper = "answering__helper"
    return _rows(_with_answering(checks), f"{helper}__unit__pk", f"{helper}__unit__name", distinct=True)


def by_helper(checks: QuerySet[VisitCheck]) -> list[TallyRow]:
    """The helpers who answered for households on their accounting days, with what became of these."""
    return _rows(_with_answering(checks), "answering__helper__pk", "answering__helper__name")


def _with_answering(checks: QuerySet[VisitCheck]) -> QuerySet[VisitCheck]:
    """Each check with the assignments in force on its accounting day; a household that never had a helper has none."""
    on = F("accounting_on")
    in_force = Q(household__assignments__starts_on__lte=on) & (
        Q(household__assignments__ends_on=None) | Q(household__assignments__ends_on__gte=on)
    )
    answering = FilteredRelation("household__assignments", condition=in_force)
    return checks.annotate(answering=answering).filter(answering__pk__isnull=False)


def _rows(
    checks: QuerySet[VisitCheck], key: str, name: str, code: str = "", *, distinct: bool = False
) -> list[TallyRow]:
    columns = [key, name, code] if code else [key, name]
    counts = {state: Count("pk", filter=Q(state=number), distinct=distinct) for number, state in STATE_NAMES.items()}
    rows: Any = checks.order_by(code or name, key).values(*columns).annotate(**counts)
    return [
        TallyRow(
            key=row[key],
            name=row[name] or "",
            tally=Tally(**{state: row[state] for state in STATE_NAMES.values()}),
            code=row.get(code) or "",
        )
        for row in rows
    ]
