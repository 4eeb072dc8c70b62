"""Status events: the only way in which a household's status changes."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from households.models import (
    HelperAssignment,
    Household,
    HouseholdStatus,
    Member,
    PovertyCause,
    StatusEvent,
    StatusEventKind,
)
from households.models.household import FOLLOWED, REGISTERED
from households.models.status import STATUS_AFTER
from households.services.batch import Batch
from households.services.concurrency import open_file

# From which statuses an event can follow. The first registration is written by `registering`.
POSSIBLE_FROM: dict[str, list[HouseholdStatus]] = {
    StatusEventKind.REGISTERED: [HouseholdStatus.REMOVED, HouseholdStatus.MOVED_OUT],
    StatusEventKind.EXIT_PREPARED: [HouseholdStatus.ON_ROLL, HouseholdStatus.RELAPSED],
    StatusEventKind.EXIT_WITHDRAWN: [HouseholdStatus.PRE_EXIT],
    StatusEventKind.EXITED: REGISTERED,
    StatusEventKind.RELAPSED: [HouseholdStatus.EXITED],
    StatusEventKind.REMOVED: FOLLOWED,
    StatusEventKind.DISSOLVED: FOLLOWED,
    StatusEventKind.MOVED_OUT: FOLLOWED,
}


def record_event(
    *,
    household: Household,
    kind: str,
    occurred_on: dt.date,
    by: Any,
    reason: str,
    cause: str = "",
    evidence: str = "",
    version: int | None = None,
) -> StatusEvent:
    """Write one status event and bring the household's status in step; one that leaves the register has no helper any more.

    Raises ValidationError for an event that cannot follow the present status, for a day before it, for a missing reason, and
    for a return to poverty without a cause.
    """
    with transaction.atomic():
        locked = open_file(household, version=version)
        (event,) = _record(
            [locked], kind=kind, occurred_on=occurred_on, by=by, reason=reason, cause=cause, evidence=evidence
        )
    household.refresh_from_db()
    return event


def record_events(
    *,
    households: Sequence[Household],
    kind: str,
    occurred_on: dt.date,
    by: Any,
    reason: str,
    cause: str = "",
    evidence: str = "",
    job_id: int | None = None,
) -> list[StatusEvent]:
    """The same event for many households, all of them or none. Keep it to some hundred a call: it is one transaction."""
    with transaction.atomic():
        keys = [household.pk for household in households]
        locked = list(
            Household.objects.select_for_update(of=("self",))
            .select_related("village")
            .filter(pk__in=keys)
            .order_by("pk")
        )
        return _record(
            locked,
            kind=kind,
            occurred_on=occurred_on,
            by=by,
            reason=reason,
            cause=cause,
            evidence=evidence,
            job_id=job_id,
        )


def _record(
    households: list[Household],
    *,
    kind: str,
    occurred_on: dt.date,
    by: Any,
    reason: str,
    cause: str,
    evidence: str,
    job_id: int | None = None,
) -> list[StatusEvent]:
    kind = StatusEventKind(kind)
    if not reason.strip():
        raise ValidationError({"reason": _("A change of status needs a reason.")}, code="reason")
    if kind == StatusEventKind.RELAPSED and cause not in PovertyCause.values:
        raise ValidationError({"cause": _("A return to poverty needs its cause.")}, code="cause")
    for household in households:
        _check(household, kind, occurred_on)
    persons = dict(
        Member.objects.present(occurred_on)
        .filter(household__in=[household.pk for household in households])
        .order_by()
        .values_list("household")
        .annotate(count=Count("pk"))
    )
    batch = Batch(by=by, reason=reason, job_id=job_id)
    events = []
    for household in households:
        event = StatusEvent(
            household=household,
            kind=kind,
            occurred_on=occurred_on,
            persons=persons.get(household.pk, 0),
            cause=cause,
            reason=reason.strip()[:300],
            evidence=evidence[:300],
            recorded_by=by,
        )
        batch.add(event, household=household)
        batch.change(household, {"status": STATUS_AFTER[kind], "status_on": occurred_on}, household=household)
        events.append(event)
    if STATUS_AFTER[kind] not in FOLLOWED:
        _end_assignments(batch, households, on=occurred_on, reason=str(kind.label))
    batch.write()
    return events


def _end_assignments(batch: Batch, households: list[Household], *, on: dt.date, reason: str) -> None:
    """Nobody answers for a household that is off the register. One that was to begin later never did: it ends as it begins."""
    by_key = {household.pk: household for household in households}
    for row in HelperAssignment.objects.filter(household__in=by_key, ends_on=None):
        household = by_key[row.household_id]
        batch.change(row, {"ends_on": max(on, row.starts_on), "end_reason": reason}, household=household)


def _check(household: Household, kind: StatusEventKind, occurred_on: dt.date) -> None:
    if household.status not in POSSIBLE_FROM[kind]:
        raise ValidationError(
            _("Household %(number)s is “%(status)s”; “%(event)s” cannot follow that."),
            code="transition",
            params={
                "number": household.number,
                "status": household.get_status_display(),
                "event": kind.label,
            },
        )
    if occurred_on < household.status_on:
        raise ValidationError(
            _("Household %(number)s has had its present status since %(day)s; the event cannot lie before that."),
            code="too_early",
            params={"number": household.number, "day": household.status_on},
        )
