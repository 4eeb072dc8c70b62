"""What a village was told: meetings held, lists and policies posted; corrected, taken back."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.evidence import services as evidence_files
from jiangjin.evidence.models import EvidenceFile
from villages.models import PublicityEvent
from villages.permissions import RECORD
from villages.services import records, writing

CORRECTABLE = ("kind", "group", "topic", "place", "starts_on", "ends_on", "attendance", "held_by")


def record(
    *,
    village: Area,
    kind: str,
    topic: str,
    starts_on: dt.date,
    held_by: str,
    by: Any,
    today: dt.date,
    evidence: Collection[EvidenceFile] = (),
    group: Area | None = None,
    place: str = "",
    ends_on: dt.date | None = None,
    attendance: int | None = None,
) -> PublicityEvent:
    """A meeting was held on a day, or something was posted from a day on (`ends_on`: the last day, None while it hangs there).

    Raises ValidationError by field: for a day in the future, a meeting at which nobody is said to have been, a group of another
    village; PermissionDenied.
    """
    with transaction.atomic():
        locked = records.open_village(village, by=by, permission=RECORD)
        event = PublicityEvent(
            village=locked,
            group=group,
            kind=kind,
            topic=topic.strip(),
            place=place.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
            attendance=attendance,
            held_by=held_by.strip(),
            recorded_by=by,
            recorded_on=today,
        )
        _check(event, today=today)
        stored = writing.store(event, by=by)
        evidence_files.attach(record=stored, files=evidence, by=by)
        return stored


def correct(
    *,
    event: PublicityEvent,
    changes: Mapping[str, Any],
    by: Any,
    today: dt.date,
    version: int,
    reason: str,
    evidence: Collection[EvidenceFile] | None = None,
) -> PublicityEvent:
    """Change what is on file (CORRECTABLE), such as the day on which something was taken down, and which files prove it (None:
    those that do). Raises as `record` does, with the
    code "conflict" if it is not the `version` that was read, for what was withdrawn."""
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        row = _opened(event, by=by, version=version)
        reason = records.said(reason, _("Say why this is corrected."))
        records.refuse_withdrawn(row)
        asked = {name: changes.get(name, getattr(row, name)) for name in CORRECTABLE}
        wanted = PublicityEvent(village=row.village, **asked)
        _check(wanted, today=today)
        row = records.change(row, {name: getattr(wanted, name) for name in CORRECTABLE}, by=by, reason=reason)
        records.prove(row, evidence, by=by, reason=reason)
        return row


def withdraw(*, event: PublicityEvent, by: Any, version: int, reason: str) -> PublicityEvent:
    """Take back what was wrong; it stays on file and counts no more. Raises as `records.withdraw` does; PermissionDenied."""
    with transaction.atomic():
        return records.withdraw(_opened(event, by=by, version=version), by=by, reason=reason)


def _opened(event: PublicityEvent, *, by: Any, version: int) -> PublicityEvent:
    row = records.lock(event, version=version, related=["village"])
    records.require(by, RECORD, row.village.path)
    return row


def _check(event: PublicityEvent, *, today: dt.date) -> None:
    """Put a meeting on its one day, and refuse what cannot be."""
    if event.starts_on > today:
        wrong = ValidationError(_("The day lies in the future."), code="future")
        raise ValidationError({"starts_on": wrong})
    group = event.group
    if group is not None and (group.level != AreaLevel.GROUP or group.parent_id != event.village.pk):
        raise ValidationError({"group": ValidationError(_("Choose a group of the village."), code="group")})
    if event.is_meeting:
        event.ends_on = event.starts_on
        if not event.attendance:
            raise ValidationError({"attendance": ValidationError(_("Say how many were present."), code="attendance")})
        return
    event.attendance = None
    if event.ends_on is not None and event.ends_on < event.starts_on:
        wrong = ValidationError(_("The last day lies before the first."), code="ends_on")
        raise ValidationError({"ends_on": wrong})
