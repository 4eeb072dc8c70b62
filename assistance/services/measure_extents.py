"""How many households and persons enrolments reach, and what they amount to.

Distinct within what is counted: a household in three measures is one household. Figures of different batches are therefore never
added up. Whoever is enrolled as a household brings all of its present members along.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assistance.models import Enrolment, EnrolmentState


@dataclass(frozen=True)
class Extent:
    """Of some enrolments: how many, distinct households and persons, amount in 分, and how many say no amount."""

    enrolments: int = 0
    households: int = 0
    persons: int = 0
    total_fen: int = 0
    without_amount: int = 0


@dataclass
class MeasureCounts:
    """Of one measure and year: enrolments by state; of those that stand, distinct households and persons, and the amount that
    was paid for finished ones."""

    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EnrolmentState.values, 0))
    households: int = 0
    done_fen: int = 0

    @property
    def standing(self) -> int:
        return sum(self.states.values()) - self.states[EnrolmentState.STOPPED]


def extent(enrolments: QuerySet[Enrolment], *, on: dt.date) -> Extent:
    """Of all of the queryset."""
    counts = enrolments.order_by().aggregate(
        enrolments=Count("pk"),
        households=Count("household", distinct=True),
        without_amount=Count("pk", filter=Q(amount_fen=None)),
        total_fen=Coalesce(Sum("amount_fen"), 0),
    )
    (persons,) = _with_persons(enrolments, on=on).aggregate(persons=Count("person", distinct=True)).values()
    return Extent(**counts, persons=persons)


def by_measure(enrolments: QuerySet[Enrolment]) -> dict[int, MeasureCounts]:
    """By measure, in two statements."""
    found: dict[int, MeasureCounts] = {}
    rows = enrolments.order_by().values_list("measure", "state").annotate(Count("pk"), Sum("amount_fen"))
    for measure, state, count, fen in rows:
        counts = found.setdefault(measure, MeasureCounts())
        counts.states[state] = count
        if state == EnrolmentState.DONE:
            counts.done_fen = fen or 0
    standing = enrolments.standing()  # type: ignore[attr-defined]
    for measure, households in _by(standing, "measure", households=Count("household", distinct=True)):
        found[measure].households = households
    return found


def by_batch(enrolments: QuerySet[Enrolment], *, on: dt.date) -> dict[str, Extent]:
    """Those that stand, by batch: distinct within each. Two statements."""
    standing = enrolments.standing()  # type: ignore[attr-defined]
    counts = _by(
        standing,
        "measure__batch",
        enrolments=Count("pk"),
        households=Count("household", distinct=True),
        without_amount=Count("pk", filter=Q(amount_fen=None)),
        total_fen=Coalesce(Sum("amount_fen"), 0),
    )
    people = dict(_by(_with_persons(standing, on=on), "measure__batch", persons=Count("person", distinct=True)))
    return {
        batch: Extent(enrolments, households, people[batch], fen, without)
        for batch, enrolments, households, without, fen in counts
    }


def by_place(enrolments: QuerySet[Enrolment], *, villages: bool) -> dict[int, MeasureCounts]:
    """By village or by town (their numbers), of one measure's enrolments."""
    place = "household__village" if villages else "household__village__parent"
    found: dict[int, MeasureCounts] = {}
    rows = enrolments.order_by().values_list(place, "state").annotate(Count("pk"), Sum("amount_fen"))
    for key, state, count, fen in rows:
        counts = found.setdefault(key, MeasureCounts())
        counts.states[state] = count
        if state == EnrolmentState.DONE:
            counts.done_fen = fen or 0
    return found


def _by(enrolments: QuerySet[Enrolment], key: str, /, **counts: Any) -> Iterable[tuple[Any, ...]]:
    return enrolments.order_by().values(key).annotate(**counts).values_list(key, *counts)


def _with_persons(enrolments: QuerySet[Enrolment], *, on: dt.date) -> QuerySet[Enrolment]:
    """A row each person: who is enrolled, or who belongs to the enrolled household on the day."""
    present = Q(household__members__left_on=None) | Q(household__members__left_on__gt=on)
    member = "household__members"
    return (
        enrolments.order_by()
        .annotate(
            everybody=FilteredRelation(
                member, condition=Q(**{f"{member}__joined_on__lte": on}) & present & Q(member=None)
            )
        )
        .annotate(person=Coalesce("member_id", F("everybody__pk")))
    )
