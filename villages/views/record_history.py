"""What happened to a record, as its change log tells it: who, when, what changed from what to what, why."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from jiangjin.audit.models import AuditAction, AuditEntry
from villages.services.history import Names, Told, names_of, reads
from villages.views.record_pages import entries_of

ENTRIES_SHOWN = 40
# Who wrote is told by the entry itself.
LEFT_OUT = {"version", "withdrawn_at", "withdrawn_by"}


@dataclass(frozen=True)
class Happening:
    """An entry of the log; a new record tells no changes."""

    entry: AuditEntry
    changes: list[Told]


def history(record: Model) -> list[Happening]:
    """The newest entries about a record."""
    entries = list(entries_of(record)[:ENTRIES_SHOWN])
    names = names_of(entries)
    return [Happening(entry, _changes(entry, record, names)) for entry in entries]


def _changes(entry: AuditEntry, record: Model, names: Names) -> list[Told]:
    if entry.action != AuditAction.CHANGED:
        return []
    before: dict[str, Any] = entry.before or {}
    after: dict[str, Any] = entry.after or {}
    return [
        Told(
            str(field.verbose_name),
            reads(field, before.get(field.attname), names),
            reads(field, after[field.attname], names),
        )
        for field in record._meta.concrete_fields
        if field.attname in after and field.name not in LEFT_OUT
    ]
