"""Marking and claiming. Consumers register once, with the kinds of facts they read; whoever changes a fact marks for them."""

import datetime as dt
from collections.abc import Callable, Iterable
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.utils import timezone

from jiangjin.changes.models import DirtyMark
from jiangjin.common.set_based import Statement, insert, insert_rows


class Fact(StrEnum):
    """What may change about a household."""

    HOUSEHOLD = "household"  # registration, status, village
    MEMBERS = "members"
    YEAR = "year"  # income, living conditions, members' year
    TIER = "tier"
    ASSIGNMENT = "assignment"
    VISIT = "visit"
    ABSENCE = "absence"
    MEASURE = "measure"  # enrolments in support measures
    DIFFICULTY = "difficulty"
    VERDICT = "verdict"  # derived: exit evaluation
    VISIT_CHECK = "visit_check"  # derived: monthly visit check


_consumers: dict[str, frozenset[Fact]] = {}
_callbacks: dict[str, Callable[[], None]] = {}


def register_consumer(name: str, *, reads: Iterable[Fact]) -> str:
    """A consumer of changes (an evaluation, a roll-up) and the facts it reads. Returns the name, to be kept as a constant."""
    if name in _consumers:
        raise ValueError(f"consumer {name} is registered already")
    _consumers[name] = frozenset(reads)
    return name


def call_on_commit(consumer: str, callback: Callable[[], None]) -> None:
    """Have `callback` called after each transaction that marked something for the consumer: once a transaction, however much
    it marked. It should wake a worker up and no more; what it raises does not undo the commit."""
    _callbacks[consumer] = callback


def consumers_of(facts: Iterable[Fact]) -> list[str]:
    """The consumers that read any of the facts."""
    changed = set(facts)
    return [name for name, reads in _consumers.items() if reads & changed]


def mark_households(
    household_ids: Iterable[int], *, facts: Iterable[Fact] = tuple(Fact), month: dt.date | None = None
) -> None:
    """Mark households dirty for every consumer of the facts. Call in the transaction that changes them.

    `month`: the first day of the month that the changed fact belongs to, where it belongs to one; without it every month of
    the household may be concerned.
    """
    consumers = consumers_of(facts)
    now = timezone.now()
    marks = [(consumer, household_id, month, now) for household_id in set(household_ids) for consumer in consumers]
    if marks:
        insert_rows(DirtyMark, ["consumer", "household_id", "month", "created_at"], marks)
        _call_on_commit(consumers)


def mark_households_of(households: QuerySet, column: str, *, facts: Iterable[Fact], month: dt.date | None) -> None:
    """As `mark_households`, for the numbers in a column of a queryset, without reading them."""
    fields = ["consumer", "household_id", "month", "created_at"]
    consumers = consumers_of(facts)
    for consumer in consumers:
        rows = households.order_by().values(column).distinct()
        marks = rows.values_list(Value(consumer), column, Value(month), Value(timezone.now()))
        insert(DirtyMark, Statement.of(marks, fields))
    _call_on_commit(consumers)


def mark_area(area_id: int, *, facts: Iterable[Fact], month: dt.date | None = None) -> None:
    """Mark everything at and below an area dirty: one mark where marking each household would be the work itself."""
    consumers = consumers_of(facts)
    DirtyMark.objects.bulk_create(DirtyMark(consumer=consumer, area_id=area_id, month=month) for consumer in consumers)
    _call_on_commit(consumers)


def _call_on_commit(consumers: Iterable[str]) -> None:
    if not settings.CALL_CONSUMERS_ON_COMMIT:
        return
    # What a savepoint takes back goes from this list with it.
    waiting = [entry[1] for entry in transaction.get_connection().run_on_commit]
    for consumer in consumers:
        callback = _callbacks.get(consumer)
        if callback is not None and callback not in waiting:
            transaction.on_commit(callback, robust=True)


def claim(consumer: str, *, job_id: int) -> QuerySet[DirtyMark]:
    """The marks that this job takes up: those nobody holds, and those it claimed before it was interrupted.

    Marks of a job that died stay claimed under its number, and the sweeper starts the same job again; a job that failed
    for good gives them back (`release`).
    """
    with transaction.atomic():
        DirtyMark.objects.filter(consumer=consumer, claimed_by=None).update(claimed_by=job_id)
    return DirtyMark.objects.filter(consumer=consumer, claimed_by=job_id)


def release(*, job_id: int) -> int:
    """Give back the marks of a job that failed for good; returns how many."""
    return DirtyMark.objects.filter(claimed_by=job_id).update(claimed_by=None)


def waiting(consumer: str) -> int:
    """How many households and areas have marks that nobody has taken up."""
    marks = DirtyMark.objects.filter(Q(claimed_by=None), consumer=consumer)
    return marks.values("household_id", "area_id").distinct().count()
