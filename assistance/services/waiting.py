"""Households as the running month finds them: who is still to be visited, longest waiting first; what was promised to them.

Whether a household is due or was visited is what the rows of the monthly check say; nothing is worked out here.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, field, fields
from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from assistance.models import FollowUp, NotDueReason, Visit, VisitMethod, VisitStandard, VisitState
from households.models import Helper, HelperAssignment, Household
from households.models.household import FOLLOWED
from jiangjin.areas.models import Area
from jiangjin.common.clock import month_end, month_start

# On the last day of a month who is still to be visited stands there as MISSED already; a visit today mends it.
TO_VISIT = [VisitState.PENDING, VisitState.MISSED]
# Rows of `households` that were not visited in the month before.
MISSED_BEFORE = Q(check_before__state=VisitState.MISSED)
# In which order lists show them, each by a condition on such rows.
TO_VISIT_FIRST, UNCHECKED_NEXT, NOT_DUE_THEN, MET_LAST = range(4)
OF_RANK = {
    TO_VISIT_FIRST: Q(month_check__state__in=TO_VISIT),
    UNCHECKED_NEXT: Q(month_check__pk=None),
    NOT_DUE_THEN: Q(month_check__state=VisitState.NOT_DUE),
    MET_LAST: Q(month_check__state=VisitState.MET),
}
# The fields of a Standing.
COUNTS = {
    "to_visit": Count("pk", filter=OF_RANK[TO_VISIT_FIRST]),
    "met": Count("pk", filter=OF_RANK[MET_LAST]),
    "not_due": Count("pk", filter=OF_RANK[NOT_DUE_THEN]),
    "unchecked": Count("pk", filter=OF_RANK[UNCHECKED_NEXT]),
    "missed_before": Count("pk", filter=MISSED_BEFORE),
}


@dataclass(frozen=True)
class Standing:
    """How many households of a list are in which state; `unchecked` have no row of the month yet."""

    to_visit: int
    met: int
    not_due: int
    unchecked: int
    missed_before: int

    @classmethod
    def sum_of(cls, standings: "Iterable[Standing]") -> "Standing":
        """Several lists taken together."""
        rows = [astuple(standing) for standing in standings]
        return cls(*map(sum, zip(*rows, strict=True))) if rows else cls(*(0 for _field in fields(cls)))

    @property
    def by_rank(self) -> list[int]:
        """How many households of each rank (`in_order`) there are, in their order."""
        return [self.to_visit, self.unchecked, self.not_due, self.met]

    @property
    def due(self) -> int:
        return self.to_visit + self.met

    @property
    def households(self) -> int:
        return self.due + self.not_due + self.unchecked


@dataclass
class Promises:
    """Follow-ups of one household that are open, and how many of them are late."""

    open: int = 0
    late: int = 0


@dataclass
class Row:
    """A household of the list with what belongs to it."""

    household: Household
    promises: Promises = field(default_factory=Promises)
    helpers: list[Helper] = field(default_factory=list)

    @property
    def missed_before(self) -> bool:
        """Whether the household was not visited in the month before."""
        return bool(self.household.state_before == VisitState.MISSED)  # type: ignore[attr-defined]


def households(visible: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    """The households of a list with `month_check` and `check_before` joined: the columns of their VisitCheck of the month and of
    the one before, NULL where there is none. Who is not on the roll is left out."""
    month = month_start(on)
    before = month_start(month - dt.timedelta(days=1))
    there = [reason for reason in ("", *NotDueReason.values) if reason != NotDueReason.OFF_ROLL]
    return visible.annotate(
        month_check=FilteredRelation("visit_checks", condition=Q(visit_checks__month=month)),
        check_before=FilteredRelation("visit_checks", condition=Q(visit_checks__month=before)),
    ).filter(
        Q(month_check__not_due_reason__in=there) | Q(month_check__pk=None, status__in=FOLLOWED, registered_on__lte=on)
    )


def standing(rows: QuerySet[Household]) -> Standing:
    """The numbers above the list, of the rows of `households`."""
    return Standing(**rows.order_by().aggregate(**COUNTS))


def standing_by(rows: QuerySet[Household], part: str) -> dict[Any, Standing]:
    """The same of each area that has rows, by its key, in the order of their paths; `part`: "village" or "village__parent".

    Counted by village, in whose order households are indexed, and only then by what villages belong to.
    """
    by_village = {
        key: Standing(*counts)
        for key, *counts in rows.order_by().values_list("village").annotate(**COUNTS).values_list("village", *COUNTS)
    }
    villages = Area.objects.filter(pk__in=by_village).order_by("path").values_list("pk", "parent")
    parts: dict[Any, list[Standing]] = {}
    for village, parent in villages:
        parts.setdefault(village if part == "village" else parent, []).append(by_village[village])
    return {key: Standing.sum_of(standings) for key, standings in parts.items()}


def in_order(rows: QuerySet[Household], *, on: dt.date) -> QuerySet[Household]:
    """Adds what the list orders by: `rank` (who is still to be visited comes first) and `last_visit_on`, the last visit by a
    method that counts."""
    last = (
        Visit.objects.standing()
        .filter(household=OuterRef("pk"), visited_on__lte=on, method__in=counted_methods(on))
        .order_by("-visited_on")
        .values("visited_on")[:1]
    )
    rank = Case(
        *(When(condition, then=Value(rank)) for rank, condition in OF_RANK.items()), output_field=IntegerField()
    )
    return rows.annotate(rank=rank, last_visit_on=Subquery(last))


def filled(keys: Collection[int], *, on: dt.date) -> list[Row]:
    """The rows of one page in the order of their keys: household with its head, place, state, reason and last visit, its helpers
    of the day, and its open promises."""
    shown = in_order(households(Household.objects.filter(pk__in=keys), on=on), on=on)
    shown = shown.annotate(
        check_state=F("month_check__state"),
        not_due_reason=F("month_check__not_due_reason"),
        is_away=F("month_check__is_away"),
        first_counted_on=F("month_check__first_counted_on"),
        state_before=F("check_before__state"),
    )
    by_key = {row.pk: Row(row) for row in shown.with_head().select_related("village__parent", "group")}  # type: ignore[attr-defined]
    for key, promises in _promises(by_key, on=on).items():
        by_key[key].promises = promises
    answering = HelperAssignment.objects.active(on).filter(household__in=by_key).order_by("starts_on", "pk")
    for assignment in answering.select_related("helper__unit"):
        by_key[assignment.household_id].helpers.append(assignment.helper)
    return [by_key[key] for key in keys if key in by_key]


def _promises(keys: Iterable[int], *, on: dt.date) -> dict[int, Promises]:
    rows = (
        FollowUp.objects.open()
        .filter(visit__household__in=list(keys))
        .order_by()
        .values_list("visit__household")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on)))
    )
    return {household: Promises(count, late) for household, count, late in rows}


def counted_methods(on: dt.date) -> list[str]:
    """The methods that the standard of the running month counts; all where none is in force."""
    standard = VisitStandard.objects.in_force(month_end(on)).first()
    return standard.counted_methods if standard is not None else list(VisitMethod.values)
