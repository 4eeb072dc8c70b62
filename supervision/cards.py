"""Figures of roll-ups on the first page: who falls behind, what changed this week, the year so far for who only reads.

Each opens the list that adds up to it.
"""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households.permissions import EDIT, VIEW
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.clock import month_start
from jiangjin.common.registries import Figure, HomeCard, home_cards
from supervision.indicators.indicator import Indicator, address, indicators
from supervision.permissions import VIEW_ROLLUPS
from supervision.services import dashboards
from supervision.views import week

WORST = 3
HOUSEHOLDS, PERSONS = pgettext_lazy("unit", "households"), pgettext_lazy("unit", "persons")
YEAR = [
    ("exited_households", _("Exited poverty"), HOUSEHOLDS, "met"),
    ("exited_persons", _("Persons exited"), PERSONS, "met"),
    ("relapsed_households", _("Returned to poverty"), HOUSEHOLDS, "blocked"),
]


def user_of(request: HttpRequest) -> Any:
    """Who looks: cards are for the signed-in only."""
    return request.user


def seen_area(request: HttpRequest) -> Area | None:
    """The chosen area, if its roll-ups and its households may be seen."""
    area, user = chosen_area(request), user_of(request)
    may = area is not None and all(user.scope(needed).covers(area.path) for needed in (VIEW_ROLLUPS, VIEW))
    return area if may else None


def behind(request: HttpRequest) -> list[Figure]:
    """The areas below with the lowest visit rates of the running month, by what they still have to visit."""
    area, month = seen_area(request), month_start(clock.today())
    if area is None:
        return []
    worst = dashboards.visited_least(scope=user_of(request).scope(VIEW_ROLLUPS), area=area, month=month, most=WORST)
    return [
        Figure(
            label=one.area.name,
            value=one.open,
            unit=HOUSEHOLDS,
            note=_now("%(percent)s %% visited") % {"percent": round((one.rate or 0) * 100, 1)},
            url=address(
                "supervision:household_months", {"area": one.area.code, "visit": "open", "month": f"{month:%Y-%m}"}
            ),
            tone="due",
        )
        for one in worst
    ]


def this_week(request: HttpRequest) -> list[Figure]:
    """What happened to households in the last seven days; rosters to confirm are in the inbox."""
    area = seen_area(request)
    if area is None:
        return []
    rows = week.of_households(request.user, area=area, today=clock.today())
    return [Figure(label=row.label, value=row.value, unit=row.unit, url=row.url) for row in rows]


def this_year(request: HttpRequest) -> list[Figure]:
    """Exits and returns since January, for who writes nothing: leaders, inspectors, auditors, finance."""
    area, month = seen_area(request), month_start(clock.today())
    if area is None or user_of(request).may(EDIT):
        return []
    scope = user_of(request).scope(VIEW_ROLLUPS)
    sums = dashboards.year_so_far(scope=scope, area=area, month=month, codes=[code for code, *_rest in YEAR])
    if not sums:
        return []
    return [
        Figure(label=label, value=sums.get(code, 0), unit=unit, url=year_url(code, area=area), tone=tone)
        for code, label, unit, tone in YEAR
    ]


def year_url(code: str, *, area: Area) -> str:
    """The rows that an indicator counts since January."""
    indicator, month = indicators[code], month_start(clock.today())
    assert isinstance(indicator, Indicator)
    return indicator.rows_url(area=area, month=month, since=month.replace(month=1))


home_cards.register(
    HomeCard(
        code="year",
        label=_("Since January"),
        order=4,
        figures=this_year,
        permission=VIEW_ROLLUPS,
        url_name="supervision:dashboard",
    )
)
home_cards.register(
    HomeCard(
        code="behind",
        label=_("Visited least this month"),
        order=6,
        figures=behind,
        permission=VIEW_ROLLUPS,
        url_name="supervision:dashboard",
    )
)
home_cards.register(
    HomeCard(code="week", label=_("What changed this week"), order=7, figures=this_week, permission=VIEW_ROLLUPS)
)
