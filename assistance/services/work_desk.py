"""What relocation, house repair and courses share: whose enrolment it is, and how a change is written."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.models import Enrolment, EnrolmentState, MeasureDetail
from assistance.permissions import PROPOSE_MEASURES
from assistance.services.enrolment_desk import EnrolmentDesk
from households.services.batch import changed_entry, created_entry
from jiangjin.areas.models import Area
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start


def may_report(by: Any, area: Area) -> bool:
    """Whether the user reports on measures of an area; None is the system itself."""
    return by is None or bool(by.scope(PROPOSE_MEASURES).covers(area.path))


def check_area(by: Any, area: Area) -> None:
    """Raises PermissionDenied outside the user's area."""
    if not may_report(by, area):
        raise PermissionDenied


def opened(enrolment: Enrolment, *, detail: MeasureDetail, by: Any, version: int | None) -> Enrolment:
    """The enrolment as it stands, its household locked until the transaction ends.

    Raises ValidationError with the code "detail" where its measure does not ask for this, "state" for a stopped one, "conflict" if
    it is not the `version` that was read; PermissionDenied outside the user's area.
    """
    desk = EnrolmentDesk.opened([enrolment.household_id], by=by)
    household = desk.households[enrolment.household_id]
    check_area(by, household.village)
    row = Enrolment.objects.select_related("measure", "member").get(pk=enrolment.pk)
    row.household = household
    if row.measure.detail != detail:
        raise ValidationError(_("This measure does not ask for that."), code="detail")
    if row.state == EnrolmentState.STOPPED:
        raise ValidationError(_("This enrolment has been stopped."), code="state")
    if version is not None and row.version != version:
        raise ValidationError(
            _(
                "Somebody else changed this after you opened it. Nothing was written; load the page again and repeat your "
                "change."
            ),
            code="conflict",
        )
    return row


def check_day(field: str, day: dt.date | None, enrolment: Enrolment, *, today: dt.date) -> None:
    """Raises ValidationError for a day in the future, or before the measure was approved."""
    if day is None:
        return
    if day > today:
        raise ValidationError({field: ValidationError(_("The day lies in the future."), code="future")})
    if enrolment.approved_on is None:
        message = _("The measure has not been approved yet.")
        raise ValidationError({field: ValidationError(message, code="not_approved")})
    if day < enrolment.approved_on:
        message = _("It was approved on %(day)s; the day cannot be earlier.")
        raise ValidationError(
            {field: ValidationError(message, code="before_approved", params={"day": enrolment.approved_on})}
        )


def put(row: Any, values: Mapping[str, Any], *, by: Any, reason: str = "") -> dict[str, Any]:
    """Write a new row, or the values of a stored one that differ, with its entry in the change log. Returns what was there before
    (empty where nothing differs, or all was new)."""
    if row.pk is None:
        for name, value in values.items():
            setattr(row, name, value)
        row.full_clean(exclude=["enrolment"])
        row.save()
        log([created_entry(type(row))(row)], by=by, reason=reason)
        return {}
    before = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    if not before:
        return {}
    for name in before:
        setattr(row, name, values[name])
    row.full_clean(exclude=["enrolment"])
    stored = list(before)
    if hasattr(row, "version"):
        row.version += 1
        stored.append("version")
    row.save(update_fields=stored)
    log([changed_entry(row, before)], by=by, reason=reason)
    return before


def advance(enrolment: Enrolment, *, today: dt.date) -> None:
    """What belongs to the enrolment has changed: its version goes up, and whoever computes from it is told."""
    enrolment.version += 1
    enrolment.save(update_fields=["version"])
    mark_households([enrolment.household_id], facts=[Fact.MEASURE], month=month_start(today))


def of_enrolment(model: type[models.Model], enrolment: Enrolment) -> Any:
    """The detail of an enrolment, or a new one that is not stored yet."""
    found: Any = model._default_manager.filter(enrolment=enrolment).first()
    return found if found is not None else model(enrolment=enrolment)  # type: ignore[misc]
