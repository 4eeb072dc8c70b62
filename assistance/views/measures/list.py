"""The list of enrolments, the same list as a workbook, and what is done with many of its rows."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.enrolment_filters import EnrolmentFilter
from assistance.forms.enrolments import VERBS, BulkActForm
from assistance.models import OPEN, Enrolment
from assistance.permissions import APPROVE_MEASURES, PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services import enrolling_many, enrolment_exports, measure_extents
from assistance.services.enrolment_desk import PERMISSION
from assistance.services.heads import heads_of
from assistance.services.remembering import remembered
from assistance.views.lists import Exported, LinkedList
from assistance.views.measures.access import NeedsPermission, visible_enrolments
from assistance.views.measures.words import STATE_TONES
from jiangjin.accounts.frame import chosen_area
from jiangjin.common import clock


class EnrolmentList(LinkedList):
    """Enrolments of the chosen area."""

    permission: ClassVar[str] = VIEW_MEASURES
    template_name: ClassVar[str] = "assistance/measures/enrolments.html"
    form_class: ClassVar[type[forms.Form]] = EnrolmentFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "planned": ("planned_on",),
        "done": ("done_on",),
        "measure": ("measure__order", "measure__code"),
        "village": ("household__village__path", "household__number"),
        "amount": ("amount_fen",),
        "state": ("state",),
        "year": ("year",),
    }
    default_sort: ClassVar[str] = "-planned"

    def form(self) -> forms.Form:
        return EnrolmentFilter(self.request.GET, today=clock.today())

    def rows(self, form: Any) -> QuerySet[Enrolment]:
        visible = visible_enrolments(self.request)
        return form.apply(visible, user=self.request.user) if form.is_valid() else visible

    def filtered(self) -> tuple[forms.Form, QuerySet]:
        form = self.form()
        rows = self.rows(form)
        return form, self.ordered(rows if form.is_valid() else rows.none())

    def page(self, rows: QuerySet) -> Page:
        """The page's enrolments by number first: what is put in order are numbers, not all that is on file."""
        page = super().page(rows.values_list("pk", flat=True))
        keys = list(page.object_list)
        shown = Enrolment.objects.filter(pk__in=keys).select_related(
            "measure", "household__village__parent", "household__group", "member", "unit", "planned_by"
        )
        by_key = {row.pk: row for row in shown}
        page.object_list = [by_key[key] for key in keys]
        for row in page.object_list:
            row.tone = STATE_TONES[row.state]
        return page

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        heads = heads_of({row.household_id for row in page.object_list})
        area = chosen_area(self.request)
        counted = None
        if form.is_valid() and page.paginator.count:
            rows = self.rows(form)
            counted, _at = remembered(
                "extent",
                lambda: measure_extents.extent(rows, on=clock.today()),
                scope=self.request.user.scope(VIEW_MEASURES),
                by=(area.path if area else "", sorted(form.cleaned_data.items()), self.request.user.pk, clock.today()),
            )
        return {
            **super().extra(page),
            "shown": [(row, heads.get(row.household_id, "")) for row in page.object_list],
            "extent": counted,
            "acts": bulk_acts(self.request) if page.paginator.count else [],
            "has_open": any(row.state in OPEN for row in page.object_list),
        }


def bulk_acts(request: HttpRequest) -> list[tuple[str, Any]]:
    """What the user may do with many enrolments at once, with the words of the buttons."""
    held = {code for code in (PROPOSE_MEASURES, APPROVE_MEASURES) if request.user.may(code)}
    return [(act, VERBS[act]) for act in enrolling_many.ACTS if PERMISSION[act] in held]


class EnrolmentExport(Exported, EnrolmentList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "enrolments"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        rows = rows.select_related(
            *("measure", "household__village__parent", "household__group", "member", "unit"),
            *("business", "planned_by", "approved_by"),
        )
        return enrolment_exports.enrolments(rows, by=self.request.user, filters=filters)


class StartBulkAct(NeedsPermission, View):
    """From the list: the ticked rows, or all that pass the filters, are looked at for one act. Nothing is done yet: the next page
    says what would come of each, and asks."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponse:
        back = f"{reverse('assistance:enrolments')}?{request.GET.urlencode()}"
        area = chosen_area(request)
        form = BulkActForm(request.POST, acts=bulk_acts(request), today=clock.today())
        if not form.is_valid() or area is None:
            for error in [error for errors in form.errors.values() for error in errors]:
                messages.error(request, str(error))
            return redirect(back)
        filtering = EnrolmentFilter(request.GET, today=clock.today())
        rows = visible_enrolments(request)
        rows = filtering.apply(rows, user=request.user) if filtering.is_valid() else rows.none()
        if not form.cleaned_data["everything"]:
            rows = rows.filter(pk__in=form.cleaned_data["ticked"])
        count = rows.count()
        if not count:
            messages.error(request, _("Tick the rows, or choose all that are listed."))
            return redirect(back)
        if count > enrolling_many.MOST_ROWS:
            messages.error(
                request, _("These are more than %(most)s; choose fewer.") % {"most": enrolling_many.MOST_ROWS}
            )
            return redirect(back)
        bulk = enrolling_many.gather_acts(
            act=form.cleaned_data["act"],
            enrolments=rows,
            area=area,
            values=form.values(),
            by=request.user,
            today=clock.today(),
        )
        return redirect("assistance:bulk", bulk=bulk.pk)
