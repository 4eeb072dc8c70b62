"""Tying files to records and taking them off. Call inside the transaction of the record's own change, after its own check of who
may write it."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, record_many
from jiangjin.evidence.models import EvidenceDetachment, EvidenceFile
from jiangjin.evidence.owners import code_of, evidence_owners


def attach(*, record: models.Model, files: Collection[EvidenceFile], by: Any, field: str = "evidence") -> None:
    """The record holds the files from now on, besides those that it holds. Logged with the record.

    Raises ValidationError by `field` for files that are no longer there, that somebody else uploaded, or that another record holds
    or held: a file proves one record, and nobody takes what they were not given. Those that the record holds already are left alone.
    """
    wanted = {file.pk for file in files}
    if not wanted:
        return
    with transaction.atomic():
        held = _held(record, field)
        fresh = wanted - set(held)
        rows = {row.pk: row for row in EvidenceFile.objects.select_for_update().filter(pk__in=fresh)}
        usable = EvidenceFile.objects.unused().filter(pk__in=fresh)
        if by is not None:
            usable = usable.filter(uploaded_by=by)
        if set(usable.order_by().values_list("pk", flat=True)) != fresh:
            message = _("One of the files is no longer there or belongs to another record. Add it again.")
            raise ValidationError({field: ValidationError(message, code="gone")})
        if fresh:
            getattr(record, field).add(*fresh)
            _log(record, field, held, held | {pk: str(row.key) for pk, row in rows.items()}, by=by)


def detach(
    *, record: models.Model, files: Collection[EvidenceFile], by: Any, reason: str, field: str = "evidence"
) -> None:
    """The record holds the files no longer; they stay, with the reason, and only readers of the change log see them.

    Raises ValidationError without a reason. Files that the record does not hold are left alone.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why the file is taken off."), code="reason")})
    with transaction.atomic():
        held = _held(record, field)
        gone = {file.pk for file in files} & set(held)
        if not gone:
            return
        getattr(record, field).remove(*gone)
        EvidenceDetachment.objects.bulk_create(
            EvidenceDetachment(
                file_id=pk,
                model=record._meta.label_lower,
                object_id=record.pk,
                label=str(record)[:200],
                area_path=getattr(record, "audit_area_path", "") or "",
                reason=reason[:500],
                detached_by=by,
            )
            for pk in sorted(gone)
        )
        kept = {pk: key for pk, key in held.items() if pk not in gone}
        _log(record, field, held, kept, by=by, reason=reason)


def _held(record: models.Model, field: str) -> dict[int, str]:
    """Keys of the files that the record holds, by their numbers."""
    if code_of(type(record), field) not in evidence_owners:
        raise ValueError(f"{type(record).__name__}.{field} is not registered as an owner of evidence")
    return {pk: str(key) for pk, key in getattr(record, field).order_by("pk").values_list("pk", "key")}


def _log(
    record: models.Model, field: str, before: dict[int, str], after: dict[int, str], *, by: Any, reason: str = ""
) -> None:
    change = Change(record, AuditAction.CHANGED, {field: list(before.values())}, {field: list(after.values())})
    record_many([change], by=by, reason=reason)
