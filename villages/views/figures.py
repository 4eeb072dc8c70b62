"""Figures of villages, each with the list that adds up to it."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households.models import Household
from jiangjin.areas.models import Area
from jiangjin.common.registries import Figure, permitted, village_figures
from villages.forms.filters import EVER, LISTED, MISSING, STRUCK_OFF
from villages.models import Village
from villages.rules.incidence import NOT_MET
from villages.services.links import exits_url, households_url, persons_url, roll_url
from villages.services.numbers import VillageNumbers
from villages.services.standing import Standing

VILLAGES = pgettext_lazy("unit", "villages")
HOUSEHOLDS, PERSONS = pgettext_lazy("unit", "households"), pgettext_lazy("unit", "persons")


def list_url(area: Area | None, on: dt.date | None, **filters: Any) -> str:
    """The village list with filters, in an area, as of a day (None: today)."""
    kept = {"area": area.code} if area is not None else {}
    kept |= {"as_of": on.isoformat()} if on is not None else {}
    return f"{reverse('villages:list')}?{urlencode({**kept, **filters})}"


def standing_figures(standing: Standing, *, area: Area | None, on: dt.date | None = None) -> list[Figure]:
    """How the poor villages of an area stand; none where there are none."""
    if not standing.all:
        return []
    return [
        Figure(
            label=_("Poor villages, all"),
            value=standing.all,
            unit=VILLAGES,
            url=list_url(area, on, poor=EVER),
            tone="info",
        ),
        Figure(
            label=_("On the list"),
            value=standing.listed,
            unit=VILLAGES,
            url=list_url(area, on, poor=LISTED),
            tone="due" if standing.listed else "plain",
        ),
        Figure(
            label=_("Struck off"),
            value=standing.struck_off,
            unit=VILLAGES,
            url=list_url(area, on, poor=STRUCK_OFF),
            tone="met",
        ),
        Figure(
            label=_("Incidence not below the limit"),
            value=standing.not_below,
            unit=VILLAGES,
            url=list_url(area, on, poor=EVER, incidence=NOT_MET),
            tone="blocked" if standing.not_below else "plain",
        ),
        Figure(
            label=_("Without the survey of %(year)s") % {"year": standing.survey_year},
            value=standing.without_survey,
            unit=VILLAGES,
            url=list_url(area, on, poor=EVER, survey=MISSING),
            tone="due" if standing.without_survey else "plain",
        ),
    ]


def village_head(request: HttpRequest, village: Village, numbers: VillageNumbers, *, on: dt.date) -> list[Figure]:
    """The figures at the head of a village's file: its own, then what higher apps registered."""
    on_file = Household.objects.visible_to(request.user).filter(village=village).count()
    figures = [
        Figure(
            label=_("Households on file"),
            value=on_file,
            unit=HOUSEHOLDS,
            url=households_url(village),
        ),
        Figure(
            label=_("Households on the roll"),
            value=numbers.roll_households,
            unit=HOUSEHOLDS,
            url=roll_url(village, on),
            tone="info",
        ),
        Figure(
            label=_("Persons on the roll"),
            value=numbers.roll_persons,
            unit=PERSONS,
            url=persons_url(village, on),
            tone="info",
        ),
        Figure(
            label=_("Exited in %(year)s") % {"year": on.year},
            value=numbers.exited_households,
            unit=HOUSEHOLDS,
            url=exits_url(village, on),
            tone="met",
        ),
    ]
    for entry in village_figures:
        if permitted(request.user, entry.permission):
            figures += entry.figures(request, village)
    return figures
