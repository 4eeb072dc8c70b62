"""Writing to the audit log. Call inside the transaction of the change itself.

Personal numbers never reach the log in plain: snapshots leave sealed fields out and keep the masked ones.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.common.personal import EncryptedTextField
from jiangjin.common.set_based import insert_rows

JSONObject = dict[str, Any]
# What `record_many` fills, in its order.
COLUMNS = (
    *("at", "actor_id", "actor_name", "action", "model", "object_id", "label", "area_path", "household_id"),
    *("before", "after", "reason", "job_id"),
)


@dataclass(frozen=True)
class Change:
    """One record's change, for `record_many`."""

    obj: models.Model
    action: AuditAction
    before: JSONObject | None = None
    after: JSONObject | None = None


def plain(value: Any) -> Any:
    """A value as the log keeps it."""
    if isinstance(value, dt.date | dt.datetime | Decimal | uuid.UUID):
        return str(value)
    return value


def snapshot(obj: models.Model, fields: Sequence[str] | None = None) -> JSONObject:
    """The stored columns of a record, without sealed fields, their digests and generated columns."""
    values: JSONObject = {}
    for field in obj._meta.concrete_fields:
        if fields is not None and field.name not in fields and field.attname not in fields:
            continue
        if isinstance(field, EncryptedTextField) or field.name.endswith("_digest") or field.generated:
            continue
        values[field.attname] = plain(getattr(obj, field.attname))
    return values


def differences(before: JSONObject, after: JSONObject) -> tuple[JSONObject, JSONObject]:
    """Only the columns that differ, on either side."""
    changed = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in changed}, {key: after[key] for key in changed}


def record(
    *,
    by: Any,
    action: AuditAction,
    obj: models.Model | None = None,
    model: str = "",
    label: str = "",
    before: JSONObject | None = None,
    after: JSONObject | None = None,
    reason: str = "",
    area_path: str = "",
    household_id: int | None = None,
    job_id: int | None = None,
) -> AuditEntry:
    """Write one entry. `by` is a user, or None for the system itself."""
    entry = _entry(by=by, action=action, obj=obj, model=model, label=label, before=before, after=after)
    entry.reason = reason[:500]
    entry.area_path = area_path or entry.area_path
    entry.household_id = household_id or entry.household_id
    entry.job_id = job_id
    entry.save()
    return entry


def record_many(changes: Iterable[Change], *, by: Any, reason: str = "", job_id: int | None = None) -> int:
    """Write one entry a change, in few statements; returns how many. Bulk work is logged record by record like any other."""
    at = timezone.now()
    actor = _actor(by)
    return insert_rows(
        AuditEntry,
        COLUMNS,
        [
            (
                at,
                *actor,
                change.action,
                change.obj._meta.label_lower,
                change.obj.pk,
                str(change.obj)[:200],
                getattr(change.obj, "audit_area_path", "") or "",
                getattr(change.obj, "audit_household_id", None),
                change.before,
                change.after,
                reason[:500],
                job_id,
            )
            for change in changes
        ],
    )


def _actor(by: Any) -> tuple[int | None, str]:
    """Number and name of who did it; None is the system itself."""
    return (by.pk, str(by)) if by is not None else (None, "system")


def _entry(
    *, by: Any, action: AuditAction, obj: models.Model | None, model: str, label: str, before: Any, after: Any
) -> AuditEntry:
    actor_id, actor_name = _actor(by)
    return AuditEntry(
        actor_id=actor_id,
        actor_name=actor_name,
        action=action,
        model=model or (obj._meta.label_lower if obj is not None else ""),
        object_id=obj.pk if obj is not None else None,
        label=(label or (str(obj) if obj is not None else ""))[:200],
        area_path=getattr(obj, "audit_area_path", "") or "",
        household_id=getattr(obj, "audit_household_id", None),
        before=before,
        after=after,
    )
