"""Visits: written down once however often they are sent, corrected with what was said before kept, withdrawn with a reason."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.models import FollowUp, Visit, VisitRevision
from assistance.services.desk import Desk
from assistance.services.difficulties import of_visits
from assistance.services.drafts import CONTENT, VisitDraft, tidy
from assistance.services.visit_checks import refresh
from households.services.batch import changed_entry, created_entry, one_of
from jiangjin.audit.services import plain
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start

CORRECTABLE = ("helper", "visited_on", *CONTENT)
Entry: TypeAlias = tuple[uuid.UUID, VisitDraft]
Outcome: TypeAlias = Visit | ValidationError | PermissionDenied


def record(*, draft: VisitDraft, by: Any, today: dt.date, client_id: uuid.UUID | None = None) -> Visit:
    """Write down one visit. Sent again under its `client_id`, the stored one is returned.

    Raises ValidationError by field, ValidationError with the code "conflict" for another content under the same `client_id`,
    PermissionDenied for a household that `by` may not write about or for a helper's visit in somebody else's name.
    """
    (outcome,) = record_many(entries=[(client_id or uuid.uuid4(), draft)], by=by, today=today)
    if isinstance(outcome, Visit):
        return outcome
    raise outcome


def record_many(*, entries: Sequence[Entry], by: Any, today: dt.date) -> list[Outcome]:
    """Write down what a device or a list brings, in a fixed number of statements. Each entry has its own outcome, in their
    order: the visit, or the error that `record` raises. Keep it to some hundred a call: it is one transaction."""
    try:
        with transaction.atomic():
            return _record(entries, by=by, today=today)
    except IntegrityError:
        # The same entry came in twice at the same moment; by now the other one is stored and will be found.
        with transaction.atomic():
            return _record(entries, by=by, today=today)


def correct(*, visit: Visit, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date) -> Visit:
    """Change what a visit says (CORRECTABLE); what it said before stays as a VisitRevision.

    Raises ValidationError by field, with the code "conflict" if it is not the `version` that was read, and PermissionDenied.
    """
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        desk = Desk.opened([visit.household_id], by=by)
        row = _opened(visit, desk, version=version, reason=reason)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, tidy(value))
        before = {name: value for name, value in before.items() if getattr(row, name) != value}
        if not before:
            return row
        desk.load_assignments([row])
        desk.check(row, today=today)
        _check_promises(row)
        row.is_backdated = desk.is_backdated(row)
        row.version += 1
        row.save(update_fields=[*before, "is_backdated", "version"])
        entry = changed_entry(row, before)
        VisitRevision.objects.create(
            visit=row, version=version, values=entry.before, reason=reason.strip()[:200], changed_by=by
        )
        log([entry], by=by, reason=reason.strip())
        of_visits.follow_correction(row, by=by, reason=reason.strip(), today=today)
        _tell([row], days={row.visited_on, before.get("visited_on", row.visited_on)})
    return row


def withdraw(*, visit: Visit, by: Any, version: int, reason: str, today: dt.date) -> Visit:
    """Take back a visit that never was; it stays on file and counts no more.

    Raises ValidationError without a reason, with the code "conflict" as `correct` does, and PermissionDenied.
    """
    with transaction.atomic():
        desk = Desk.opened([visit.household_id], by=by)
        row = _opened(visit, desk, version=version, reason=reason)
        before = {name: getattr(row, name) for name in ("withdrawn_at", "withdrawn_by", "withdrawn_reason")}
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), by, reason.strip()[:200]
        row.version += 1
        row.save(update_fields=[*before, "version"])
        log([changed_entry(row, before)], by=by, reason=reason.strip())
        of_visits.follow_withdrawal(row, by=by, reason=reason.strip(), today=today)
        _tell([row], days={row.visited_on})
    return row


def _record(entries: Sequence[Entry], *, by: Any, today: dt.date) -> list[Outcome]:
    desk = Desk.opened([draft.household.pk for _client_id, draft in entries], by=by)
    visits = [_visit(client_id, draft, desk, by=by, today=today) for client_id, draft in entries]
    desk.load_assignments(visits)
    known = _known({client_id for client_id, _draft in entries})
    outcomes: list[Outcome] = []
    new: dict[uuid.UUID, tuple[Visit, VisitDraft]] = {}
    for (client_id, draft), visit in zip(entries, visits, strict=True):
        try:
            if client_id in known:
                _check_same(_said_by(known[client_id]), _said(draft, by=by))
                visit = known[client_id]
            elif client_id in new:
                visit, first = new[client_id]
                _check_same(_said(first, by=by), _said(draft, by=by))
            else:
                desk.check(visit, today=today, draft=draft)
                visit.is_backdated = desk.is_backdated(visit)
                new[client_id] = visit, draft
            outcomes.append(visit)
        except (ValidationError, PermissionDenied) as error:
            outcomes.append(error)
    _store(list(new.values()), by=by)
    return outcomes


def _visit(client_id: uuid.UUID, draft: VisitDraft, desk: Desk, *, by: Any, today: dt.date) -> Visit:
    return Visit(
        client_id=client_id,
        household=desk.households[draft.household.pk],
        helper=draft.helper,
        visited_on=draft.visited_on,
        recorded_by=by,
        recorded_on=today,
        **draft.content,
    )


def _store(new: Sequence[tuple[Visit, VisitDraft]], *, by: Any) -> None:
    if not new:
        return
    visits = [visit for visit, _draft in new]
    promises = [
        FollowUp(visit=visit, text=tidy(draft.follow_up), due_on=draft.follow_up_due_on)
        for visit, draft in new
        if draft.follow_up_due_on is not None
    ]
    Visit.objects.bulk_create(visits)
    FollowUp.objects.bulk_create(promises)
    log([*map(created_entry(Visit), visits), *map(created_entry(FollowUp), promises)], by=by)
    of_visits.record_raised(visits, by=by)
    _tell(visits, days={visit.visited_on for visit in visits})


def _tell(visits: Sequence[Visit], *, days: Collection[dt.date]) -> None:
    """The visits changed: mark their months for whoever computes from them, and bring the check of these months in step."""
    months = sorted({month_start(day) for day in days})
    households = {visit.household_id for visit in visits}
    for month in months:
        mark_households(households, facts=[Fact.VISIT], month=month)
    refresh(households, months=months)


def _opened(visit: Visit, desk: Desk, *, version: int, reason: str) -> Visit:
    """The visit as it stands; raises if it is not the version read, or not the user's to change."""
    row = Visit.objects.select_related("helper").get(pk=visit.pk)
    row.household = desk.households[row.household_id]
    desk.writer.check(row.household, on=row.visited_on)
    desk.writer.check_helper(row.household, row.helper)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why this visit is changed."), code="reason")})
    if row.version != version:
        raise ValidationError(
            _(
                "Somebody else changed this visit after you opened it. Nothing was written; load the page again and repeat "
                "your change."
            ),
            code="conflict",
        )
    if row.withdrawn_at is not None:
        raise ValidationError(_("This visit has been withdrawn."), code="withdrawn")
    return row


def _check_promises(visit: Visit) -> None:
    """Nothing promised on a visit is due before it."""
    due_on = visit.follow_ups.order_by("due_on").values_list("due_on", flat=True).first()
    if due_on is not None and due_on < visit.visited_on:
        message = _("What was promised on this visit is due on %(day)s; the visit cannot be later than that.")
        raise ValidationError({"visited_on": ValidationError(message, code="promise", params={"day": due_on})})


def _known(client_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Visit]:
    visits = Visit.objects.filter(client_id__in=client_ids).order_by()
    return {visit.client_id: visit for visit in visits.prefetch_related("revisions", "follow_ups")}


def _said(draft: VisitDraft, *, by: Any) -> dict[str, Any]:
    """Who sent what, by column, as the log would keep it."""
    return {
        "recorded_by_id": by.pk if by is not None else None,
        "household_id": draft.household.pk,
        "helper_id": draft.helper.pk,
        "visited_on": plain(draft.visited_on),
        **draft.content,
        "follow_up": tidy(draft.follow_up),
        "follow_up_due_on": plain(draft.follow_up_due_on),
    }


def _said_by(visit: Visit) -> dict[str, Any]:
    """The same of a stored visit, as it was first written down."""
    columns = ("recorded_by_id", "household_id", "helper_id", "visited_on", *CONTENT)
    said = {name: plain(getattr(visit, name)) for name in columns}
    for revision in visit.revisions.all():  # newest first, so that the oldest value stands in the end
        said |= revision.values
    promise = min(visit.follow_ups.all(), key=lambda row: row.pk, default=None)
    said["follow_up"] = promise.text if promise is not None else ""
    said["follow_up_due_on"] = plain(promise.due_on) if promise is not None else None
    return said


def _check_same(stored: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    if stored != sent:
        message = _("Another visit has been sent under this number already. Nothing was overwritten.")
        raise ValidationError(message, code="conflict")
