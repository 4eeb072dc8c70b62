"""The list of difficulties, and the same list as a workbook."""

import functools
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet

from assistance.forms.difficulties.filters import DifficultyFilter
from assistance.models import Difficulty, DifficultyState
from assistance.permissions import ASSIGN_DIFFICULTIES, RAISE_DIFFICULTIES
from assistance.services.difficulties import exports
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import SHOWN, NeedsPermission, units_of
from assistance.views.difficulties.words import shown
from assistance.views.lists import Exported, LinkedList
from jiangjin.common import clock


class DifficultyList(NeedsPermission, LinkedList):
    """Difficulties of the chosen area: those still to be solved, what is due first on top."""

    template_name: ClassVar[str] = "assistance/difficulties/list.html"
    form_class: ClassVar[type[forms.Form]] = DifficultyFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "due": ("due_on",),
        "raised": ("raised_on",),
        "solved": ("solved_on",),
        "kind": ("kind", "due_on"),
        "state": ("state", "due_on"),
        "unit": ("owner_unit__name", "due_on"),
        "village": ("village__path", "household__number"),
    }
    default_sort: ClassVar[str] = "due"

    def form(self) -> Any:
        return self._form

    @functools.cached_property
    def _form(self) -> DifficultyFilter:
        return DifficultyFilter(self.request.GET, units=units_of(self.request))

    def rows(self, form: Any) -> QuerySet[Difficulty]:
        visible = Difficulty.objects.visible_to(self.request.user).filter(self.within_area("village__path"))
        if form.is_valid():
            visible = form.apply(visible, on=clock.today())
        return visible

    def page(self, rows: QuerySet) -> Page:
        """The page's rows by number first: what is put in order are numbers, not all that was written down."""
        page = super().page(rows.values_list("pk", flat=True))
        keys = list(page.object_list)
        found = {row.pk: row for row in Difficulty.objects.filter(pk__in=keys).select_related(*SHOWN).order_by()}
        page.object_list = [found[key] for key in keys]
        return page

    def extra(self, page: Page) -> dict[str, Any]:
        heads = heads_of(row.household_id for row in page.object_list if row.household_id is not None)
        may_assign = self.request.user.may(ASSIGN_DIFFICULTIES)
        return {
            **super().extra(page),
            "shown": shown(page.object_list, heads, today=clock.today()),
            "has_solved": any(row.solved_on is not None for row in page.object_list),
            "may_raise": self.request.user.may(RAISE_DIFFICULTIES),
            "to_assign": may_assign and any(row.state == DifficultyState.OPEN for row in page.object_list),
        }


class DifficultyExport(Exported, DifficultyList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "difficulties"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return exports.difficulties(rows.select_related(*SHOWN), by=self.request.user, filters=filters)
