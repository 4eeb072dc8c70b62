"""The dashboard of a district, a town or a village."""

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from households.models import Tier
from households.permissions import VIEW_EVALUATIONS
from jiangjin.accounts.frame import chosen_area
from jiangjin.accounts.gate import NeedsPermission
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.clock import parse_month
from jiangjin.common.components import Chart, Series
from supervision.forms.months import MonthChoice
from supervision.indicators.indicator import address
from supervision.permissions import VIEW_ROLLUPS
from supervision.services import dashboards
from supervision.services.dashboards import STATUSES, VERDICTS, Dashboard, Place
from supervision.views.links import Behind
from supervision.views.week import changes

DEFAULT_SORT = "-open"
VERDICT_TONES = {"met": "met", "not_met": "blocked", "not_verified": "due"}


class DashboardPage(NeedsPermission, View):
    """How the chosen area stands in a month: the roll, exits, visits, what is overdue, what changed. Every number opens."""

    permission: ClassVar[str] = VIEW_ROLLUPS

    def get(self, request: HttpRequest) -> HttpResponse:
        area, today = shown_area(request), clock.today()
        scope = request.user.scope(self.permission)
        board = dashboards.dashboard(scope=scope, area=area, month=asked_month(request), today=today)
        context: dict[str, Any] = {"area": area, "board": board}
        if board is not None:
            behind = Behind(board, user=request.user, today=today)
            context.update(
                form=MonthChoice({"month": f"{board.month:%Y-%m}"}, months=board.months),
                **of_area(board, behind),
                table=AreaTable(board, behind, sort=request.GET.get("sort", "")),
                charts=charts(board, behind),
                changes=changes(request.user, area=area, today=today) if board.is_running else None,
                evaluations_url=evaluations_url(request, area),
            )
        return render(request, "supervision/dashboard.html", context)


def shown_area(request: HttpRequest) -> Area:
    """The chosen area if roll-ups of all of it may be seen, else the highest of which they may."""
    area, scope = chosen_area(request), request.user.scope(VIEW_ROLLUPS)
    if area is not None and scope.covers(area.path):
        return area
    if not scope.paths:
        raise PermissionDenied
    return Area.objects.get(path=scope.paths[0])


def asked_month(request: HttpRequest) -> dt.date | None:
    """The month of the address; None for the latest."""
    try:
        return parse_month(request.GET.get("month", ""))
    except ValueError:
        return None


def evaluations_url(request: HttpRequest, area: Area) -> str:
    """The evaluation page of the area, for who may see it."""
    may = request.user.scope(VIEW_EVALUATIONS).covers(area.path)
    return address("households:evaluations", {"area": area.code}) if may else ""


def dashboard_url(area: Area, month: dt.date) -> str:
    """The dashboard of an area and month."""
    return address("supervision:dashboard", {"area": area.code, "month": f"{month:%Y-%m}"})


def name_of(place: Place) -> str:
    """How a place is called in tables and charts."""
    return place.area.name if place.area is not None else _("without a group")


def of_area(board: Dashboard, behind: Behind) -> dict[str, Any]:
    """The numbers of the area itself."""
    households, persons = pgettext("unit", "households"), pgettext("unit", "persons")
    rate, due = board.numbers.rate(board.month), behind.number("visits_due")
    roll = [
        stat(_("Households on the roll"), behind.number("households_on_roll"), households, "info"),
        stat(_("Persons on the roll"), behind.number("persons_on_roll"), persons, "info"),
        stat(_("Exited since January"), behind.number("exited_households", year=True), households, "met"),
        stat(_("Persons exited since January"), behind.number("exited_persons", year=True), persons, "met"),
        stat(
            _("Returned to poverty since January"),
            behind.number("relapsed_households", year=True),
            households,
            "blocked",
        ),
    ]
    visits = [
        stat(open_label(board), behind.open_visits(), households, "due"),
        stat(_("Not visited the month before"), behind.before("visits_missed"), households, "blocked"),
        stat(_("On the roll without a helper"), behind.number("households_without_helper"), households, "blocked"),
    ]
    return {
        "roll_stats": roll,
        "visit_stats": visits,
        "rate": {"value": rate, "due": due, "met": behind.number("visits_met")},
        "tiers": tiers(board, behind),
        "verdicts": verdicts(behind),
    }


def stat(label: str, number: Any, unit: str, tone: str) -> dict[str, Any]:
    """A stat; nothing to worry about has no colour."""
    return {"label": label, "number": number, "unit": unit, "tone": tone if number.value else "plain"}


def open_label(board: Dashboard) -> str:
    """What the visits that are missing are called."""
    return _("Still to be visited this month") if board.is_running else _("Not visited in the month")


def tiers(board: Dashboard, behind: Behind) -> dict[str, Any]:
    """Tiers by status."""
    codes = ["households_on_roll", *(f"status_{status.value}" for status in STATUSES)]
    rows: list[tuple[Any, str]] = [(tier.label, tier.value) for tier in Tier]
    if any(board.numbers.get(code, board.month, tier="") for code in codes):
        rows.append((_("without a tier"), ""))
    return {
        "heads": [_("On the roll, all kinds"), *(status.label for status in STATUSES)],
        "rows": [(label, [behind.number(code, tier=tier) for code in codes]) for label, tier in rows],
        "total": [behind.number(code) for code in codes],
    }


def verdicts(behind: Behind) -> list[dict[str, Any]]:
    """The households followed by their latest verdict; nothing where none was judged."""
    names = [verdict.name.lower() for verdict in VERDICTS]
    found = [
        {"label": verdict.label, "number": behind.number(f"verdict_{name}"), "state": name}
        for verdict, name in zip(VERDICTS, names, strict=True)
    ]
    return found if any(one["number"].value for one in found) else []


class AreaTable:
    """The places below the area, who has most to visit first unless another order is chosen (`?sort=`)."""

    def __init__(self, board: Dashboard, behind: Behind, *, sort: str) -> None:
        self.sort = DEFAULT_SORT
        rows = [self.row(board, behind, place) for place in board.places]
        chosen = sort if sort.removeprefix("-") in {"place", "rate", *NUMBERS} else DEFAULT_SORT
        name, descending = chosen.removeprefix("-"), chosen.startswith("-")
        # Stable: what is equal stays in the order of the areas; what is missing comes last.
        present = [row for row in rows if row["keys"][name] is not None]
        missing = [row for row in rows if row["keys"][name] is None]
        self.rows = sorted(present, key=lambda row: row["keys"][name], reverse=descending) + missing
        self.total = self.row(board, behind, None)

    def row(self, board: Dashboard, behind: Behind, place: Place | None) -> dict[str, Any]:
        key = place.key if place is not None else None
        numbers = {
            "roll": behind.number("households_on_roll", place=place),
            "exited": behind.number("exited_households", place=place, year=True),
            "due": behind.number("visits_due", place=place),
            "met": behind.number("visits_met", place=place),
            "open": behind.open_visits(place=place),
            "before": behind.before("visits_missed", place=place),
            "helper": behind.number("households_without_helper", place=place),
        }
        rate = board.numbers.rate(board.month, place=key)
        position = board.places.index(place) if place is not None else 0
        below = place.area if place is not None and not place.is_group else None
        return {
            "name": name_of(place) if place is not None else "",
            "url": dashboard_url(below, board.month) if below is not None else "",
            **numbers,
            "rate": rate,
            "keys": {
                "place": position,
                "rate": rate,
                **{code: number.value for code, number in numbers.items()},
                # Among equals of the month, who missed more before.
                "open": (numbers["open"].value, numbers["before"].value),
            },
        }


NUMBERS = ["roll", "exited", "due", "met", "open", "before", "helper"]


def charts(board: Dashboard, behind: Behind) -> dict[str, Chart | None]:
    """Exits and visit rates of the places, and the year's visit rates; none where there is nothing to compare."""
    return {
        "exits": exits_chart(board, behind),
        "rates": rates_chart(board, behind),
        "months": months_chart(board, behind),
    }


def exits_chart(board: Dashboard, behind: Behind) -> Chart | None:
    """Households that exited since January, by place, most first."""
    found = [(place, behind.number("exited_households", place=place, year=True)) for place in board.places]
    rows = sorted((row for row in found if row[1].value), key=lambda row: -row[1].value)
    if len(board.places) < 2 or not rows:
        return None
    return Chart(
        code="exits",
        title=_("Exited since January, most first"),
        kind="bar",
        categories=[name_of(place) for place, _number in rows],
        category_label=_("Area"),
        series=[Series(_("Exited poverty"), [number.value for _place, number in rows])],
        unit=pgettext("unit", "households"),
        links=links([number.url for _place, number in rows]),
        **signed(board),
    )


def rates_chart(board: Dashboard, behind: Behind) -> Chart | None:
    """The visit rate of the month, by place, lowest first, against the area's own."""
    rates = [(place, board.numbers.rate(board.month, place=place.key)) for place in board.places]
    rows = sorted(((place, rate) for place, rate in rates if rate is not None), key=lambda row: row[1])
    if len(rows) < 2:
        return None
    return Chart(
        code="rates",
        title=_("Visit rate in %(month)s, lowest first") % {"month": f"{board.month:%Y-%m}"},
        kind="bar",
        categories=[name_of(place) for place, _rate in rows],
        category_label=_("Area"),
        series=[Series(_("Visit rate"), [percent(rate) for _place, rate in rows])],
        unit="%",
        target=percent(board.numbers.rate(board.month)),
        target_label=board.area.name,
        links=links([behind.url("visits_due", place=place) for place, _rate in rows]),
        **signed(board),
    )


def months_chart(board: Dashboard, behind: Behind) -> Chart | None:
    """The visit rate of the months since January."""
    rates = [board.numbers.rate(month) for month in board.year]
    if sum(rate is not None for rate in rates) < 2:
        return None
    urls = [
        behind.url("visits_due", month=month) if rate is not None else ""
        for month, rate in zip(board.year, rates, strict=True)
    ]
    return Chart(
        code="months",
        title=_("Visit rate by month"),
        kind="line",
        categories=[f"{month:%Y-%m}" for month in board.year],
        category_label=_("Month"),
        series=[Series(_("Visit rate"), [percent(rate) for rate in rates])],
        unit="%",
        links=links(urls),
        **signed(board),
    )


def links(urls: list[str]) -> list[str]:
    """The links of a chart, or none at all where nothing opens."""
    return urls if any(urls) else []


def percent(rate: float | None) -> float | None:
    """A share as percent with one decimal."""
    return None if rate is None else round(rate * 100, 1)


def signed(board: Dashboard) -> dict[str, Any]:
    """Source and time of a figure."""
    return {"source": _("household files and monthly visit checks"), "at": board.built.as_of}
