"""What all writing to village files shares: who may, one at a time, nobody overwrites in silence, and the change log."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.services.batch import SEALED, changed_entry, created_entry, sealed_columns
from jiangjin.areas.models import Area
from jiangjin.audit.services import record_many

Row = TypeVar("Row", bound=models.Model)


def open_village(village: Area, *, by: Any, permission: str) -> Area:
    """The village, held until the transaction ends: whoever writes to its file waits here. Raises PermissionDenied unless `by`
    (None: the system itself) holds the permission over it. Call inside `transaction.atomic`."""
    held = Area.objects.select_for_update(of=("self",), no_key=True).get(pk=village.pk)
    if by is not None and not by.scope(permission).covers(held.path):
        raise PermissionDenied
    return held


def check_version(row: models.Model | None, version: int | None) -> None:
    """Raises ValidationError if the row is not the `version` that was read; 0 is that of a row that was not there yet."""
    stored = getattr(row, "version", 0) if row is not None else 0
    if version is not None and stored != version:
        raise ValidationError(
            _(
                "Somebody else changed this after you opened it. Nothing was written; load the page again and repeat your "
                "change."
            ),
            code="conflict",
        )


def check_day(name: str, day: dt.date, *, today: dt.date) -> None:
    """Raises ValidationError for a day that has not come."""
    if day > today:
        raise ValidationError({name: ValidationError(_("The day lies in the future."), code="future")})


def check_reason(reason: str, name: str = "reason") -> str:
    """The reason without blanks around it; raises ValidationError for none."""
    if not any(character.isalnum() for character in reason):
        raise ValidationError({name: ValidationError(_("Say why."), code="reason")})
    return reason.strip()


def store(row: Row, *, by: Any, reason: str = "") -> Row:
    """A new row, checked and logged."""
    row.full_clean()
    row.save()
    record_many([created_entry(type(row))(row)], by=by, reason=reason)
    return row


def change(
    row: Row, values: Mapping[str, Any], *, by: Any, reason: str = "", also: Mapping[str, Any] | None = None
) -> bool:
    """Set columns of a stored row (see `assign`); False, and nothing written, if none differs. `also` follows a change and is
    not one by itself."""
    before = assign(row, values)
    if not before:
        return False
    before |= assign(row, also or {})
    row.version += 1  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
    record_many([changed_entry(row, before)], by=by, reason=reason)
    return True


def assign(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set columns; returns what stood there before in those that differ. A personal number in plain brings its digest and mask
    along."""
    before = {}
    for name, value in values.items():
        columns = sealed_columns(name, value) if name in SEALED else {name: value}
        for column, new in columns.items():
            old = getattr(row, column)
            if old != new:
                before[column] = old
                setattr(row, column, new)
    return before
