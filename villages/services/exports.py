"""The list of villages as a workbook: the numbers that the list shows, and the newest survey known on the day."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from households.services.workbooks import sheet_of
from jiangjin.common.money import fen_to_yuan
from villages.models import PoorVillage, Village, VillageSurvey
from villages.rules.incidence import MET, NOT_MET
from villages.services.comparing import question
from villages.services.numbers import VillageNumbers
from villages.services.survey_parts import SURVEY_FIELDS


def villages(
    rows: Sequence[Village], numbers: Mapping[int, VillageNumbers], *, on: dt.date, by: Any, filters: dict[str, Any]
) -> bytes:
    """The villages in their order, as of a day. Logged."""
    surveys = newest_surveys(rows, on=on)
    headings = [
        *(
            _("Village"),
            _("Town"),
            _("Code"),
            pgettext("poor village", "Evidence"),
            _("Put on the list"),
            _("Struck off on"),
            _("Reason"),
        ),
        *(_("Households on the roll"), _("Persons on the roll"), _("Agricultural registered population")),
        *(_("Year of the population"), _("Poverty incidence (%)"), _("Below the limit"), _("Exited in the year")),
        *(_("Survey"), _("Reported on"), *map(question, SURVEY_FIELDS)),
    ]
    return sheet_of(
        _cells(rows, numbers, surveys),
        model=Village,
        title=_("Villages"),
        headings=headings,
        by=by,
        filters=filters,
    )


def newest_surveys(rows: Sequence[Village], *, on: dt.date) -> dict[int, VillageSurvey]:
    """By village, the survey of the newest year that was known on the day."""
    known = VillageSurvey.objects.filter(
        village__in=[village.pk for village in rows], year__lte=on.year, reported_on__lte=on
    )
    return {survey.village_id: survey for survey in known.order_by("year")}


def _cells(
    rows: Sequence[Village], numbers: Mapping[int, VillageNumbers], surveys: Mapping[int, VillageSurvey]
) -> Iterator[list[Any]]:
    for village in rows:
        count, survey = numbers[village.pk], surveys.get(village.pk)
        yield [
            village.name,
            village.parent.name if village.parent is not None else "",
            village.code,
            *_listing(getattr(village, "poor_village", None)),
            count.roll_households,
            count.roll_persons,
            count.agricultural_population,
            count.population_year,
            None if count.incidence is None else round(float(count.incidence) * 100, 2),
            {MET: _("yes"), NOT_MET: _("no")}.get(count.incidence_state, _("not verified")),
            count.exited_households,
            survey.year if survey is not None else None,
            survey.reported_on if survey is not None else None,
            *(_cell(survey, name) for name in SURVEY_FIELDS),
        ]


def _listing(poor: PoorVillage | None) -> list[Any]:
    if poor is None:
        return ["", None, None, ""]
    return [poor.get_evidence_display(), poor.listed_on, poor.delisted_on, poor.delisted_reason]


def _cell(survey: VillageSurvey | None, name: str) -> Any:
    """For a cell; what is not verified stays empty."""
    value = getattr(survey, name) if survey is not None else None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None:
        return None
    return float(fen_to_yuan(value)) if name.endswith("_fen") else value
