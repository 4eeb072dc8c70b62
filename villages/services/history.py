"""Who changed what in a village's file, from the change log."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.common.money import fen_to_yuan

APP = "villages"
# By model and key, what a record is called.
Names: TypeAlias = dict[tuple[Any, Any], str]
SHOWN = 50
# Who wrote is told by the entry itself, where it belongs by the page.
LEFT_OUT = {"village", "recorded_by", "listed_by", "delisted_by", "closed_by", "is_demo"}


@dataclass(frozen=True)
class Told:
    """One column of a change: what stood there, what stands there now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Shown:
    """One entry of the log in words. `what`: the kind of record."""

    entry: AuditEntry
    what: str
    changes: list[Told]


def entries(village: Area) -> list[Shown]:
    """The newest entries about the village's file."""
    found = list(_log(village).order_by("-at", "-pk")[:SHOWN])
    names = names_of(found)
    return [_shown(entry, names) for entry in found]


def last_change(village: Area) -> tuple[str, str]:
    """Who wrote to the village's file last, and when."""
    written = _log(village).exclude(action__in=[AuditAction.REVEALED, AuditAction.EXPORTED])
    entry = written.order_by("-at", "-pk").first()
    if entry is None:
        return _("Somebody else"), ""
    return entry.actor_name, timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def _log(village: Area) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(area_path=village.path, model__startswith=f"{APP}.")


def names_of(entries: Iterable[AuditEntry]) -> Names:
    """What the entries' references to other records are called, by model and key; one query a model."""
    wanted: dict[Any, set[Any]] = defaultdict(set)
    for entry in entries:
        for field in _fields(entry):
            if field.is_relation:
                values = ((entry.before or {}).get(field.attname), (entry.after or {}).get(field.attname))
                wanted[field.related_model].update(value for value in values if value is not None)
    rows = [row for model, keys in wanted.items() for row in model._default_manager.filter(pk__in=keys)]
    return {(type(row), row.pk): str(row) for row in rows}


def _fields(entry: AuditEntry) -> list[Any]:
    """The columns of the record that an entry is about."""
    try:
        return list(apps.get_model(entry.model)._meta.concrete_fields)
    except LookupError:
        return []


def _shown(entry: AuditEntry, names: Names) -> Shown:
    try:
        model = apps.get_model(entry.model)
    except LookupError:
        return Shown(entry, entry.model, [])
    changes = []
    before, after = entry.before or {}, entry.after or {}
    if entry.action in {AuditAction.CREATED, AuditAction.CHANGED}:
        for field in model._meta.concrete_fields:
            name = field.attname
            if field.name in LEFT_OUT or (name not in before and name not in after):
                continue
            changes.append(
                Told(
                    str(capfirst(field.verbose_name)),
                    reads(field, before.get(name), names),
                    reads(field, after.get(name), names),
                )
            )
    return Shown(entry, str(capfirst(model._meta.verbose_name)), changes)


def reads(field: models.Field, value: Any, names: Names) -> str:
    """A logged value of a column as a person reads it; `names`: of what it refers to."""
    if value is None or value == "":
        return _("nothing")
    if field.is_relation:
        return names.get((field.related_model, value), _("unknown"))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name.endswith("_fen"):
        return _("%(amount)s yuan") % {"amount": f"{fen_to_yuan(value):,}"}
    choices: Mapping[Any, Any] = dict(field.flatchoices)
    return str(choices.get(value, value))
