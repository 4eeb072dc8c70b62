"""How the poor villages of an area stand, on a day."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from jiangjin.accounts.scoping import Scope
from villages.models import PoorVillage, Village, VillageSurvey
from villages.rules.incidence import NOT_MET
from villages.services import numbers
from villages.services.numbers import VillageNumbers
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


@dataclass(frozen=True)
class PoorVillageRow:
    """A village that stands on the list or did: whether it was struck off, whether the survey that is due is missing."""

    village_id: int
    is_struck_off: bool
    lacks_survey: bool


def poor_rows(villages: QuerySet[Village], *, on: dt.date) -> list[PoorVillageRow]:
    """Those of the villages that stand on the list or did."""
    rows = poor_villages(villages, on=on).order_by().annotate(lacks_survey=without_survey(on))
    return [
        PoorVillageRow(key, delisted_on is not None and delisted_on <= on, lacks_survey)
        for key, delisted_on, lacks_survey in rows.values_list("pk", "poor_village__delisted_on", "lacks_survey")
    ]


def summed(rows: Sequence[PoorVillageRow], counted: Mapping[int, VillageNumbers], *, on: dt.date) -> Standing:
    """How these stand, with their numbers of the day."""
    struck_off = sum(row.is_struck_off for row in rows)
    return Standing(
        all=len(rows),
        listed=len(rows) - struck_off,
        struck_off=struck_off,
        not_below=sum(counted[row.village_id].incidence_state == NOT_MET for row in rows),
        without_survey=sum(row.lacks_survey for row in rows),
        survey_year=due_year(on),
    )


def standing(villages: QuerySet[Village], *, on: dt.date, scope: Scope) -> Standing:
    """How the poor ones among these villages stand. `scope`: which households are counted."""
    rows = poor_rows(villages, on=on)
    chosen = Village.objects.filter(pk__in=[row.village_id for row in rows])
    return summed(rows, numbers.of(chosen, on=on, scope=scope) if rows else {}, on=on)


def poor_villages(villages: QuerySet[Village], *, on: dt.date) -> QuerySet[Village]:
    """Those that stand on the list or did."""
    return villages.filter(poor_village__in=PoorVillage.objects.filter(listed_on__lte=on))


def without_survey(on: dt.date) -> Any:
    """Villages of which the survey that is due by the day is not on file."""
    return ~Exists(VillageSurvey.objects.filter(village=OuterRef("pk"), year=due_year(on)))
