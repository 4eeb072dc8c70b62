"""Rectifications of weak village organisations: begun, corrected, closed with what came of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of
from jiangjin.areas.models import Area
from villages.models import Rectification
from villages.permissions import RECTIFY
from villages.services.writing import change, check_day, check_reason, check_version, open_village, store

CORRECTABLE = ("starts_on", "problem", "measures", "responsible", "result", "ends_on")


def begin(
    *, village: Area, starts_on: dt.date, problem: str, measures: str, responsible: str, by: Any, today: dt.date
) -> Rectification:
    """Begin one. Raises ValidationError by field, for a village of which one is open or covers the day, and PermissionDenied."""
    check_day("starts_on", starts_on, today=today)
    with transaction.atomic():
        held = open_village(village, by=by, permission=RECTIFY)
        row = Rectification(
            village=held,
            starts_on=starts_on,
            problem=problem.strip(),
            measures=measures.strip(),
            responsible=responsible.strip(),
            recorded_by=by,
        )
        _check_apart(row)
        return store(row, by=by)


def correct(
    *, rectification: Rectification, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> Rectification:
    """Correct what stands there (CORRECTABLE; the result and the last day only of a closed one). Raises ValidationError by
    field, with the code "conflict" if it is not the `version` that was read, and PermissionDenied."""
    one_of(changes, CORRECTABLE)
    reason = check_reason(reason)
    for name in {"starts_on", "ends_on"} & set(changes):
        check_day(name, changes[name], today=today)
    with transaction.atomic():
        row = _opened(rectification, by=by, version=version)
        if row.ends_on is None and {"result", "ends_on"} & set(changes):
            raise ValueError("an open rectification has no result yet")
        trial = Rectification(
            pk=row.pk,
            village=row.village,
            starts_on=changes.get("starts_on", row.starts_on),
            ends_on=changes.get("ends_on", row.ends_on),
        )
        _check_order(trial)
        _check_apart(trial)
        change(row, changes, by=by, reason=reason)
        return row


def close(
    *, rectification: Rectification, ends_on: dt.date, result: str, by: Any, version: int, today: dt.date
) -> Rectification:
    """Close it with what came of it. Raises ValidationError by field, for one that is closed, with the code "conflict" as
    `correct` does, and PermissionDenied."""
    result = check_reason(result, "result")
    check_day("ends_on", ends_on, today=today)
    with transaction.atomic():
        row = _opened(rectification, by=by, version=version)
        if row.ends_on is not None:
            raise ValidationError(_("This was closed on %(day)s."), code="closed", params={"day": row.ends_on})
        _check_order(Rectification(starts_on=row.starts_on, ends_on=ends_on))
        row.closed_by, row.closed_at = by, timezone.now()
        change(row, {"ends_on": ends_on, "result": result[:500]}, by=by, reason=result)
        return row


def _opened(rectification: Rectification, *, by: Any, version: int) -> Rectification:
    held = open_village(rectification.village, by=by, permission=RECTIFY)
    row = Rectification.objects.get(pk=rectification.pk)
    row.village = held
    check_version(row, version)
    return row


def _check_order(row: Rectification) -> None:
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise ValidationError(
            {
                "ends_on": ValidationError(
                    _("The last day lies before the first, %(day)s."), code="order", params={"day": row.starts_on}
                )
            }
        )


def _check_apart(row: Rectification) -> None:
    """Two rectifications of a village do not overlap."""
    others = Rectification.objects.filter(village=row.village).exclude(pk=row.pk)
    if row.ends_on is None and others.open().exists():
        raise ValidationError(_("A rectification of this village is open already; close that first."), code="open")
    overlapping = [other for other in others if _overlap(row, other)]
    if overlapping:
        raise ValidationError(
            {
                "starts_on": ValidationError(
                    _("It would overlap with that of %(first)s to %(last)s."),
                    code="overlap",
                    params={"first": overlapping[0].starts_on, "last": overlapping[0].ends_on or "…"},
                )
            }
        )


def _overlap(one: Rectification, other: Rectification) -> bool:
    begins_in_time = other.ends_on is None or one.starts_on <= other.ends_on
    return begins_in_time and (one.ends_on is None or other.starts_on <= one.ends_on)
