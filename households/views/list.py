"""The list of households, and the same list as a workbook."""

import datetime as dt
import functools
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from households import permissions
from households.forms.filters import HouseholdFilter
from households.models import Evaluation, Household, Member
from households.rules.facts import income_year
from households.services import listing
from households.services.evaluations import VERDICT_NAMES
from households.views.access import NeedsPermission, latest_evaluation_day
from jiangjin.accounts.frame import within_chosen
from jiangjin.common import clock
from jiangjin.common.components import chips
from jiangjin.common.lists import ListPage


class HouseholdList(NeedsPermission, ListPage):
    """Everybody the user may see, narrowed by the chosen area and the filters."""

    template_name: ClassVar[str] = "households/list.html"
    form_class: ClassVar[type[forms.Form]] = HouseholdFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "number": ("number",),
        "name": ("head_pinyin",),
        "village": ("village__path", "group__path"),
        "members": ("member_count",),
        "income": ("per_capita_fen",),
        "tier": ("tier",),
        "status": ("status", "status_on"),
    }
    # Orders by what is not stored.
    computed_sorts: ClassVar[set[str]] = {"name", "members", "income"}
    default_sort: ClassVar[str] = "number"

    @functools.cached_property
    def as_of(self) -> dt.date | None:
        """The day whose verdicts are shown."""
        return latest_evaluation_day(self.request)

    def form(self) -> HouseholdFilter:
        return HouseholdFilter(self.request.GET, latest_as_of=self.as_of)

    def rows(self, form: Any) -> QuerySet[Household]:
        today = clock.today()
        visible = Household.objects.visible_to(self.request.user, self.permission)
        visible = visible.filter(within_chosen(self.request, "village__path"))
        if form.is_valid():
            visible = form.apply(visible, on=today)
        return visible

    def ordered(self, rows: QuerySet) -> QuerySet:
        if self.sort.removeprefix("-") in self.computed_sorts:
            rows = listing.with_columns(rows, on=clock.today())
        return super().ordered(rows)

    def page(self, rows: QuerySet) -> Page:
        """The page's households first, then their columns: what is not shown is not worked out."""
        page = super().page(rows.values_list("pk", flat=True))
        keys = list(page.object_list)
        shown = listing.with_columns(Household.objects.filter(pk__in=keys), on=clock.today())
        page.object_list = sorted(shown, key=lambda household: keys.index(household.pk))
        as_of = self.as_of
        judged = (
            dict(Evaluation.objects.current(as_of).filter(household__in=keys).values_list("household_id", "verdict"))
            if as_of is not None
            else {}
        )
        for household in page.object_list:
            household.shown_per_capita_fen = listing.per_capita(household)
            household.verdict_state = VERDICT_NAMES.get(judged.get(household.pk, -1))
        return page

    def persons(self, form: HouseholdFilter) -> int | None:
        """How many people the listed households have, on the day of the roll that is asked for or today; None unless asked."""
        if not form.is_valid() or form.cleaned_data["sum"] != HouseholdFilter.PERSONS:
            return None
        on = form.cleaned_data["roll_on"] or clock.today()
        return Member.objects.present(on).filter(household__in=self.rows(form).order_by().values("pk")).count()

    def extra(self, page: Page) -> dict[str, Any]:
        today = clock.today()
        form = self.form()
        linked = form.linked() if form.is_valid() else []
        return {
            "chips": [*chips(form), *linked],
            "total": self.persons(form),
            "year": income_year(today),
            "as_of": self.as_of,
            "may_export": self.request.user.may(permissions.EXPORT),
            "may_manage": self.request.user.may(permissions.MANAGE),
            "may_import": self.request.user.may(permissions.IMPORT),
        }


class HouseholdExport(HouseholdList):
    """The rows of the list as shown, all pages, without personal numbers; logged."""

    permission: ClassVar[str] = permissions.EXPORT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, rows = self.filtered()
        rows = listing.with_columns(rows, on=clock.today())
        content = listing.export(rows, by=request.user, filters=form.cleaned_data, on=clock.today())
        response = HttpResponse(
            content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
        response["Content-Disposition"] = f'attachment; filename="households-{clock.today():%Y%m%d}.xlsx"'
        return response
