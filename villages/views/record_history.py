"""What happened to a record, as its change log tells it: who, when, what changed from what to what, why."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from jiangjin.audit.models import AuditAction, AuditEntry
from villages.views.record_pages import entries_of

ENTRIES_SHOWN = 40


@dataclass(frozen=True)
class Difference:
    """One answer before and after."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Happening:
    """An entry of the log; a new record tells no differences."""

    entry: AuditEntry
    differences: list[Difference]


def history(record: Model) -> list[Happening]:
    """The newest entries about a record."""
    entries = list(entries_of(record)[:ENTRIES_SHOWN])
    fields = {field.attname: field for field in record._meta.concrete_fields}
    names = _names(entries, fields)
    return [Happening(entry, _differences(entry, fields, names)) for entry in entries]


def _differences(entry: AuditEntry, fields: dict[str, Field], names: dict[tuple[str, Any], str]) -> list[Difference]:
    if entry.action != AuditAction.CHANGED:
        return []
    before, after = entry.before or {}, entry.after or {}
    return [
        Difference(
            fields[name].verbose_name,
            _shown(fields[name], before.get(name), names),
            _shown(fields[name], after[name], names),
        )
        for name in after
        if name in fields and name not in ("version", "withdrawn_at", "withdrawn_by_id")
    ]


def _names(entries: Sequence[AuditEntry], fields: dict[str, Field]) -> dict[tuple[str, Any], str]:
    """Names of the records that the entries refer to, by column and key; one query a kind."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for entry in entries:
        for values in (entry.before or {}, entry.after or {}):
            for name, value in values.items():
                if name in fields and fields[name].is_relation and value is not None:
                    wanted[name].add(value)
    found = {}
    for name, keys in wanted.items():
        related: Any = fields[name].related_model
        found.update({(name, row.pk): str(row) for row in _rows(related, keys)})
    return found


def _rows(model: Any, keys: Iterable[Any]) -> Iterable[Any]:
    return model._default_manager.filter(pk__in=keys)


def _shown(field: Field, value: Any, names: dict[tuple[str, Any], str]) -> str:
    """A stored value in words."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.is_relation:
        return names.get((field.attname, value), _("unknown"))
    labels: Any = dict(field.flatchoices)
    return str(labels.get(value, value))
