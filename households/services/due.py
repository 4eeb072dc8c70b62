"""Which periodic runs should exist by a day."""

import datetime as dt
from collections.abc import Iterator

from django.db.models.functions import Left

from households.models import Household
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.common.clock import month_start
from jiangjin.jobs.registry import Due


def counties_with_households() -> list[Area]:
    """Counties in which somebody is on file."""
    paths = Household.objects.order_by().values_list(Left("village__path", PATH_STEP), flat=True).distinct()
    return list(Area.objects.filter(level=AreaLevel.COUNTY, path__in=paths).order_by("path"))


def monthly_evaluations(today: dt.date) -> Iterator[Due]:
    """Each county's exits, as of the last day of the month before."""
    as_of = (month_start(today) - dt.timedelta(days=1)).isoformat()
    for county in counties_with_households():
        yield Due(key=as_of, area=county, params={"as_of": as_of})
