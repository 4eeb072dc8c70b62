"""The board: how difficulties stand by state, area, unit, kind; each count opens the list that adds up to it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from assistance.forms.difficulties.filters import BoardFilter, DifficultyFilter
from assistance.forms.filters import NOBODY
from assistance.models import Difficulty, DifficultyState
from assistance.models.difficulty import UNSOLVED
from assistance.permissions import RAISE_DIFFICULTIES
from assistance.services.difficulties import board
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import SHOWN, NeedsPermission
from assistance.views.difficulties.words import STATE_TONES, Shown, shown
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common import clock

BY = [("state", _("By state")), ("area", _("By area")), ("unit", _("By unit")), ("kind", _("By kind"))]
STATES = [*UNSOLVED, DifficultyState.SOLVED]
CARDS = 6


@dataclass(frozen=True)
class Cell:
    """One count with the list behind it; `code` names the column."""

    code: str
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """One row of the table; without a name what is not assigned."""

    name: str
    cells: list[Cell]
    url: str = ""


@dataclass(frozen=True)
class ShownColumn:
    """One state with its first difficulties."""

    label: Any
    tone: str
    cell: Cell
    late: Cell
    cards: list[Shown]


@functools.cache
def _list_path() -> str:
    """Asked some hundred times a page."""
    return reverse("assistance:difficulties")


def list_url(**filters: Any) -> str:
    """The list with filters."""
    return f"{_list_path()}?{urlencode({key: value for key, value in filters.items() if value})}"


class Board(NeedsPermission, View):
    """Difficulties of the chosen area."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = BoardFilter.over(request.GET, today=clock.today())
        self.first, self.last = form.period(clock.today())
        asked = form.cleaned_data.get("by", "") if form.is_valid() else ""
        self.by = asked if asked in dict(BY) else BY[0][0]
        user: Any = request.user
        tally = board.tally(self.rows, first=self.first, last=self.last, on=clock.today())
        context = {
            "form": form,
            "area": self.area,
            "by": self.by,
            "tabs": [(code, label, self.tab_url(code)) for code, label in BY],
            "figures": self.cells(tally, self.url),
            "may_raise": user.may(RAISE_DIFFICULTIES),
            "today": clock.today(),
            **({"columns": self.columns()} if self.by == "state" else {"groups": self.groups()}),
        }
        return render(request, "assistance/difficulties/board.html", context)

    @functools.cached_property
    def area(self) -> Area | None:
        """The chosen area; None for users without one."""
        return chosen_area(self.request)

    @functools.cached_property
    def rows(self) -> QuerySet[Difficulty]:
        """The visible difficulties of the area."""
        visible: QuerySet[Difficulty] = Difficulty.objects.visible_to(self.request.user)
        return visible.filter(under(self.area.path, "village__path")) if self.area is not None else visible

    def url(self, **filters: Any) -> str:
        """The list behind a count of this board."""
        return list_url(**{"area": self.area.code if self.area is not None else "", **filters})

    def tab_url(self, code: str) -> str:
        query = self.request.GET.copy()
        query["by"] = code
        return f"?{query.urlencode()}"

    def cells(self, tally: board.Tally, url: Callable[..., str]) -> list[Cell]:
        """The counts of a tally with their lists."""
        period = {"solved_from": self.first, "solved_to": self.last}
        return [
            Cell("unsolved", tally.unsolved, url()),
            Cell("late", tally.late, url(late="on")),
            Cell("escalated_town", tally.escalated_town, url(escalated="town")),
            Cell("escalated_district", tally.escalated_district, url(escalated="district")),
            Cell("to_confirm", tally.to_confirm, url(state=DifficultyState.SOLVED.value)),
            Cell("solved", tally.solved, url(state=DifficultyFilter.RESOLVED, **period)),
        ]

    def columns(self) -> list[ShownColumn]:
        """By state, what is due first on top."""
        today = clock.today()
        made = board.columns(self.rows, states=STATES, on=today, shown=CARDS, related=SHOWN)
        heads = heads_of(row.household_id for each in made for row in each.first if row.household_id is not None)
        return [
            ShownColumn(
                each.state.label,
                STATE_TONES[each.state],
                Cell("count", each.count, self.url(state=each.state.value)),
                Cell("late", each.late, self.url(state=each.state.value, late="on")),
                shown(each.first, heads, today=today),
            )
            for each in made
        ]

    def groups(self) -> list[Row]:
        """By area, unit or kind."""
        period = {"first": self.first, "last": self.last, "on": clock.today()}
        made = board.groups(self.rows, by=self.by, area=self.area, **period)  # type: ignore[arg-type]
        return [self.row(group) for group in made]

    def row(self, group: board.Group) -> Row:
        if self.by == "area":
            # The areas below one's own are chosen as everywhere; who has none gets them as a filter.
            chosen = "area" if self.area is not None else "place"
            opened = ""
            if self.area is not None and self.area.level == AreaLevel.COUNTY:
                query = self.request.GET.copy()
                query["area"] = group.key
                opened = f"?{query.urlencode()}"
            return Row(group.name, self.cells(group.tally, functools.partial(self.url, **{chosen: group.key})), opened)
        key = group.key or NOBODY
        return Row(group.name, self.cells(group.tally, functools.partial(self.url, **{self.by: key})))
