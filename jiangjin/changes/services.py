"""Marking and claiming. Consumers register once; whoever changes a fact marks the household for all of them."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from jiangjin.changes.models import DirtyMark

_consumers: list[str] = []


def register_consumer(name: str) -> str:
    """A consumer of household changes (an evaluation, a roll-up). Returns the name, to be kept as a constant."""
    if name in _consumers:
        raise ValueError(f"consumer {name} is registered already")
    _consumers.append(name)
    return name


def mark_households(household_ids: Iterable[int], *, month: dt.date | None = None) -> None:
    """Mark households dirty for every consumer. Call in the transaction that changes the facts.

    `month`: the month that the changed fact belongs to, where it belongs to one.
    """
    marks = [
        DirtyMark(consumer=consumer, household_id=household_id, month=month)
        for household_id in set(household_ids)
        for consumer in _consumers
    ]
    DirtyMark.objects.bulk_create(marks, batch_size=2000)


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
    """How many households have marks that nobody has taken up."""
    marks = DirtyMark.objects.filter(Q(claimed_by=None), consumer=consumer)
    return marks.values("household_id").distinct().count()
