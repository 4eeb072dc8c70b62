"""Who changed what in a village's file, from the change log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.common.money import fen_to_yuan

APP = "villages"
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
    return [_shown(entry) for entry in _log(village).order_by("-at", "-pk")[:SHOWN]]


def last_change(village: Area) -> tuple[str, str]:
    """Who wrote to the village's file last, and when."""
    written = _log(village).exclude(action__in=[AuditAction.REVEALED, AuditAction.EXPORTED])
    entry = written.order_by("-at", "-pk").first()
    if entry is None:
        return _("Somebody else"), ""
    return entry.actor_name, timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def _log(village: Area) -> models.QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(area_path=village.path, model__startswith=f"{APP}.")


def _shown(entry: AuditEntry) -> Shown:
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
                Told(str(capfirst(field.verbose_name)), reads(field, before.get(name)), reads(field, after.get(name)))
            )
    return Shown(entry, str(capfirst(model._meta.verbose_name)), changes)


def reads(field: models.Field, value: Any) -> str:
    """A logged value of a column as a person reads it."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.name.endswith("_fen"):
        return _("%(amount)s yuan") % {"amount": f"{fen_to_yuan(value):,}"}
    choices: Mapping[Any, Any] = dict(field.flatchoices)
    return str(choices.get(value, value))
