"""What a visit said before, field by field, as a person reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from assistance.models import Visit, VisitRevision
from households.models import Helper
from jiangjin.common.money import fen_to_yuan


@dataclass(frozen=True)
class Change:
    """One answer before and after a correction."""

    label: Any
    before: str
    after: str


@dataclass(frozen=True)
class Correction:
    """A correction with its changes."""

    revision: VisitRevision
    changes: list[Change]


def corrections(visit: Visit) -> list[Correction]:
    """All of them, newest first."""
    revisions = list(visit.revisions.select_related("changed_by").order_by("-version"))
    helpers = _helpers(visit, revisions)
    after: dict[str, Any] = {field.attname: getattr(visit, field.attname) for field in Visit._meta.concrete_fields}
    found = []
    for revision in revisions:
        changes = [
            Change(_field(name).verbose_name, _shown(name, value, helpers), _shown(name, after[name], helpers))
            for name, value in revision.values.items()
        ]
        found.append(Correction(revision, changes))
        after |= revision.values
    return found


def _helpers(visit: Visit, revisions: Sequence[VisitRevision]) -> dict[int, str]:
    keys = {visit.helper_id, *(row.values["helper_id"] for row in revisions if "helper_id" in row.values)}
    return {helper.pk: str(helper) for helper in Helper.objects.filter(pk__in=keys)}


def _field(attname: str) -> models.Field:
    return next(field for field in Visit._meta.concrete_fields if field.attname == attname)


def _shown(attname: str, value: Any, helpers: dict[int, str]) -> str:
    """A stored value in words."""
    if attname == "helper_id":
        return helpers.get(value, "")
    if value is None or value == "":
        return _("nothing")
    if attname.endswith("_fen"):
        return _("%(amount)s yuan") % {"amount": f"{fen_to_yuan(value):,}"}
    labels: Any = dict(_field(attname).flatchoices)
    return str(labels.get(value, value))
