"""How services of the village file write: who may, one at a time in a village, with versions and the change log."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from households.services.batch import changed_entry, created_entry, sealed_columns
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.services import record_many as log
from jiangjin.common.romanise import initials, pinyin
from villages.models.dated import Dated, NamedPerson
from villages.models.withdrawable import Withdrawable

Row = TypeVar("Row", bound=models.Model)
D = TypeVar("D", bound=Dated)
W = TypeVar("W", bound=Withdrawable)


def require(by: Any, permission: str, path: str) -> None:
    """Raises PermissionDenied unless `by` holds the permission over the area; None is the system itself."""
    if by is not None and not by.scope(permission).covers(path):
        raise PermissionDenied(_("This village is not among those you keep."))


def lock_area(area: Area) -> Area:
    """The area's row, locked: what must be there once is looked for and made by one at a time. Others go on writing what refers
    to it. Call inside `transaction.atomic`."""
    return Area.objects.select_for_update(no_key=True).get(pk=area.pk)


def lock_village(village: Area) -> Area:
    """The same for a village; raises ValidationError for another level."""
    if village.level != AreaLevel.VILLAGE:
        raise ValidationError({"village": ValidationError(_("Choose a village."), code="village")})
    return lock_area(village)


def lock(row: Row, *, version: int, related: Iterable[str] = ()) -> Row:
    """The row as it stands, locked. Raises ValidationError with the code "conflict" if it is not the `version` that was read.
    Call inside `transaction.atomic`."""
    rows = type(row)._default_manager.select_for_update(of=("self",)).select_related(*related)
    fresh = rows.get(pk=row.pk)
    if fresh.version != version:  # type: ignore[attr-defined]
        raise ValidationError(
            _(
                "Somebody else changed this after you opened it. Nothing was written; load the page again and repeat your "
                "change."
            ),
            code="conflict",
        )
    return fresh


def add(row: Row, *, by: Any) -> Row:
    """Store a new row and log it. Raises ValidationError by field, and with a constraint's sentence."""
    _check(row)
    row.save()
    log([created_entry(type(row))(row)], by=by)
    return row


def change(row: Row, values: Mapping[str, Any], *, by: Any, reason: str = "") -> Row:
    """Set columns of a stored row, log what differs, count its version up; nothing if nothing differs. Raises as `add` does.

    A phone in plain brings its digest and mask along, a name its readings.
    """
    columns: dict[str, Any] = {}
    for name, value in values.items():
        columns |= columns_of(row, name, value)
    before = {name: getattr(row, name) for name in columns if getattr(row, name) != columns[name]}
    if not before:
        return row
    for name in before:
        setattr(row, name, columns[name])
    _check(row)
    row.version += 1  # type: ignore[attr-defined]
    row.save(update_fields=[*before, "version"])
    log([changed_entry(row, before)], by=by, reason=reason)
    return row


def columns_of(row: models.Model, name: str, value: Any) -> dict[str, Any]:
    """What an answer sets: texts without blanks around them, readings of a person's name, seal, digest and mask of a phone."""
    if isinstance(value, str):
        value = value.strip()
    if name == "phone":
        return sealed_columns(name, value)
    if name == "name" and isinstance(row, NamedPerson):
        return named(value)
    return {name: value}


def named(name: str) -> dict[str, str]:
    """A person's name with its readings."""
    name = name.strip()
    return {"name": name, "name_pinyin": pinyin(name), "name_initials": initials(name)}


def said(reason: str, message: Any) -> str:
    """A reason without blanks around it; raises ValidationError with the message without one."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(message, code="reason")})
    return reason[:200]


def close(row: D, *, ends_on: dt.date, reason: str, by: Any) -> D:
    """The last day of a dated row that is open. Raises ValidationError for one that has its last day, for a day before its
    first, and without a reason."""
    reason = said(reason, _("Say why it ends."))
    if row.ends_on is not None:
        message = _("The last day has been set already: %(day)s.")
        raise ValidationError(message, code="ended", params={"day": row.ends_on})
    if ends_on < row.starts_on:
        wrong = ValidationError(_("The last day lies before the first."), code="ends_on")
        raise ValidationError({"ends_on": wrong})
    return change(row, {"ends_on": ends_on, "end_reason": reason}, by=by, reason=reason)


def close_before(row: D, *, on: dt.date, reason: str, by: Any) -> D:
    """End a dated row the day before another takes its place. Raises ValidationError, about `starts_on`, for a day on which
    it has not begun yet."""
    if on <= row.starts_on:
        message = _("The former began on %(day)s: the new one begins later than that.")
        raise ValidationError({"starts_on": ValidationError(message, code="too_early", params={"day": row.starts_on})})
    return close(row, ends_on=on - dt.timedelta(days=1), reason=reason, by=by)


def withdraw(row: W, *, by: Any, reason: str) -> W:
    """Take back what was wrong. Raises ValidationError for what was taken back already, and without a reason."""
    reason = said(reason, _("Say why it is withdrawn."))
    refuse_withdrawn(row)
    values = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawn_reason": reason}
    return change(row, values, by=by, reason=reason)


def refuse_withdrawn(row: Withdrawable) -> None:
    """Raises ValidationError for what was taken back."""
    if row.withdrawn_at is not None:
        raise ValidationError(_("This has been withdrawn."), code="withdrawn")


def _check(row: models.Model) -> None:
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation}
    row.clean_fields(exclude=relations)
    row.validate_constraints()
