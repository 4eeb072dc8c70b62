"""Many enrolments at once, as a list that is checked, shown, confirmed and then written chunk by chunk.

A list is proposed from a file, a pasted text or ticked rows; or enrolments on file are approved, sent back, begun, finished or
stopped together. Each row has an outcome of its own; a list that is sent twice does nothing twice.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import (
    BulkEnrolment,
    BulkEnrolmentRow,
    BulkOutcome,
    BulkState,
    Enrolment,
    EnrolmentAct,
    Measure,
)
from assistance.services.enrolling_work import CHECK, COMMIT
from assistance.services.enrolment_desk import PERMISSION
from households.models import Household
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.common.set_based import insert_rows
from jiangjin.jobs import services as jobs
from jiangjin.jobs.models import JobRun
from jiangjin.jobs.running import execute

# What may be done with many enrolments on file.
ACTS = [EnrolmentAct.APPROVE, EnrolmentAct.SEND_BACK, EnrolmentAct.BEGIN, EnrolmentAct.FINISH, EnrolmentAct.STOP]
# So many are done while the page waits; more go to a worker.
AT_THE_DOOR = 400
MOST_ROWS = 30_000
ROW = ["bulk", "position", "sheet", "line", "cells", "given", "household", "member", "enrolment", "note", "outcome"]
ROW += ["result", "code", "params", "column"]


@dataclass(frozen=True)
class GivenRow:
    """A row of a list as it came: its place, its cells, and what it says by field (enrolling_rows.FIELDS)."""

    given: Mapping[str, Any]
    cells: Sequence[Any] = ()
    sheet: str = ""
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What holds for all rows that do not say otherwise. `on`: the day of the act."""

    on: dt.date | None = None
    note: str = ""
    unit: Unit | None = None
    amount_fen: int | None = None
    quantity: Decimal | None = None
    titles: Mapping[str, Any] = field(default_factory=dict)

    def as_values(self) -> dict[str, Any]:
        """As they are kept with the list."""
        return {
            "on": self.on.isoformat() if self.on is not None else "",
            "note": self.note.strip()[:300],
            "unit": self.unit.pk if self.unit is not None else None,
            "amount_fen": self.amount_fen,
            "quantity": str(self.quantity) if self.quantity is not None else "",
        }


# --- gathering --------------------------------------------------------------------------------------------------------


def gather_rows(
    *,
    measure: Measure,
    year: int,
    area: Area,
    rows: Sequence[GivenRow],
    source: str,
    values: Particulars,
    by: Any,
    today: dt.date,
) -> BulkEnrolment:
    """Take up a list of households or persons that a measure is proposed for, and have it checked.

    Raises PermissionDenied outside the user's area, ValidationError for an empty list or one that is too long.
    """
    _check_size(len(rows))
    with transaction.atomic():
        bulk = _bulk(EnrolmentAct.PROPOSE, area, source=source, values=values, by=by, measure=measure, year=year)
        _insert(
            bulk,
            [(row.sheet[:40], row.line, list(row.cells), dict(row.given), None, None, None) for row in rows],
        )
    return start_check(bulk, by=by, today=today)


def gather_subjects(
    *,
    measure: Measure,
    year: int,
    area: Area,
    subjects: QuerySet[Any],
    source: str,
    values: Particulars,
    by: Any,
    today: dt.date,
) -> BulkEnrolment:
    """The same for households or members of a queryset, as ticked in a list."""
    of_persons = subjects.model is not Household
    keys = list(subjects.values_list("household_id", "pk") if of_persons else subjects.values_list("pk", flat=True))
    _check_size(len(keys))
    rows = [(*key,) if of_persons else (key, None) for key in keys]
    with transaction.atomic():
        bulk = _bulk(EnrolmentAct.PROPOSE, area, source=source, values=values, by=by, measure=measure, year=year)
        _insert(bulk, [("", None, [], {}, household, member, None) for household, member in rows])
    return start_check(bulk, by=by, today=today)


def gather_acts(
    *,
    act: str,
    enrolments: QuerySet[Enrolment],
    area: Area,
    values: Particulars,
    by: Any,
    today: dt.date,
) -> BulkEnrolment:
    """Enrolments on file that something is to be done with, and have them checked. Raises as `gather_rows` does."""
    if act not in ACTS:
        raise ValueError(f"not done with many: {act}")
    keys = list(enrolments.values_list("household_id", "member_id", "pk"))
    _check_size(len(keys))
    with transaction.atomic():
        bulk = _bulk(act, area, source=_("Chosen from the list"), values=values, by=by)
        _insert(bulk, [("", None, [], {}, household, member, key) for household, member, key in keys])
    return start_check(bulk, by=by, today=today)


def _check_size(count: int) -> None:
    if not count:
        raise ValidationError(_("The list is empty."), code="empty")
    if count > MOST_ROWS:
        raise ValidationError(
            _("The list has %(count)s rows; at most %(most)s can be taken at once. Split it."),
            code="too_many",
            params={"count": count, "most": MOST_ROWS},
        )


def _bulk(
    act: str,
    area: Area,
    *,
    source: str,
    values: Particulars,
    by: Any,
    measure: Measure | None = None,
    year: int | None = None,
) -> BulkEnrolment:
    if by is not None and not by.scope(PERMISSION[act]).covers(area.path):
        raise PermissionDenied
    bulk = BulkEnrolment.objects.create(
        act=act,
        area=area,
        measure=measure,
        year=year,
        source=source[:200],
        values=values.as_values(),
        titles=dict(values.titles),
        created_by=by,
    )
    record(by=by, action=AuditAction.CREATED, obj=bulk, after={"act": act, "source": bulk.source, **bulk.values})
    return bulk


def _insert(bulk: BulkEnrolment, rows: Sequence[tuple[Any, ...]]) -> None:
    places = enumerate(rows, start=1)
    insert_rows(BulkEnrolmentRow, ROW, [(bulk.pk, place, *row, "", "", "", "", {}, "") for place, row in places])


# --- checking ---------------------------------------------------------------------------------------------------------


def start_check(bulk: BulkEnrolment, *, by: Any, today: dt.date) -> BulkEnrolment:
    """Look at every row: at once where they are few, else by a worker."""
    _start(bulk, CHECK, count=bulk.rows.count(), by=by, today=today)
    return bulk


# --- confirming -------------------------------------------------------------------------------------------------------


def commit(*, bulk: BulkEnrolment, by: Any, today: dt.date) -> JobRun:
    """Do what the check found to be possible. Raises PermissionDenied for somebody else's list, ValidationError if it is not
    waiting for confirmation."""
    _own(bulk, by)
    with transaction.atomic():
        confirmed = BulkEnrolment.objects.filter(pk=bulk.pk, state=BulkState.CHECKED)
        if not confirmed.update(state=BulkState.COMMITTING):
            raise ValidationError(_("This list is not waiting for confirmation."), code="state")
    ready = bulk.rows.filter(outcome=BulkOutcome.READY).count()
    job = _start(bulk, COMMIT, count=ready, by=by, today=today)
    bulk.refresh_from_db()
    return job


def discard(*, bulk: BulkEnrolment, by: Any) -> None:
    """Throw a list away of which nothing was written. Raises as `commit` does."""
    _own(bulk, by)
    with transaction.atomic():
        thrown = BulkEnrolment.objects.filter(pk=bulk.pk, state=BulkState.CHECKED)
        if not thrown.update(state=BulkState.DISCARDED):
            raise ValidationError(_("This list is not waiting for confirmation."), code="state")
        record(by=by, action=AuditAction.CHANGED, obj=bulk, after={"state": BulkState.DISCARDED.value})
    bulk.refresh_from_db()


def _own(bulk: BulkEnrolment, by: Any) -> None:
    if by is not None and bulk.created_by_id != by.pk:
        raise PermissionDenied


def _start(bulk: BulkEnrolment, kind: str, *, count: int, by: Any, today: dt.date) -> JobRun:
    """Few rows are done here, many by a worker."""
    params = {"bulk": bulk.pk, "today": today.isoformat()}
    here = count <= AT_THE_DOOR
    with transaction.atomic():
        make = jobs.create if here else jobs.start
        job = make(kind=kind, area=bulk.area, by=by, params=params)
        BulkEnrolment.objects.filter(pk=bulk.pk).update(job=job)
    if here:
        execute(job.pk)
    bulk.refresh_from_db()
    return job
