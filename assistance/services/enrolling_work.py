"""The work on a list of many enrolments: looking at every row, and after the confirmation writing those that are possible.

Both are jobs: chunk by chunk, each in a transaction of its own together with what came of its rows, so that a worker may be
killed at any point and the next one goes on.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, F, QuerySet, When
from django.utils import timezone

from assistance.models import BulkEnrolment, BulkEnrolmentRow, BulkOutcome, BulkState, Enrolment, EnrolmentAct
from assistance.permissions import PROPOSE_MEASURES
from assistance.services.enrolling_rows import Reader, refuse
from assistance.services.enrolment_drafts import EnrolmentDraft
from assistance.services.enrolments_many import Outcome, act_many, examine_acts, examine_proposals, propose_many
from households.models import Household
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import under
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.jobs.running import JobContext

CHECK, COMMIT = "bulk_enrolment_check", "bulk_enrolment_commit"
AT_ONCE = 200
UNDERSTOOD = ["household", "member", "amount_fen", "quantity", "note", "outcome", "code", "params", "column"]


def check_job(context: JobContext) -> dict[str, Any]:
    """Handler of `bulk_enrolment_check`; params: bulk, today. Nothing is written but what comes of each row."""
    bulk = BulkEnrolment.objects.select_related("area", "measure").get(pk=context.params["bulk"])
    if bulk.state != BulkState.CHECKING:
        return dict(bulk.counts)
    today = dt.date.fromisoformat(context.params["today"])
    by = context.run.created_by
    work = _Work(bulk, by=by, today=today)
    total = bulk.rows.count()
    done = 0
    for rows in _chunks(bulk.rows.select_related("household__village", "member").order_by("position")):
        work.check(rows)
        done += len(rows)
        with transaction.atomic():
            context.hold()
            BulkEnrolmentRow.objects.bulk_update(rows, UNDERSTOOD, batch_size=100)
        context.progress(done, total)
    with transaction.atomic():
        context.hold()
        bulk.state, bulk.counts = BulkState.CHECKED, counts_of(bulk)
        bulk.save(update_fields=["state", "counts"])
    return dict(bulk.counts)


class _Work:
    """What is done with the rows of one list."""

    def __init__(self, bulk: BulkEnrolment, *, by: Any, today: dt.date) -> None:
        self.bulk, self.by, self.today = bulk, by, today
        values = bulk.values
        self.on = dt.date.fromisoformat(values["on"]) if values.get("on") else today
        self.unit = Unit.objects.select_related("county").filter(pk=values.get("unit")).first()
        self.reader = Reader(bulk, self._households(), on=self.on) if bulk.act == EnrolmentAct.PROPOSE else None

    def _households(self) -> QuerySet[Household]:
        """Of the list's area, those that the user proposes for."""
        households = Household.objects.filter(under(self.bulk.area.path, "village__path"))
        return households if self.by is None else households.within(self.by.scope(PROPOSE_MEASURES))

    def check(self, rows: Sequence[BulkEnrolmentRow]) -> None:
        """Set the outcome of each."""
        sound: Sequence[BulkEnrolmentRow] = rows
        for row in rows:
            row.bulk = self.bulk
        if self.reader is not None:
            sound = self.reader.understand(rows)
            outcomes = examine_proposals(
                drafts=[self.draft(row) for row in sound], by=self.by, today=self.today, on=self.on
            )
        else:
            outcomes = examine_acts(
                act=self.bulk.act,
                enrolments=[row.enrolment_id or 0 for row in sound],
                by=self.by,
                today=self.today,
                on=self.on,
                note=self.bulk.values.get("note", ""),
            )
        for row, outcome in zip(sound, outcomes, strict=True):
            if isinstance(outcome, Enrolment):
                row.outcome, row.code, row.params = BulkOutcome.READY, "", {}
            else:
                refuse(row, outcome)

    def write(self, rows: Sequence[BulkEnrolmentRow], *, job: int) -> list[Outcome]:
        """Do it; returns the outcomes in their order."""
        if self.reader is not None:
            drafts = [self.draft(row) for row in rows]
            return propose_many(drafts=drafts, by=self.by, today=self.today, on=self.on, job_id=job)
        return act_many(
            act=self.bulk.act,
            enrolments=[row.enrolment_id or 0 for row in rows],
            by=self.by,
            today=self.today,
            on=self.on,
            note=self.bulk.values.get("note", ""),
            job_id=job,
        )

    def draft(self, row: BulkEnrolmentRow) -> EnrolmentDraft:
        """What the row proposes."""
        if self.bulk.measure is None or self.bulk.year is None or row.household is None:
            raise ValueError("the row names no household, or the list no measure")
        return EnrolmentDraft(
            measure=self.bulk.measure,
            household=row.household,
            member=row.member,
            year=self.bulk.year,
            amount_fen=row.amount_fen,
            quantity=row.quantity,
            unit=self.unit,
            note=row.note,
        )


def commit_job(context: JobContext) -> dict[str, Any]:
    """Handler of `bulk_enrolment_commit`; params: bulk, today. Goes on after the last chunk that was written, if it was killed:
    enrolments and the results of their rows are written together."""
    bulk = BulkEnrolment.objects.select_related("area", "measure").get(pk=context.params["bulk"])
    if bulk.state != BulkState.COMMITTING:
        return dict(bulk.counts)
    today = dt.date.fromisoformat(context.params["today"])
    work = _Work(bulk, by=context.run.created_by, today=today)
    ready = bulk.rows.filter(outcome=BulkOutcome.READY)
    total = ready.count()
    waiting = ready.filter(result="").select_related("household__village", "member").order_by("position")
    while rows := list(waiting[:AT_ONCE]):
        with transaction.atomic():
            context.hold()
            _note(rows, work.write(rows, job=context.run.pk))
        context.progress(total - waiting.count(), total)
    with transaction.atomic():
        context.hold()
        bulk.state, bulk.counts, bulk.committed_at = BulkState.COMMITTED, counts_of(bulk), timezone.now()
        bulk.save(update_fields=["state", "counts", "committed_at"])
        record(
            by=context.run.created_by,
            action=AuditAction.CHANGED,
            obj=bulk,
            after=bulk.counts,
            job_id=context.run.pk,
        )
    return dict(bulk.counts)


def _note(rows: Sequence[BulkEnrolmentRow], outcomes: Sequence[Outcome]) -> None:
    """What came of the rows. One that was possible before and is so no longer says why."""
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Enrolment):
            row.result, row.enrolment = BulkOutcome.DONE, outcome
        else:
            before = row.outcome
            refuse(row, outcome)
            row.result, row.outcome = row.outcome, before
    BulkEnrolmentRow.objects.bulk_update(rows, ["result", "enrolment", "code", "params", "column"], batch_size=100)


def counts_of(bulk: BulkEnrolment) -> dict[str, int]:
    """How many rows come, or came, to what."""
    came_to = Case(When(result="", then=F("outcome")), default=F("result"), output_field=CharField())
    rows = bulk.rows.order_by().annotate(came=came_to).values_list("came").annotate(count=Count("pk"))
    found = dict.fromkeys(BulkOutcome.values, 0) | {came: count for came, count in rows if came}
    return {**found, "rows": sum(found.values())}


def _chunks(rows: QuerySet[BulkEnrolmentRow]) -> Iterator[list[BulkEnrolmentRow]]:
    last = 0
    while chunk := list(rows.filter(position__gt=last)[:AT_ONCE]):
        yield chunk
        last = chunk[-1].position
