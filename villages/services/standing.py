"""How the poor villages of an area stand, on a day."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiangjin.accounts.scoping import Scope
from villages.models import PoorVillage, Village, VillageSurvey
from villages.rules.incidence import NOT_MET
from villages.services import numbers
from villages.services.surveys import due_year


@dataclass(frozen=True)
class Standing:
    """Poor villages: all, still on the list, struck off, with an incidence not below the limit, without the year's survey."""

    all: int
    listed: int
    struck_off: int
    not_below: int
    without_survey: int
    survey_year: int


def standing(villages: QuerySet[Village], *, on: dt.date, scope: Scope) -> Standing:
    """Of these villages. `scope`: which households are counted."""
    poor = poor_villages(villages, on=on)
    counts = poor.aggregate(
        all=Count("pk"),
        struck_off=Count("pk", filter=Q(poor_village__delisted_on__lte=on)),
        without_survey=Count("pk", filter=Q(without_survey(on))),
    )
    return Standing(
        all=counts["all"],
        listed=counts["all"] - counts["struck_off"],
        struck_off=counts["struck_off"],
        not_below=len(numbers.of(poor, on=on, scope=scope, state=NOT_MET)) if counts["all"] else 0,
        without_survey=counts["without_survey"],
        survey_year=due_year(on),
    )


def poor_villages(villages: QuerySet[Village], *, on: dt.date) -> QuerySet[Village]:
    """Those that stand on the list or did."""
    return villages.filter(poor_village__in=PoorVillage.objects.filter(listed_on__lte=on))


def without_survey(on: dt.date) -> Any:
    """Villages of which the survey that is due by the day is not on file."""
    return ~Exists(VillageSurvey.objects.filter(village=OuterRef("pk"), year=due_year(on)))
