"""A village's year: one survey a year, corrected in place; what stood there before stays in the change log."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from households.rules.facts import income_year
from households.services.batch import one_of
from jiangjin.areas.models import Area
from jiangjin.common.set_based import concrete_field
from villages.models import VillageSurvey
from villages.models.survey import WHOLES
from villages.permissions import EDIT
from villages.services.survey_parts import SURVEY_FIELDS
from villages.services.writing import assign, change, check_day, check_version, open_village, store


def due_year(on: dt.date) -> int:
    """The year of which a survey should be on file: from October on the running one, as for incomes."""
    return income_year(on)


def record(
    *,
    village: Area,
    year: int,
    answers: Mapping[str, Any],
    by: Any,
    today: dt.date,
    reported_on: dt.date,
    source: str = "",
    reason: str = "",
    version: int | None = None,
) -> VillageSurvey:
    """Write or correct the survey of a year. `answers` are SURVEY_FIELDS, money in 分; those left out keep what they are (not
    verified at first). The day and the source follow a change; they are not one by themselves.

    Raises ValidationError by field, with the code "conflict" if it is not the `version` that was read (0: none was there), and
    PermissionDenied.
    """
    one_of(answers, SURVEY_FIELDS)
    check_day("reported_on", reported_on, today=today)
    if reported_on.year < year:
        raise ValidationError(
            {"reported_on": ValidationError(_("The day lies before the year of the survey."), code="early")}
        )
    with transaction.atomic():
        held = open_village(village, by=by, permission=EDIT)
        known = VillageSurvey.objects.filter(village=held, year=year).first()
        check_version(known, version)
        told = {"reported_on": reported_on, "source": source}
        if known is None:
            row = VillageSurvey(village=held, year=year, recorded_by=by, **told)
            assign(row, answers)
            check_parts(row)
            return store(row, by=by, reason=reason)
        known.village = held
        known.recorded_by = by
        trial = VillageSurvey(**{name: answers.get(name, getattr(known, name)) for name in SURVEY_FIELDS})
        check_parts(trial)
        change(known, answers, by=by, reason=reason, also=told)
        return known


def check_parts(row: VillageSurvey) -> None:
    """No part is greater than its whole; raises ValidationError at the parts."""
    errors = {}
    for part, whole in WHOLES.items():
        some, every = getattr(row, part), getattr(row, whole)
        if some is not None and every is not None and some > every:
            errors[part] = ValidationError(
                _("This cannot be more than “%(whole)s” (%(number)s)."),
                code="part",
                params={"whole": capfirst(str(concrete_field(VillageSurvey, whole).verbose_name)), "number": every},
            )
    if errors:
        raise ValidationError(errors)
