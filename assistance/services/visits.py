"""Visits: written down once however often they are sent, corrected with what was said before kept, withdrawn with a reason."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.models import FollowUp, Visit, VisitRevision, VisitStandard
from assistance.rules.visit_facts import GONE
from assistance.services.drafts import CONTENT, VisitDraft, tidy
from assistance.services.visit_checks import refresh
from assistance.services.writing import Writer
from households.models import HelperAssignment, Household
from households.services.batch import changed_entry, created_entry, one_of
from jiangjin.audit.services import Change, plain, record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_end, month_start

CORRECTABLE = ("helper", "visited_on", *CONTENT)
# Made by the services themselves, out of what is checked.
UNCHECKED = ["household", "helper", "recorded_by", "withdrawn_by"]
Outcome: TypeAlias = Visit | ValidationError | PermissionDenied
Problem: TypeAlias = tuple[str, ValidationError]


def record(*, draft: VisitDraft, by: Any, today: dt.date, client_id: uuid.UUID | None = None) -> Visit:
    """Write down one visit. Sent again under its `client_id`, the stored one is returned.

    Raises ValidationError by field, ValidationError with the code "conflict" for another content under the same `client_id`,
    PermissionDenied for a household that `by` may not write about or for a helper's visit in somebody else's name.
    """
    (outcome,) = record_many(entries=[(client_id or uuid.uuid4(), draft)], by=by, today=today)
    if isinstance(outcome, Visit):
        return outcome
    raise outcome


def record_many(*, entries: Sequence[tuple[uuid.UUID, VisitDraft]], by: Any, today: dt.date) -> list[Outcome]:
    """Write down what a device or a list brings, in a fixed number of statements. Each entry has its own outcome, in their
    order: the visit, or the error that `record` raises."""
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
        desk = _Desk.opened([visit.household_id], by=by, today=today)
        row = _open(visit, desk, version=version, reason=reason)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, tidy(value))
        different = {name: value for name, value in before.items() if getattr(row, name) != value}
        if not different:
            return row
        desk.load_assignments([row])
        desk.check(row)
        row.is_backdated = desk.is_backdated(row)
        row.version += 1
        row.save(update_fields=[*different, "is_backdated", "version"])
        entry = changed_entry(row, different)
        VisitRevision.objects.create(
            visit=row, version=version, values=entry.before, reason=reason.strip()[:200], changed_by=by
        )
        log([entry], by=by, reason=reason)
        _tell([row], days={row.visited_on, before.get("visited_on", row.visited_on)})
    return row


def withdraw(*, visit: Visit, by: Any, version: int, reason: str) -> Visit:
    """Take back a visit that never was; it stays on file and counts no more.

    Raises ValidationError without a reason, with the code "conflict" as `correct` does, and PermissionDenied.
    """
    with transaction.atomic():
        desk = _Desk.opened([visit.household_id], by=by, today=visit.recorded_on)
        row = _open(visit, desk, version=version, reason=reason)
        before = {name: getattr(row, name) for name in ("withdrawn_at", "withdrawn_by", "withdrawn_reason")}
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_reason = timezone.now(), by, reason.strip()[:200]
        row.version += 1
        row.save(update_fields=[*before, "version"])
        log([changed_entry(row, before)], by=by, reason=reason)
        _tell([row], days={row.visited_on})
    return row


def _record(entries: Sequence[tuple[uuid.UUID, VisitDraft]], *, by: Any, today: dt.date) -> list[Outcome]:
    desk = _Desk.opened([draft.household.pk for _client_id, draft in entries], by=by, today=today)
    visits = [_visit(client_id, draft, by=by, today=today) for client_id, draft in entries]
    desk.load_assignments(visits)
    known = _known({client_id for client_id, _draft in entries})
    outcomes: list[Outcome] = []
    new: dict[uuid.UUID, tuple[Visit, VisitDraft]] = {}
    for (client_id, draft), visit in zip(entries, visits, strict=True):
        try:
            if client_id in known:
                outcomes.append(_same(known[client_id], draft, by=by))
            elif client_id in new:
                first, first_draft = new[client_id]
                _refuse_if(_said(draft) != _said(first_draft))
                outcomes.append(first)
            else:
                desk.check(visit)
                _raise(_promise_problems(draft))
                visit.is_backdated = desk.is_backdated(visit)
                new[client_id] = visit, draft
                outcomes.append(visit)
        except (ValidationError, PermissionDenied) as error:
            outcomes.append(error)
    _store(list(new.values()), by=by)
    return outcomes


def _visit(client_id: uuid.UUID, draft: VisitDraft, *, by: Any, today: dt.date) -> Visit:
    return Visit(
        client_id=client_id,
        household=draft.household,
        helper=draft.helper,
        visited_on=draft.visited_on,
        recorded_by=by,
        recorded_on=max(today, draft.visited_on),  # one that lies in the future is refused for that, not for this
        **draft.content,
    )


def _store(new: Sequence[tuple[Visit, VisitDraft]], *, by: Any) -> None:
    if not new:
        return
    visits = [visit for visit, _draft in new]
    with transaction.atomic():
        Visit.objects.bulk_create(visits)
    promises = [
        FollowUp(visit=visit, text=tidy(draft.follow_up), due_on=draft.follow_up_due_on)
        for visit, draft in new
        if draft.follow_up_due_on is not None
    ]
    FollowUp.objects.bulk_create(promises)
    visit_entry, promise_entry = created_entry(Visit), created_entry(FollowUp)
    log([*map(visit_entry, visits), *map(promise_entry, promises)], by=by)
    _tell(visits, days={visit.visited_on for visit in visits})


def _tell(visits: Sequence[Visit], *, days: Collection[dt.date]) -> None:
    """The visits changed: mark each month for whoever computes from it, and bring the check of the month in step."""
    months = {month_start(day) for day in days}
    households = {visit.household_id for visit in visits}
    for month in sorted(months):
        mark_households(households, facts=[Fact.VISIT], month=month)
    refresh(households, months=months)


def _open(visit: Visit, desk: _Desk, *, version: int, reason: str) -> Visit:
    """The visit as it stands, its household locked; raises if it is not the version read, or not the user's to change."""
    row = Visit.objects.select_related("helper", "recorded_by").get(pk=visit.pk)
    row.household = desk.households[row.household_id]
    desk.writer.check(row.household, on=row.visited_on)
    desk.writer.check_helper(row.household, row.helper)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), code="reason")})
    if row.withdrawn_at is not None:
        raise ValidationError(_("This visit has been withdrawn."), code="withdrawn")
    if row.version != version:
        raise ValidationError(
            _(
                "Somebody else changed this visit after you opened it. Nothing was written; load the page again and repeat "
                "your change."
            ),
            code="conflict",
        )
    return row


def _known(client_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Visit]:
    visits = Visit.objects.filter(client_id__in=client_ids).order_by()
    return {visit.client_id: visit for visit in visits.prefetch_related("revisions", "follow_ups")}


def _same(visit: Visit, draft: VisitDraft, *, by: Any) -> Visit:
    """The stored visit, if it is what this writer sent before; a correction since does not matter."""
    said = {name: plain(getattr(visit, name)) for name in ("household_id", "helper_id", "visited_on", *CONTENT)}
    for revision in visit.revisions.all():  # newest first, so that the oldest value stands in the end
        said |= revision.values
    promise = next(iter(sorted(visit.follow_ups.all(), key=lambda row: row.pk)), None)
    said["follow_up"] = promise.text if promise is not None else ""
    said["follow_up_due_on"] = plain(promise.due_on) if promise is not None else None
    _refuse_if(visit.recorded_by_id != (by.pk if by is not None else None) or said != _said(draft))
    return visit


def _said(draft: VisitDraft) -> dict[str, Any]:
    """A draft's values by column, as the log would keep them."""
    return {
        "household_id": draft.household.pk,
        "helper_id": draft.helper.pk,
        "visited_on": plain(draft.visited_on),
        **draft.content,
        "follow_up": tidy(draft.follow_up),
        "follow_up_due_on": plain(draft.follow_up_due_on),
    }


def _refuse_if(differs: bool) -> None:
    if differs:
        raise ValidationError(
            _("Another visit has been sent under this number already. Nothing was overwritten."), code="conflict"
        )
