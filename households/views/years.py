"""Pages about one year: which years are offered, and which one `?year=` chooses."""

import datetime as dt

from django.http import HttpRequest

from households.rules.facts import income_year
from jiangjin.common import clock

YEARS_OFFERED = 6


def years_of(first: dt.date, last: dt.date) -> list[int]:
    """The years from one day to another, newest first; no more than are of use."""
    newest = min(last.year, clock.today().year)
    return list(range(newest, max(first.year, newest - YEARS_OFFERED + 1) - 1, -1)) or [newest]


def chosen_year(request: HttpRequest, years: list[int]) -> int:
    """The year of `?year=` if it is offered, else the one that verdicts look at, else the newest."""
    asked = request.GET.get("year", "")
    if asked.isdecimal() and int(asked) in years:
        return int(asked)
    judged = income_year(clock.today())
    return judged if judged in years else years[0]
