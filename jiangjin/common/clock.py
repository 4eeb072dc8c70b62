"""The domain's calendar. Read at the edge (view, command, task) and passed in as `on`, `as_of`; never asked for below.

Audit entries, sessions and tokens keep real time (`django.utils.timezone.now`).
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_pinned: ContextVar[dt.date | None] = ContextVar("pinned", default=None)


def today() -> dt.date:
    """The day the domain lives on: pinned in this context, else by JIANGJIN_TODAY, else the calendar's."""
    pinned = _pinned.get()
    if pinned is not None:
        return pinned
    if settings.TODAY:
        return dt.date.fromisoformat(settings.TODAY)
    return timezone.localdate()


@contextmanager
def pin(day: dt.date) -> Iterator[None]:
    """Within the block, today is `day` (tests, and the demo generator)."""
    token = _pinned.set(day)
    try:
        yield
    finally:
        _pinned.reset(token)


def month_start(day: dt.date) -> dt.date:
    """The first day of the month of `day`."""
    return day.replace(day=1)


def month_end(day: dt.date) -> dt.date:
    """The last day of the month of `day`."""
    return next_month(day) - dt.timedelta(days=1)


def next_month(day: dt.date) -> dt.date:
    """The first day of the month after that of `day`."""
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def parse_month(text: str) -> dt.date:
    """'2015-12' → 2015-12-01. Raises ValueError."""
    return dt.datetime.strptime(text, "%Y-%m").date()
