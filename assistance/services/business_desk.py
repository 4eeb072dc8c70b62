"""Who may keep businesses and their ties, and how a change of one of them is written."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.permissions import EDIT_BUSINESSES
from households.services.batch import changed_entry
from jiangjin.areas.models import Area
from jiangjin.audit.services import record_many as log

R = TypeVar("R", bound=models.Model)


def may_edit(by: Any, area: Area) -> bool:
    """Whether the user keeps the businesses of an area; None is the system itself."""
    return by is None or bool(by.scope(EDIT_BUSINESSES).covers(area.path))


def check_area(by: Any, area: Area) -> None:
    """Raises PermissionDenied outside the user's area."""
    if not may_edit(by, area):
        raise PermissionDenied


def check_version(row: Any, version: int | None) -> None:
    """Raises ValidationError with the code "conflict" if it is not the version that was read; without one nothing is compared."""
    if version is not None and row.version != version:
        raise ValidationError(
            _(
                "Somebody else changed this after you opened it. Nothing was written; load the page again and repeat your "
                "change."
            ),
            code="conflict",
        )


def needed(reason: str, field: str = "reason") -> str:
    """The reason without blanks around it; raises ValidationError at its field where there is none."""
    if not reason.strip():
        raise ValidationError({field: ValidationError(_("Give the reason."), code="reason")})
    return reason.strip()


def not_later(field: str, day: dt.date | None, today: dt.date) -> None:
    """Raises ValidationError for a day in the future."""
    if day is not None and day > today:
        raise ValidationError({field: ValidationError(_("The day lies in the future."), code="future")})


def checked(row: R, *, exclude: Sequence[str] = ()) -> R:
    """The row, valid by its columns and constraints; raises ValidationError by field."""
    row.full_clean(exclude=exclude)
    return row


def change(row: Any, values: Mapping[str, Any], *, by: Any, reason: str, exclude: Sequence[str] = ()) -> Any:
    """Write the values that differ, with the next version and one entry in the change log; nothing where none does."""
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return row
    for name in before:
        setattr(row, name, values[name])
    checked(row, exclude=exclude)
    row.version += 1
    row.save(update_fields=[*before, "version"])
    log([changed_entry(row, before)], by=by, reason=reason)
    return row
