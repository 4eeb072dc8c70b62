"""Which checks of visits should exist by a day."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left

from assistance.models import VisitCheckRun
from assistance.services.consumers import VISIT_CHECK
from households.models import Household
from households.services.due import counties_with_households
from jiangjin.areas.models import PATH_STEP, Area
from jiangjin.changes.models import DirtyMark
from jiangjin.common.clock import month_end, month_start
from jiangjin.jobs.registry import Due

ONE_DAY = dt.timedelta(days=1)


def checks(today: dt.date) -> Iterator[Due]:
    """For each county: the month that has ended; the running month once a day; and once a day every earlier month whose facts
    changed since it was checked, as by a visit that was written down late.

    The running month's last day is not over before its end: until then nobody has missed the month. A month that somebody
    closed before its time stays closed.
    """
    last_month = month_start(month_start(today) - ONE_DAY)
    changed = _changed_months()
    for county in counties_with_households():
        closed = _closed_months(county)
        yield _due(f"{last_month:%Y-%m}", county, last_month, month_end(last_month))
        running = month_start(today)
        if running not in closed:
            yield _due(today.isoformat(), county, running, min(today, month_end(running) - ONE_DAY))
        for month in sorted(closed & changed.get(county.path, set())):
            yield _due(f"{month:%Y-%m} {today}", county, month, month_end(month))


def _due(key: str, county: Area, month: dt.date, as_of: dt.date) -> Due:
    return Due(key=key, area=county, params={"month": f"{month:%Y-%m}", "as_of": as_of.isoformat()})


def _closed_months(county: Area) -> set[dt.date]:
    """Months whose latest check of the whole county was made for their last day."""
    runs = VisitCheckRun.objects.filter(area=county).order_by("pk").values_list("month", "as_of")
    return {month for month, as_of in dict(runs).items() if as_of >= month_end(month)}


def _changed_months() -> dict[str, set[dt.date]]:
    """The months that households' marks wait for, by the path of their county."""
    path = Household.objects.filter(pk=OuterRef("household_id")).values(county=Left("village__path", PATH_STEP))
    marks = DirtyMark.objects.filter(consumer=VISIT_CHECK, claimed_by=None, month__isnull=False)
    rows = marks.order_by().annotate(county=Subquery(path)).values_list("county", "month").distinct()
    months: dict[str, set[dt.date]] = {}
    for county, month in rows:
        if month is not None:
            months.setdefault(county, set()).add(month)
    return months
