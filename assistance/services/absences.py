"""Households that are away: since when, until when. Absences of one household do not overlap."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.models import Absence
from assistance.services.desk import Desk
from assistance.services.visit_checks import refresh
from households.models import Household
from households.services.batch import changed_entry, created_entry
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start, next_month


def record(
    *,
    household: Household,
    starts_on: dt.date,
    reason: str,
    by: Any,
    today: dt.date,
    ends_on: dt.date | None = None,
) -> Absence:
    """The household is away from a day on, until `ends_on` (the last day) or until that is said.

    Raises ValidationError for days that lie before the registration or in the future, for an absence that overlaps another,
    for a missing reason; PermissionDenied.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why the household is away."), code="reason")})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": ValidationError(_("The last day lies before the first."), code="ends_on")})
    if starts_on > today:
        raise ValidationError({"starts_on": ValidationError(_("The first day lies in the future."), code="future")})
    with transaction.atomic():
        locked = _opened(household, by=by)
        if starts_on < locked.registered_on:
            message = _("The household is on the roll only from %(day)s.")
            error = ValidationError(message, code="not_registered", params={"day": locked.registered_on})
            raise ValidationError({"starts_on": error})
        _refuse_overlap(locked, starts_on, ends_on)
        absence = Absence(household=locked, starts_on=starts_on, ends_on=ends_on, reason=reason, recorded_by=by)
        absence.clean_fields(exclude=["household", "recorded_by"])
        absence.save()
        log([created_entry(Absence)(absence)], by=by)
        _tell(locked, starts_on, ends_on or today)
    return absence


def end(*, absence: Absence, ends_on: dt.date, by: Any, today: dt.date) -> Absence:
    """The last day of an open absence. Raises ValidationError for one that has ended, for a day before its first or in the
    future; PermissionDenied."""
    with transaction.atomic():
        locked = _opened(absence.household, by=by)
        row = Absence.objects.get(pk=absence.pk)
        row.household = locked
        if row.ends_on is not None:
            raise ValidationError(_("This absence ended on %(day)s."), code="ended", params={"day": row.ends_on})
        if ends_on < row.starts_on:
            raise ValidationError(
                {"ends_on": ValidationError(_("The last day lies before the first."), code="ends_on")}
            )
        if ends_on > today:
            raise ValidationError({"ends_on": ValidationError(_("The last day lies in the future."), code="future")})
        row.ends_on = ends_on
        row.save(update_fields=["ends_on"])
        log([changed_entry(row, {"ends_on": None})], by=by)
        _tell(locked, ends_on, today)
    return row


def _opened(household: Household, *, by: Any) -> Household:
    """The household, locked; raises PermissionDenied."""
    desk = Desk.opened([household.pk], by=by)
    locked = desk.households[household.pk]
    desk.writer.check(locked)
    return locked


def _refuse_overlap(household: Household, starts_on: dt.date, ends_on: dt.date | None) -> None:
    others = household.absences.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on))
    if ends_on is not None:
        others = others.filter(starts_on__lte=ends_on)
    other = others.order_by("starts_on").first()
    if other is None:
        return
    if other.ends_on is None:
        raise ValidationError(_("The household is away already; end that first."), code="overlap")
    raise ValidationError(
        _("The household was away from %(first)s to %(last)s; the two overlap."),
        code="overlap",
        params={"first": other.starts_on, "last": other.ends_on},
    )


def _tell(household: Household, first: dt.date, last: dt.date) -> None:
    """Days from `first` to `last` changed: mark their months and bring their checks in step."""
    months = list(_months(first, last))
    for month in months:
        mark_households([household.pk], facts=[Fact.ABSENCE], month=month)
    refresh([household.pk], months=months)


def _months(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = month_start(first)
    while month <= last:
        yield month
        month = next_month(month)
