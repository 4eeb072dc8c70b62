"""Training courses (培训): held, and who took part."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assistance.models import Course, Enrolment, EnrolmentState, MeasureDetail
from assistance.services.work_desk import check_area, put
from households.models import Household
from households.services.batch import one_of
from jiangjin.areas.models import PATH_STEP, Area
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start

FIELDS = ("name", "subject", "unit", "starts_on", "ends_on", "hours")
MOST_DAYS = 366


def enter(*, area: Area, values: Mapping[str, Any], by: Any, today: dt.date) -> Course:
    """Enter a course held in an area (`values`: FIELDS). Raises ValidationError by field, PermissionDenied."""
    one_of(values, FIELDS)
    check_area(by, area)
    _check_days(values["starts_on"], values["ends_on"], today)
    _check_unit(values.get("unit"), area)
    with transaction.atomic():
        course = Course(area=area)
        put(course, values, by=by)
    return course


def correct(
    *, course: Course, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> Course:
    """Change what is on file of a course. Raises ValidationError by field, without a reason, with the code "conflict" if it is not
    the `version` that was read; PermissionDenied."""
    one_of(changes, FIELDS)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Give the reason."), code="reason")})
    with transaction.atomic():
        row = _opened(course, by=by, version=version)
        _check_days(changes.get("starts_on", row.starts_on), changes.get("ends_on", row.ends_on), today)
        _check_unit(changes.get("unit"), row.area)
        put(row, changes, by=by, reason=reason.strip())
    return row


def candidates(*, course: Course, user: Any) -> QuerySet[Enrolment]:
    """Enrolments that may take part: approved or under way in a measure that asks for a course, of the course's year, of households
    of its area within the user's scope, not in it yet."""
    from assistance.permissions import PROPOSE_MEASURES
    from jiangjin.areas.models import under

    open_ones = Enrolment.objects.visible_to(user, PROPOSE_MEASURES).filter(
        under(course.area.path, "household__village__path"),
        measure__detail=MeasureDetail.COURSE,
        year=course.starts_on.year,
        state__in=[EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY],
    )
    return open_ones.exclude(courses=course)


def add_participants(*, course: Course, enrolments: Collection[int], by: Any, today: dt.date, version: int) -> int:
    """Put participants (numbers of their enrolments) on the course's list; returns how many were new.

    Raises ValidationError with the code "participants" for enrolments that cannot take part, "conflict", PermissionDenied.
    """
    wanted = set(enrolments)
    with transaction.atomic():
        row = _opened(course, by=by, version=version)
        known = set(row.enrolments.order_by().values_list("pk", flat=True))
        rows = Enrolment.objects.filter(pk__in=wanted - known, measure__detail=MeasureDetail.COURSE)
        found = list(rows.exclude(state=EnrolmentState.STOPPED).select_related("household__village"))
        if len(found) != len(wanted - known):
            message = _("Some of these enrolments cannot take part in a course; choose again.")
            raise ValidationError(message, code="participants")
        for enrolment in found:
            check_area(by, enrolment.household.village)
        _set(row, known | {enrolment.pk for enrolment in found}, known, by=by, today=today)
    return len(found)


def remove_participant(*, course: Course, enrolment: Enrolment, by: Any, today: dt.date, reason: str) -> None:
    """Somebody did not take part after all. Raises ValidationError without a reason and for one that is done by this course;
    PermissionDenied."""
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Give the reason."), code="reason")})
    with transaction.atomic():
        row = _opened(course, by=by)
        held = Enrolment.objects.select_related("household__village").get(pk=enrolment.pk)
        check_area(by, held.household.village)
        if held.state == EnrolmentState.DONE and not held.courses.exclude(pk=row.pk).exists():
            message = _("The training was reported as done by this course.")
            raise ValidationError(message, code="done")
        known = set(row.enrolments.order_by().values_list("pk", flat=True))
        _set(row, known - {held.pk}, known, by=by, today=today, reason=reason.strip())


def complete(enrolment_ids: Collection[int]) -> set[int]:
    """Of these enrolments those that took part in a course."""
    held = Course.enrolments.through._default_manager.filter(enrolment__in=enrolment_ids)
    return set(held.order_by().values_list("enrolment_id", flat=True))


def _opened(course: Course, *, by: Any, version: int | None = None) -> Course:
    row = Course.objects.select_for_update(of=("self",)).select_related("area").get(pk=course.pk)
    check_area(by, row.area)
    if version is not None and row.version != version:
        message = _("Somebody else changed this course after you opened it. Nothing was written; load the page again.")
        raise ValidationError(message, code="conflict")
    return row


def _check_days(starts_on: dt.date, ends_on: dt.date, today: dt.date) -> None:
    if starts_on > today + dt.timedelta(days=MOST_DAYS):
        raise ValidationError({"starts_on": ValidationError(_("This day lies too far ahead."), code="far")})
    if ends_on > starts_on + dt.timedelta(days=MOST_DAYS):
        raise ValidationError({"ends_on": ValidationError(_("A course lasts a year at most."), code="long")})


def _check_unit(unit: Any, area: Area) -> None:
    if unit is not None and not unit.county.path.startswith(area.path[:PATH_STEP]):
        raise ValidationError({"unit": ValidationError(_("The unit belongs to another district."), code="unit")})


def _set(course: Course, wanted: set[int], known: set[int], *, by: Any, today: dt.date, reason: str = "") -> None:
    if wanted == known:
        return
    course.enrolments.set(wanted)
    course.version += 1
    course.save(update_fields=["version"])
    change = Change(
        course, AuditAction.CHANGED, {"enrolments": sorted(known - wanted)}, {"enrolments": sorted(wanted - known)}
    )
    log([change], by=by, reason=reason)
    households = Household.objects.filter(enrolments__in=wanted ^ known).order_by().values_list("pk", flat=True)
    mark_households(set(households), facts=[Fact.MEASURE], month=month_start(today))
