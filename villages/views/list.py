"""The list of villages and communities, and the same list as a workbook."""

import functools
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from households.permissions import EXPORT
from households.permissions import VIEW as VIEW_HOUSEHOLDS
from households.views.lists import EXCEL, AreaList
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages.forms.filters import VillageFilter
from villages.models import PoorVillage, Village
from villages.services import exports, numbers, standing
from villages.services.links import exits_url, persons_url, roll_url
from villages.services.numbers import VillageNumbers
from villages.views.access import NeedsPermission, poor_village_of
from villages.views.figures import standing_figures


@dataclass(frozen=True)
class ShownVillage:
    """A row of the list, and where its numbers open."""

    village: Village
    poor: PoorVillage | None
    numbers: VillageNumbers
    roll_url: str
    persons_url: str
    exits_url: str


class VillageList(NeedsPermission, AreaList):
    """All villages and communities of the chosen area, as of a day."""

    template_name: ClassVar[str] = "villages/list.html"
    form_class: ClassVar[type[forms.Form]] = VillageFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name_pinyin",),
        "town": ("path",),
        # Those that are or were on the list first, the best established ones before the others.
        "poor": ("poor_village__evidence", "path"),
        "households": ("roll_households",),
        "persons": ("roll_persons",),
        "exited": ("exited_households",),
        "incidence": ("incidence",),
    }
    default_sort: ClassVar[str] = "poor"
    poor: list[standing.PoorVillageRow]

    @functools.cached_property
    def counted(self) -> dict[int, VillageNumbers]:
        """The numbers that are known, by village."""
        return {}

    @functools.cached_property
    def visible(self) -> QuerySet[Village]:
        """The villages of the chosen area that the user may see."""
        visible: QuerySet[Village] = Village.objects.visible_to(self.request.user).filter(self.within_area("path"))
        return visible

    @functools.cached_property
    def households_scope(self) -> Scope:
        """Which households the numbers count: those that the lists behind them show."""
        scope: Scope = self.request.user.scope(VIEW_HOUSEHOLDS)
        return scope

    @functools.cached_property
    def filter(self) -> VillageFilter:
        """The bound filter form, validated."""
        towns = Area.objects.filter(children__in=self.visible).distinct().order_by("path")
        form = VillageFilter(self.request.GET, today=clock.today(), towns=towns)
        form.is_valid()
        return form

    def form(self) -> VillageFilter:
        return self.filter

    def rows(self, form: Any) -> QuerySet[Village]:
        found: QuerySet[Village] = form.apply(self.visible) if form.is_valid() else self.visible.none()
        return found

    def keys(self, form: VillageFilter) -> list[int]:
        """The numbers of the villages that pass, in their order."""
        rows = self.rows(form)
        state = form.cleaned_data["incidence"] if form.is_valid() else ""
        (column, *_rest) = self.sorts[self.sort.removeprefix("-")]
        computed = column in numbers.SORTABLE
        if computed or state:
            order = f"{'-' if self.sort.startswith('-') else ''}{column}" if computed else ""
            found = numbers.of(rows, on=form.day(), scope=self.households_scope, state=state, order=order)
            self.counted |= found
            if computed:
                return list(found)
            rows = rows.filter(pk__in=list(found))
        return list(self.ordered(rows).values_list("pk", flat=True))

    def filtered(self) -> tuple[Any, Any]:
        return self.filter, self.keys(self.filter)

    def page(self, rows: Any) -> Page:
        """The page's villages, then their numbers and those of the poor villages: what is not shown is not counted."""
        page = super().page(rows)
        self.poor = standing.poor_rows(self.visible, on=self.filter.day())
        keys = list(page.object_list)
        self.count({*keys, *(row.village_id for row in self.poor)})
        page.object_list = self.shown(keys)
        return page

    def count(self, keys: set[int]) -> None:
        """See to it that the numbers of these villages are known."""
        missing = keys - set(self.counted)
        if missing:
            chosen = Village.objects.filter(pk__in=missing)
            self.counted |= numbers.of(chosen, on=self.filter.day(), scope=self.households_scope)

    def shown(self, keys: list[int]) -> list[ShownVillage]:
        """The rows of these villages."""
        on = self.filter.day()
        villages = Village.objects.filter(pk__in=keys).select_related("parent", "poor_village")
        by_key = {village.pk: village for village in villages}
        return [
            ShownVillage(
                village,
                poor_village_of(village),
                self.counted[village.pk],
                roll_url(village, on),
                persons_url(village, on),
                exits_url(village, on),
            )
            for village in (by_key[key] for key in keys)
        ]

    def extra(self, page: Page) -> dict[str, Any]:
        form, on = self.filter, self.filter.day()
        return {
            **super().extra(page),
            "on": on,
            "limit_ratio": numbers.limit_ratio(on),
            "figures": standing_figures(
                standing.summed(self.poor, self.counted, on=on), area=self.area, on=form.cleaned_data.get("as_of")
            ),
        }


class VillageExport(VillageList):
    """The rows of the list as shown, all pages; logged."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(EXPORT):
            raise PermissionDenied
        form, on = self.filter, self.filter.day()
        keys = self.keys(form)
        visible = Village.objects.visible_to(request.user, EXPORT).filter(pk__in=keys)
        by_key = {village.pk: village for village in visible.select_related("parent", "poor_village")}
        rows = [by_key[key] for key in keys if key in by_key]
        self.count(set(by_key))
        content = exports.villages(rows, self.counted, on=on, by=request.user, filters=form.cleaned_data)
        response = HttpResponse(content, content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="villages-{on:%Y%m%d}.xlsx"'
        return response
