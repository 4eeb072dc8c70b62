"""Which periodic runs should exist by a day."""

import datetime as dt
from collections.abc import Iterator

from households.services.due import counties_with_households
from jiangjin.common.clock import month_start
from jiangjin.jobs.registry import Due


def monthly_rebuilds(today: dt.date) -> Iterator[Due]:
    """Each county's roll-ups, built anew on the first of the month."""
    for county in counties_with_households():
        yield Due(key=f"{month_start(today):%Y-%m}", area=county)
