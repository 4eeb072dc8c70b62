"""How services of village helpers and publicity write: one at a time in a village, with last days that are set once."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.romanise import initials, pinyin
from jiangjin.evidence import services as evidence_files
from jiangjin.evidence.models import EvidenceFile
from villages.models.dated import Dated, NamedPerson
from villages.models.withdrawable import Withdrawable
from villages.services import writing

Row = TypeVar("Row", bound=models.Model)
D = TypeVar("D", bound=Dated)
W = TypeVar("W", bound=Withdrawable)


def require(by: Any, permission: str, path: str) -> None:
    """Raises PermissionDenied unless `by` holds the permission over the area; None is the system itself."""
    if by is not None and not by.scope(permission).covers(path):
        raise PermissionDenied


def open_village(village: Area, *, by: Any, permission: str) -> Area:
    """As `writing.open_village`; raises ValidationError for an area that is no village."""
    if village.level != AreaLevel.VILLAGE:
        raise ValidationError({"village": ValidationError(_("Choose a village."), code="village")})
    return writing.open_village(village, by=by, permission=permission)


def lock(row: Row, *, version: int, related: Iterable[str] = ()) -> Row:
    """The row as it stands, locked. Raises ValidationError with the code "conflict" if it is not the `version` that was read.
    Call inside `transaction.atomic`."""
    rows = type(row)._default_manager.select_for_update(of=("self",)).select_related(*related)
    fresh = rows.get(pk=row.pk)
    writing.check_version(fresh, version)
    return fresh


def change(row: Row, values: Mapping[str, Any], *, by: Any, reason: str = "") -> Row:
    """As `writing.change`: texts without blanks around them, a person's name with its readings."""
    columns: dict[str, Any] = {}
    for name, value in values.items():
        text = value.strip() if isinstance(value, str) else value
        columns |= named(text) if name == "name" and isinstance(row, NamedPerson) else {name: text}
    writing.change(row, columns, by=by, reason=reason)
    return row


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


def prove(row: Any, files: Collection[EvidenceFile] | None, *, by: Any, reason: str) -> None:
    """These files prove the record from now on; those that did and are not among them are taken off. None leaves them as they are.
    Raises ValidationError as `attach` does."""
    if files is None:
        return
    kept = {file.pk for file in files}
    gone = [file for file in row.evidence.all() if file.pk not in kept]
    evidence_files.detach(record=row, files=gone, by=by, reason=reason)
    evidence_files.attach(record=row, files=files, by=by)


def refuse_withdrawn(row: Withdrawable) -> None:
    """Raises ValidationError for what was taken back."""
    if row.withdrawn_at is not None:
        raise ValidationError(_("This has been withdrawn."), code="withdrawn")
