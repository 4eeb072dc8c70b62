"""The households behind the numbers of the monthly check, and the same list as a workbook."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import QueryDict

from assistance.forms.filters import CheckFilter
from assistance.models import VisitCheck
from assistance.permissions import VIEW_CHECKS
from assistance.services import exports
from assistance.services.answering import names
from assistance.services.heads import heads_of
from assistance.views.lists import Exported, LinkedList
from assistance.views.words import state_word
from jiangjin.common import clock


class CheckList(LinkedList):
    """Rows of the monthly check in the chosen area; without a month, of the running one."""

    permission: ClassVar[str] = VIEW_CHECKS
    template_name: ClassVar[str] = "assistance/checks.html"
    form_class: ClassVar[type[forms.Form]] = CheckFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("household__village__path", "household__group__path", "household__number"),
        "number": ("household__number",),
        "state": ("state", "not_due_reason"),
        "visits": ("visits",),
        "counted": ("counted_visits",),
        "first": ("first_counted_on",),
    }
    default_sort: ClassVar[str] = "village"

    def form(self) -> CheckFilter:
        data: QueryDict = self.request.GET.copy()
        if not data.get("month"):
            data["month"] = f"{clock.today():%Y-%m}"
        return CheckFilter(data)

    def rows(self, form: Any) -> QuerySet[VisitCheck]:
        checks = VisitCheck.objects.visible_to(self.request.user, VIEW_CHECKS)
        checks = checks.filter(self.within_area("household__village__path"))
        if form.is_valid():
            checks = form.apply(checks, on=clock.today())
        return checks.select_related("household__village__parent", "household__group")

    def extra(self, page: Page) -> dict[str, Any]:
        checks = list(page.object_list)
        heads = heads_of(check.household_id for check in checks)
        helpers = names(checks)
        common = super().extra(page)
        return {
            **common,
            # There is always a month: nothing to be removed.
            "chips": [chip for chip in common["chips"] if chip.param != "month"],
            "shown": [
                (
                    check,
                    heads.get(check.household_id, ""),
                    helpers[check.pk],
                    state_word(check.state, check.not_due_reason),
                )
                for check in checks
            ],
        }


class CheckExport(Exported, CheckList):
    """The rows of the list as shown, all pages; logged."""

    permission: ClassVar[str] = VIEW_CHECKS
    file_name = "visit-check"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return exports.checks(rows, by=self.request.user, filters=filters)
