"""Where a number of a dashboard opens: the list that adds up to it, under the same scope."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from households.permissions import VIEW
from jiangjin.areas.models import Area
from supervision.indicators import Indicator, indicators
from supervision.indicators.indicator import address
from supervision.services.dashboards import NO_GROUP, Dashboard, Place


@dataclass(frozen=True)
class Number:
    """A number and the list behind it; "" where there is nothing to open."""

    value: int
    url: str = ""


class Behind:
    """The lists behind the numbers of one dashboard, for one user.

    A list that shows today's state is opened only while nothing waits to be counted: else it would not add up.
    """

    def __init__(self, board: Dashboard, *, user: Any, today: dt.date) -> None:
        self._board = board
        self._user = user
        self._today = today
        self._may_see = user.scope(VIEW).covers(board.area.path)
        self._opened: dict[str, bool] = {}

    def number(self, code: str, *, place: Place | None = None, tier: str | None = None, year: bool = False) -> Number:
        """A stored value of the month, or of the year so far."""
        month = None if year else self._board.month
        value = self._board.numbers.get(code, month, place=place.key if place else None, tier=tier)
        return Number(value, self.url(code, place=place, tier=tier, year=year) if value else "")

    def before(self, code: str, *, place: Place | None = None) -> Number:
        """A stored value of the month before."""
        month = self._board.before
        value = self._board.numbers.get(code, month, place=place.key if place else None)
        return Number(value, self.url(code, place=place, month=month) if value else "")

    def open_visits(self, *, place: Place | None = None) -> Number:
        """Households due that were not visited: missed when the month is over, pending while it is running."""
        missed, pending = (self.number(code, place=place) for code in ("visits_missed", "visits_pending"))
        if not (missed.value and pending.value):
            return missed if missed.value else pending
        asked = {"area": self._area(place).code, "visit": "open", "month": f"{self._board.month:%Y-%m}"}
        url = address("supervision:household_months", {**asked, "group": self._group(place)})
        return Number(missed.value + pending.value, url if self._may_see else "")

    def url(
        self,
        code: str,
        *,
        place: Place | None = None,
        tier: str | None = None,
        year: bool = False,
        month: dt.date | None = None,
    ) -> str:
        """The list behind a stored number."""
        indicator = indicators[code]
        if not self._may_see or not isinstance(indicator, Indicator):
            return ""
        area, month = self._area(place), month or self._board.month
        if self._board.settled and not year and tier != "" and not self._group(place) and self._may_open(indicator):
            return indicator.url(area=area, month=month, tier=tier or "", today=self._today)
        since = self._board.year[0] if year else None
        return indicator.rows_url(area=area, month=month, since=since, tier=tier, group=self._group(place))

    def _may_open(self, indicator: Indicator) -> bool:
        """Whether the indicator's own page is for this user; asked once a permission."""
        if indicator.list is None:
            return True
        needed = indicator.list.permission
        if needed not in self._opened:
            self._opened[needed] = self._user.scope(needed).covers(self._board.area.path)
        return self._opened[needed]

    def _area(self, place: Place | None) -> Area:
        """The area that lists are asked for: a group has no code, its village has."""
        if place is None or place.area is None or place.is_group:
            return self._board.area
        return place.area

    def _group(self, place: Place | None) -> str:
        if place is None or not place.is_group:
            return ""
        return "none" if place.key == NO_GROUP else str(place.key)
