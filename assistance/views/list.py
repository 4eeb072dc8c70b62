"""The list of visits, and the same list as a workbook."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet

from assistance.forms.filters import VisitFilter
from assistance.models import Visit
from assistance.services import exports
from assistance.services.heads import heads_of
from assistance.views.lists import Exported, LinkedList


class VisitList(LinkedList):
    """Visits of the chosen area, newest first."""

    template_name: ClassVar[str] = "assistance/visits.html"
    form_class: ClassVar[type[forms.Form]] = VisitFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "visited": ("visited_on",),
        "recorded": ("recorded_on",),
        "helper": ("helper__name_pinyin",),
        "village": ("household__village__path", "household__number"),
        "method": ("method",),
    }
    default_sort: ClassVar[str] = "-visited"

    def rows(self, form: Any) -> QuerySet[Visit]:
        visible = Visit.objects.visible_to(self.request.user)
        visible = visible.filter(self.within_area("household__village__path"))
        if form.is_valid():
            visible = form.apply(visible)
        return visible.select_related("household__village__parent", "household__group", "helper__unit")

    def extra(self, page: Page) -> dict[str, Any]:
        heads = heads_of({visit.household_id for visit in page.object_list})
        return {
            **super().extra(page),
            "shown": [(visit, heads.get(visit.household_id, "")) for visit in page.object_list],
        }


class VisitExport(Exported, VisitList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "visits"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return exports.visits(rows, by=self.request.user, filters=filters)
