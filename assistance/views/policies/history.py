"""What was changed about a document, as its page tells it: who, when, what, why."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import pgettext

from assistance.models import ClauseBasis, PolicyClause, PolicyDocument
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.common.components import TimelineEvent
from jiangjin.common.words import listed

MODELS: dict[str, Any] = {model._meta.label_lower: model for model in (PolicyDocument, PolicyClause)}


def events(entries: Iterable[AuditEntry]) -> list[TimelineEvent]:
    """One event an entry, in their order."""
    return [
        TimelineEvent(
            at=entry.at,
            title=_title(entry),
            text=_text(entry),
            by=entry.actor_name,
            icon="plus" if entry.action == AuditAction.CREATED else "pencil",
        )
        for entry in entries
    ]


def _title(entry: AuditEntry) -> str:
    about = MODELS[entry.model]._meta.verbose_name
    return pgettext("what was done to what", "%(action)s: %(what)s") % {
        "action": AuditAction(entry.action).label,
        "what": about if MODELS[entry.model] is PolicyDocument else f"{about}“{entry.label}”",
    }


def _text(entry: AuditEntry) -> str:
    """Which answers were changed, and why."""
    changed = listed(_name(entry.model, name) for name in entry.after or {}) if entry.before else ""
    return " · ".join(part for part in (changed, entry.reason) if part)


def _name(model: str, column: str) -> str:
    if column == "norms":
        return str(ClauseBasis._meta.verbose_name)
    try:
        return str(MODELS[model]._meta.get_field(column.removesuffix("_id")).verbose_name)
    except FieldDoesNotExist:
        return column
