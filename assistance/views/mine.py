"""My households: who is still to be visited this month, for a helper, a village's team, a town, the district."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.forms.checks import CheckStart
from assistance.forms.filters import FollowUpFilter, WaitingFilter
from assistance.models import FollowUp
from assistance.permissions import CHECK_VISITS, VIEW_VISITS
from assistance.services import waiting
from assistance.services.parts import InParts
from assistance.services.writing import Writer
from assistance.views.lists import LinkedList
from assistance.views.words import StateWord, state_word
from households.models import Household
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.common.clock import month_start
from jiangjin.common.registries import Figure

# By which areas a list over an area is put together.
PARTS = {AreaLevel.COUNTY: "village__parent", AreaLevel.TOWN: "village"}


@dataclass(frozen=True)
class ShownHousehold:
    """A household of the list with its state in words."""

    row: waiting.Row
    state: StateWord
    may_write: bool


@dataclass
class ShownPart:
    """The page's households of one area (None: the list stands in one piece), and how many of that area are to be visited."""

    area: Area | None
    to_visit: int
    rows: list[ShownHousehold] = field(default_factory=list)


class MyHouseholds(LinkedList):
    """Those still to be visited first, among them who waits longest. A town's list is put together by village, the district's by
    town."""

    template_name: ClassVar[str] = "assistance/mine.html"
    form_class: ClassVar[type[forms.Form]] = WaitingFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "waiting": ("rank", "last_visit_on"),
        "name": ("head_pinyin",),
        "village": ("village__path", "group__path", "number"),
        "last": ("last_visit_on",),
    }
    default_sort: ClassVar[str] = "waiting"
    everybody: QuerySet[Household]
    helper: int | None = None
    only_mine: bool = False

    def rows(self, form: Any) -> QuerySet[Household]:
        visible = Household.objects.visible_to(self.request.user, VIEW_VISITS)
        visible = visible.filter(self.within_area("village__path"))
        today = clock.today()
        self.everybody = waiting.households(visible, on=today)
        if not form.is_valid():
            return self.everybody
        self.helper, self.only_mine = form.cleaned_data["helper"], form.cleaned_data["mine"]
        self.everybody = form.answered_for(self.everybody, on=today, user=self.request.user)
        rows: QuerySet[Household] = form.apply(self.everybody)
        return rows

    @property
    def part(self) -> str:
        """The area by which the list is put together: "" where it stands in one piece."""
        if self.area is None or self.sort != self.default_sort:
            return ""
        return PARTS.get(AreaLevel(self.area.level), "")

    def ordered(self, rows: Any) -> QuerySet:
        rows = waiting.in_order(rows, on=clock.today())
        if self.sort == self.default_sort:
            parts = [f"{self.part}__path"] if self.part else []
            # Who was never visited has waited longest.
            return rows.order_by(*parts, "rank", F("last_visit_on").asc(nulls_first=True), self.tie_breaker)
        return super().ordered(rows.with_head() if "name" in self.sort else rows)

    def page(self, rows: QuerySet) -> Page:
        """The page's households first, then what is shown of them."""
        keys: Any = rows.values_list("pk", flat=True)
        ranks = self.form_ranks()
        if self.sort == self.default_sort and ranks is not None:
            keys = InParts(rows, part=self.part, standings=self.standings, ranks=ranks)
        page = super().page(keys)
        page.object_list = waiting.filled(list(page.object_list), on=clock.today())
        return page

    def form_ranks(self) -> list[int] | None:
        """The ranks that the filters leave, where they ask for nothing else; None where they do."""
        form = self.form()
        return form.ranks() if form.is_valid() else None  # type: ignore[attr-defined]

    @functools.cached_property
    def standings(self) -> dict[Any, waiting.Standing]:
        """How everybody stands, by the areas by which the list is put together."""
        if self.part:
            return dict(waiting.standing_by(self.everybody, self.part))
        return {None: waiting.standing(self.everybody)}

    def extra(self, page: Page) -> dict[str, Any]:
        today = clock.today()
        standing = waiting.Standing.sum_of(self.standings.values())
        may_check = self.area is not None and self.request.user.may(CHECK_VISITS)
        return {
            **super().extra(page),
            "today": today,
            "month": month_start(today),
            "parts": self.parts(page.object_list),
            "area": self.area,
            "standing": standing,
            "figures": self.figures(standing),
            "start_form": CheckStart(today=today) if may_check else None,
        }

    def parts(self, rows: Any) -> list[ShownPart]:
        """The rows of the page below the areas by which the list is put together."""
        writer = Writer(self.request.user, [row.household for row in rows])
        parts: list[ShownPart] = []
        for row in rows:
            area = self.part_of(row.household)
            if not parts or parts[-1].area != area:
                parts.append(ShownPart(area, self.standings[area.pk].to_visit if area is not None else 0))
            word = state_word(row.household.check_state, row.household.not_due_reason)
            parts[-1].rows.append(ShownHousehold(row, word, writer.may_write(row.household)))
        return parts

    def part_of(self, household: Household) -> Area | None:
        """The area below which the household stands in the list."""
        if not self.part:
            return None
        return household.village if self.part == "village" else household.village.parent

    def figures(self, standing: waiting.Standing) -> list[Figure]:
        """The numbers on top, each with the list behind it."""
        late = FollowUp.objects.late(clock.today()).visible_to(self.request.user)
        late = late.filter(self.within_area("visit__household__village__path"))
        kept = {name: self.request.GET[name] for name in ("area", "helper") if self.request.GET.get(name)}
        if "helper" in kept:
            late = (
                late.filter(visit__helper=self.form()["helper"].value()) if kept["helper"].isdecimal() else late.none()
            )
        mine = {"mine": "on"} if self.only_mine else {}
        return [
            *month_figures(standing, lambda **asked: list_url("assistance:mine", **kept, **mine, **asked)),
            late_figure(late.count(), **kept),
        ]


def month_figures(standing: waiting.Standing, url: Callable[..., str]) -> list[Figure]:
    """How the running month stands; `url` makes the address of the list with filters."""
    return [
        Figure(
            label=_("Still to be visited"),
            value=standing.to_visit,
            unit=pgettext_lazy("unit", "households"),
            url=url(state=WaitingFilter.WAITING),
            tone="due" if standing.to_visit else "plain",
        ),
        Figure(
            label=_("Visited this month"),
            value=standing.met,
            unit=pgettext_lazy("unit", "households"),
            url=url(state=WaitingFilter.MET),
            tone="met",
        ),
        Figure(
            label=_("Not visited last month"),
            value=standing.missed_before,
            unit=pgettext_lazy("unit", "households"),
            url=url(missed_before="on"),
            tone="blocked" if standing.missed_before else "plain",
        ),
    ]


def late_figure(count: int, **kept: Any) -> Figure:
    """Promises whose day has passed."""
    return Figure(
        label=_("Late follow-ups"),
        value=count,
        url=list_url("assistance:follow_ups", **kept, state=FollowUpFilter.LATE),
        tone="blocked" if count else "plain",
    )


def list_url(url_name: str, **filters: Any) -> str:
    """A list with filters."""
    return f"{reverse(url_name)}?{urlencode(filters)}"
