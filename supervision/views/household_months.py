"""The rows behind the numbers of dashboards: households as they stood at the end of months; the same list as a workbook."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet, Sum
from django.http import QueryDict

from assistance.services.heads import heads_of
from assistance.views.lists import Exported, LinkedList
from assistance.views.words import state_word
from households.permissions import VIEW
from jiangjin.common import clock
from supervision.forms.months import HouseholdMonthFilter
from supervision.models import HouseholdMonth
from supervision.permissions import VIEW_ROLLUPS
from supervision.services import exports


class HouseholdMonthList(LinkedList):
    """One row a household and month; without a month, of the running one. It reads what roll-ups count, and so adds up to them."""

    permission: ClassVar[str] = VIEW_ROLLUPS
    template_name: ClassVar[str] = "supervision/household_months.html"
    form_class: ClassVar[type[forms.Form]] = HouseholdMonthFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "number": ("household__number", "month"),
        "village": ("village__path", "household__group__path", "household__number", "month"),
        "month": ("month", "household__number"),
        "tier": ("tier",),
        "status": ("status",),
        "persons": ("persons",),
        "helpers": ("helpers",),
        "visits": ("visits",),
    }
    default_sort: ClassVar[str] = "village"

    def form(self) -> HouseholdMonthFilter:
        data: QueryDict = self.request.GET.copy()
        if not data.get("month"):
            data["month"] = f"{clock.today():%Y-%m}"
        return HouseholdMonthFilter(data)

    def rows(self, form: Any) -> QuerySet[HouseholdMonth]:
        rows = HouseholdMonth.objects.visible_to(self.request.user, VIEW).filter(self.within_area("village__path"))
        self.chosen = form.apply(rows) if form.is_valid() else rows.none()
        return self.chosen.select_related("household__village__parent", "household__group")

    def extra(self, page: Page) -> dict[str, Any]:
        form = self.form()
        rows = list(page.object_list)
        heads = heads_of(row.household_id for row in rows)
        return {
            **super().extra(page),
            "area": self.area,
            "indicator": form.counted_in,
            "total": self.total(form),
            "shown": [(row, heads.get(row.household_id, ""), state_word(row.visit_state)) for row in rows],
            "several_months": form.is_valid() and bool(form.cleaned_data["since"]),
        }

    def total(self, form: HouseholdMonthFilter) -> int | None:
        """What the indicator sums up over the rows, where it does not count them."""
        if form.counted_in is None or not form.counted_in.measure:
            return None
        return self.chosen.order_by().aggregate(total=Sum(form.counted_in.measure, default=0))["total"]


class HouseholdMonthExport(Exported, HouseholdMonthList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "household-months"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return exports.household_months(rows, by=self.request.user, filters=filters)
