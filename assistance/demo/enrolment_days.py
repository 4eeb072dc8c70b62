"""On which days an enrolment of the demo was proposed, approved, begun and finished."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from assistance.demo.known import YEAR
from assistance.models import EnrolmentState

# Days from a proposal to its approval, and from there to the beginning.
APPROVAL, BEGINNING = (3, 16), (1, 14)
# A finished measure was proposed at least so many days before.
LEAST = 9


@dataclass(slots=True)
class Days:
    """The days of one enrolment; those that it did not reach are None."""

    planned_on: dt.date
    approved_on: dt.date | None = None
    started_on: dt.date | None = None
    done_on: dt.date | None = None


def season_of(row: dict[str, Any], year: int = YEAR) -> tuple[dt.date, dt.date]:
    """The days between which a measure is proposed."""
    first, last = (dt.date.fromisoformat(f"{year}-{day}") for day in row["season"])
    return first, last


def draw_days(
    rng: random.Random, row: dict[str, Any], *, first: dt.date, last: dt.date, state: str, until: dt.date
) -> Days | None:
    """Days from a proposal between `first` and `last` up to the state. A finished one is done by `until`, and hurries for it
    where it must; nothing else lies after `until` either. None where there is no time for it."""
    if (until - first).days < LEAST:
        return None
    planned_on = weekday(first + dt.timedelta(days=rng.randrange(max(1, (min(last, until) - first).days))), first)
    days = Days(planned_on)
    if state in (EnrolmentState.PLANNED, EnrolmentState.STOPPED):
        return days
    days.approved_on = weekday(planned_on + dt.timedelta(days=rng.randrange(*APPROVAL)), planned_on)
    started_on = weekday(days.approved_on + dt.timedelta(days=rng.randrange(*BEGINNING)), days.approved_on)
    least, most = row["days"]
    done_on = weekday(started_on + dt.timedelta(days=rng.randrange(least, most + 1)), started_on)
    if state == EnrolmentState.DONE and done_on > until:
        return _hurried(rng, first=first, until=until)
    # What whole villages get together needs no beginning.
    if state == EnrolmentState.UNDER_WAY or (state == EnrolmentState.DONE and "together" not in row):
        days.started_on = started_on
    if state == EnrolmentState.DONE:
        days.done_on = done_on
    latest = max(day for day in (planned_on, days.approved_on, days.started_on) if day is not None)
    return days if latest <= until else _hurried_to(days, until)


def _hurried(rng: random.Random, *, first: dt.date, until: dt.date) -> Days:
    """Proposed so late that there was no time to lose."""
    span = min((until - first).days, rng.randrange(24, 60))
    planned_on = until - dt.timedelta(days=span)
    step = max(1, span // 4)
    return Days(
        planned_on,
        planned_on + dt.timedelta(days=step),
        planned_on + dt.timedelta(days=2 * step),
        until - dt.timedelta(days=rng.randrange(min(step, 4))),
    )


def _hurried_to(days: Days, until: dt.date) -> Days:
    """What would lie after `until` happened on that day."""
    for name in ("planned_on", "approved_on", "started_on"):
        day = getattr(days, name)
        if day is not None:
            setattr(days, name, min(day, until))
    return days


def weekday(day: dt.date, first: dt.date) -> dt.date:
    """The day itself, or of a weekend the Friday before, or, if that lies before `first`, the Monday after."""
    late = day.weekday() - 4
    if late <= 0:
        return day
    friday = day - dt.timedelta(days=late)
    return friday if friday >= first else day + dt.timedelta(days=3 - late)
