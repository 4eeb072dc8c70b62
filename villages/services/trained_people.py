"""People of a village who were trained: recorded, corrected, taken back."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of
from jiangjin.areas.models import Area
from jiangjin.evidence import services as evidence_files
from jiangjin.evidence.models import EvidenceFile
from villages.models import TrainedPerson
from villages.permissions import RECORD
from villages.services import records, writing

CORRECTABLE = ("kind", "name", "subject", "place", "started_on", "finished_on", "certificate")


def record(
    *,
    village: Area,
    kind: str,
    name: str,
    subject: str,
    finished_on: dt.date,
    by: Any,
    today: dt.date,
    evidence: Collection[EvidenceFile] = (),
    started_on: dt.date | None = None,
    place: str = "",
    certificate: str = "",
) -> TrainedPerson:
    """Somebody of the village was trained. Raises ValidationError by field: for somebody who is on file as that already, for a
    training that is not over; PermissionDenied."""
    with transaction.atomic():
        locked = records.open_village(village, by=by, permission=RECORD)
        person = TrainedPerson(
            village=locked,
            kind=kind,
            subject=subject.strip(),
            place=place.strip(),
            started_on=started_on,
            finished_on=finished_on,
            certificate=certificate.strip(),
            recorded_by=by,
            recorded_on=today,
            **records.named(name),
        )
        _check(person, today=today)
        stored = writing.store(person, by=by)
        evidence_files.attach(record=stored, files=evidence, by=by)
        return stored


def correct(
    *,
    person: TrainedPerson,
    changes: Mapping[str, Any],
    by: Any,
    today: dt.date,
    version: int,
    reason: str,
    evidence: Collection[EvidenceFile] | None = None,
) -> TrainedPerson:
    """Change what is on file (CORRECTABLE), and which files prove it (None: those that do). Raises as `record` does, with the code "conflict" if it is not the `version` that was
    read, for what was withdrawn."""
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        row = _opened(person, by=by, version=version)
        reason = records.said(reason, _("Say why this is corrected."))
        records.refuse_withdrawn(row)
        finished_on = changes.get("finished_on", row.finished_on)
        _check(TrainedPerson(village=row.village, finished_on=finished_on), today=today)
        row = records.change(row, changes, by=by, reason=reason)
        records.prove(row, evidence, by=by, reason=reason)
        return row


def withdraw(*, person: TrainedPerson, by: Any, version: int, reason: str) -> TrainedPerson:
    """Take back what was wrong; it stays on file and counts no more. Raises as `records.withdraw` does; PermissionDenied."""
    with transaction.atomic():
        return records.withdraw(_opened(person, by=by, version=version), by=by, reason=reason)


def _opened(person: TrainedPerson, *, by: Any, version: int) -> TrainedPerson:
    records.open_village(person.village, by=by, permission=RECORD)
    row = records.lock(person, version=version, related=["village"])
    return row


def _check(person: TrainedPerson, *, today: dt.date) -> None:
    if person.finished_on > today:
        wrong = ValidationError(_("The training is not over yet."), code="future")
        raise ValidationError({"finished_on": wrong})
