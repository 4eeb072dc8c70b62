"""Enrolments of the demo into the tables, each with the steps that led to where it stands."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from assistance.models import Enrolment, EnrolmentAct, EnrolmentState, EnrolmentStep
from jiangjin.common.set_based import add_rows, insert_rows

STEP_COLUMNS = ["enrolment", "act", "state", "occurred_on", "note", "recorded_by", "recorded_at"]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said on the way besides the enrolment's own columns."""

    sent_back: str = ""
    finished: str = ""


NOTHING = Told()


def write(enrolments: Sequence[Enrolment], told: Sequence[Told] | None = None) -> int:
    """Store enrolments with their steps; afterwards each has its key. Returns how many steps. Whoever planned it also reports."""
    add_rows(Enrolment, enrolments)
    now = timezone.now()
    said = told if told is not None else [NOTHING] * len(enrolments)
    rows = [
        (enrolment.pk, str(act), str(state), day, note, by, now)
        for enrolment, each in zip(enrolments, said, strict=True)
        for act, state, day, note, by in _steps(enrolment, each)
    ]
    return insert_rows(EnrolmentStep, STEP_COLUMNS, rows)


def _steps(row: Enrolment, told: Told) -> Iterator[tuple[str, str, dt.date, str, Any]]:
    planner, approver = row.planned_by_id, row.approved_by_id
    yield EnrolmentAct.PROPOSE, EnrolmentState.PLANNED, row.planned_on, "", planner
    if row.returned_on is not None:
        yield EnrolmentAct.SEND_BACK, EnrolmentState.PLANNED, row.returned_on, told.sent_back, None
    if row.approved_on is not None:
        yield EnrolmentAct.APPROVE, EnrolmentState.APPROVED, row.approved_on, "", approver
    if row.started_on is not None:
        yield EnrolmentAct.BEGIN, EnrolmentState.UNDER_WAY, row.started_on, "", planner
    if row.done_on is not None:
        yield EnrolmentAct.FINISH, EnrolmentState.DONE, row.done_on, told.finished, planner
    if row.stopped_on is not None:
        yield EnrolmentAct.STOP, EnrolmentState.STOPPED, row.stopped_on, row.stop_reason, planner
