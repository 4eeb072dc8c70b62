"""House repair (农村危房改造): the grade, the work, the acceptance; the subsidy is what the rate in force says."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.models import Enrolment, HouseRepair, MeasureDetail, SubsidyRate
from assistance.services import enrolments
from assistance.services.work_desk import advance, check_day, of_enrolment, opened, put
from households.services.batch import one_of

FIELDS = ("grade", "method", "house_area", "accepted_on", "accepted_by")


def rate_of(enrolment: Enrolment, grade: str) -> SubsidyRate | None:
    """The rate in force for a grade on the day on which the measure was proposed."""
    on = enrolment.planned_on
    rates = SubsidyRate.objects.filter(measure=enrolment.measure_id, grade=grade, valid_from__lte=on)
    return rates.filter(Q(valid_to=None) | Q(valid_to__gte=on)).order_by("-valid_from", "-pk").first()


def record(
    *, enrolment: Enrolment, values: Mapping[str, Any], by: Any, today: dt.date, version: int | None = None
) -> HouseRepair:
    """Write down a house and its repair (`values`: FIELDS). The enrolment's amount becomes the rate of the grade.

    Raises ValidationError by field: a grade without a rate, an acceptance in the future, before the approval or by nobody; with the
    codes of `work_desk.opened`.
    """
    one_of(values, FIELDS)
    with transaction.atomic():
        row = opened(enrolment, detail=MeasureDetail.HOUSE_REPAIR, by=by, version=version)
        repair = of_enrolment(HouseRepair, row)
        check_day("accepted_on", values.get("accepted_on", repair.accepted_on), row, today=today)
        rate = rate_of(row, values.get("grade", repair.grade))
        if rate is None:
            message = _("No subsidy rate of this grade was in force when the measure was proposed.")
            raise ValidationError({"grade": ValidationError(message, code="rate")})
        put(repair, values, by=by)
        if row.amount_fen != rate.amount_fen:
            row = enrolments.correct(
                enrolment=row,
                changes={"amount_fen": rate.amount_fen},
                by=by,
                today=today,
                reason=_now("The subsidy follows from the grade of the house."),
            )
        else:
            advance(row, today=today)
        repair.enrolment = row
    return repair


def complete(enrolment_ids: Collection[int]) -> set[int]:
    """Of these enrolments those whose house was accepted."""
    accepted = HouseRepair.objects.filter(enrolment__in=enrolment_ids).exclude(accepted_on=None)
    return set(accepted.order_by().values_list("enrolment_id", flat=True))
