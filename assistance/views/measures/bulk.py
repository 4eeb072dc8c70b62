"""Many enrolments at once: taking a list, what would come of each row, confirming, what came of it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from assistance.forms.bulk_enrolments import ListForm
from assistance.forms.enrolment_filters import BulkFilter, BulkRowFilter
from assistance.forms.enrolments import VERBS
from assistance.imports.enrolment_workbooks import refused_workbook, template_workbook
from assistance.models import BulkEnrolment, BulkEnrolmentRow, BulkOutcome, BulkState, EnrolmentAct, Measure
from assistance.permissions import PROPOSE_MEASURES
from assistance.services import enrolling_many
from assistance.services.enrolment_refusals import sentence
from assistance.services.heads import heads_of
from assistance.views.measures.access import NeedsPermission, measure_of
from assistance.views.measures.words import ACT_ICONS, BULK_TONES, OUTCOME_TONES
from households.forms.rosters import areas_for_upload
from households.views.rosters import download
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.common import clock
from jiangjin.common.lists import ListPage
from jiangjin.jobs.progress import progress_of
from jiangjin.jobs.views import may_retry


class Bulks(NeedsPermission, ListPage):
    """Lists that were taken, newest first."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    template_name: ClassVar[str] = "assistance/measures/bulks.html"
    form_class: ClassVar[type[forms.Form]] = BulkFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "created": ("created_at",),
        "source": ("source",),
        "state": ("state",),
    }
    default_sort: ClassVar[str] = "-created"

    def rows(self, form: Any) -> QuerySet[BulkEnrolment]:
        bulks = BulkEnrolment.objects.visible_to(self.request.user).filter(within_chosen(self.request, "area__path"))
        bulks = bulks.select_related("area", "measure", "created_by")
        return form.apply(bulks) if form.is_valid() else bulks

    def page(self, rows: QuerySet) -> Page:
        page = super().page(rows)
        page.object_list = list(page.object_list)
        for bulk in page.object_list:
            bulk.tone = BULK_TONES[bulk.state]
            bulk.icon = ACT_ICONS[bulk.act]
            bulk.verb = verb_of(bulk)
        return page


def verb_of(bulk: BulkEnrolment) -> Any:
    """What the list is for."""
    return _("Propose") if bulk.act == EnrolmentAct.PROPOSE else VERBS[bulk.act]


class NewBulk(NeedsPermission, View):
    """Take a list for a measure: pasted or uploaded."""

    permission: ClassVar[str] = PROPOSE_MEASURES

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form(measure=request.GET.get("measure", "")))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                bulk = enrolling_many.gather_rows(
                    measure=form.cleaned_data["measure"],
                    year=form.cleaned_data["year"],
                    area=form.cleaned_data["area"],
                    rows=form.given.rows,
                    source=form.source,
                    values=form.particulars(),
                    by=request.user,
                    today=clock.today(),
                )
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return redirect("assistance:bulk", bulk=bulk.pk)
        return self.page(form, status=422)

    def form(self, *args: Any, **kwargs: Any) -> ListForm:
        scope: Scope = self.request.user.scope(self.permission)
        own = Area.objects.filter(path__in=scope.paths)
        areas = (areas_for_upload(scope) | own).order_by("path")
        chosen = chosen_area(self.request)
        if chosen is not None and not scope.covers(chosen.path):
            chosen = own.first()
        return ListForm(*args, areas=areas, chosen=chosen, today=clock.today(), **kwargs)

    def page(self, form: ListForm, status: int = 200) -> HttpResponse:
        measures = Measure.objects.in_force(clock.today())
        context = {"form": form, "templates": measures}
        return render(self.request, "assistance/measures/bulk_new.html", context, status=status)


class BulkTemplate(NeedsPermission, View):
    """An empty list for one measure."""

    permission: ClassVar[str] = PROPOSE_MEASURES

    def get(self, request: HttpRequest, measure: str) -> HttpResponse:
        found = measure_of(measure)
        return download(template_workbook(found), _("List %(measure)s.xlsx") % {"measure": found.name})


def visible_bulk(request: HttpRequest, pk: int) -> BulkEnrolment:
    """A list within the user's scope, or 404."""
    bulks = BulkEnrolment.objects.visible_to(request.user)
    return get_object_or_404(bulks.select_related("area", "measure", "created_by", "job__area"), pk=pk)


class BulkPage(NeedsPermission, ListPage):
    """One list: row by row what would come of it, or what came of it, and what can be done with it."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    template_name: ClassVar[str] = "assistance/measures/bulk.html"
    form_class: ClassVar[type[forms.Form]] = BulkRowFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"position": ("position",), "number": ("household__number",)}
    default_sort: ClassVar[str] = "position"
    bulk: BulkEnrolment

    def get(self, request: HttpRequest, *args: Any, **keys: Any) -> HttpResponse:
        self.bulk = visible_bulk(request, keys["bulk"])
        return super().get(request, *args, **keys)

    def rows(self, form: Any) -> QuerySet[BulkEnrolmentRow]:
        rows = self.bulk.rows.all()
        if form.is_valid():
            rows = form.apply(rows)
        return rows.select_related("household__village__parent", "member", "enrolment__measure")

    def page(self, rows: QuerySet) -> Page:
        page = super().page(rows)
        page.object_list = list(page.object_list)
        heads = heads_of({row.household_id for row in page.object_list if row.household_id is not None})
        for row in page.object_list:
            row.head_name = heads.get(row.household_id, "")
            row.outcome_label = BulkOutcome(row.came_to).label if row.came_to else ""
            row.tone = OUTCOME_TONES.get(row.came_to, "plain")
            row.sentence = sentence(row.code, row.params) if row.code else ""
            row.as_given = " ".join(str(row.given[name]) for name in ("number", "name") if row.given.get(name))
        return page

    def extra(self, page: Page) -> dict[str, Any]:
        bulk = self.bulk
        own = bulk.created_by_id == self.request.user.pk
        waiting = bulk.state == BulkState.CHECKED
        working = bulk.state in {BulkState.CHECKING, BulkState.COMMITTING}
        return {
            "bulk": bulk,
            "verb": verb_of(bulk),
            "state_tone": BULK_TONES[bulk.state],
            "counts": bulk.counts,
            "work": progress_of(bulk.job) if working and bulk.job is not None else None,
            "retry": bulk.job if working and bulk.job is not None and may_retry(self.request.user, bulk.job) else None,
            "may_commit": own and waiting and bool(bulk.counts.get("ready")),
            "may_discard": own and waiting,
            "has_refused": bool(bulk.counts.get("refused")),
            "question": self.question(),
        }

    def question(self) -> str:
        """What will happen, and to how many."""
        count = self.bulk.counts.get("ready", 0)
        words = {"count": count, "act": verb_of(self.bulk), "measure": self.bulk.measure}
        if self.bulk.act == EnrolmentAct.PROPOSE:
            return (
                ngettext(
                    "“%(measure)s” will be proposed for %(count)s row. Somebody else approves it.",
                    "“%(measure)s” will be proposed for %(count)s rows. Somebody else approves them.",
                    count,
                )
                % words
            )
        return ngettext("%(act)s: %(count)s enrolment.", "%(act)s: %(count)s enrolments.", count) % words


class BulkAct(NeedsPermission, View):
    """Base of what is done with one list by a button."""

    permission: ClassVar[str] = PROPOSE_MEASURES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, bulk: int) -> HttpResponse:
        found = visible_bulk(request, bulk)
        try:
            messages.success(request, self.act(found))
        except ValidationError as refusal:
            for text in refusal.messages:
                messages.error(request, text)
        return redirect("assistance:bulk", bulk=found.pk)

    def act(self, bulk: BulkEnrolment) -> str:
        """Do it; returns what was done, in words."""
        raise TypeError(f"{type(self).__name__} does nothing")


class CommitBulk(BulkAct):
    """Do what the check found to be possible."""

    def act(self, bulk: BulkEnrolment) -> str:
        enrolling_many.commit(bulk=bulk, by=self.request.user, today=clock.today())
        if bulk.state == BulkState.COMMITTED:
            return _("%(act)s: %(done)s of %(rows)s rows done.") % {
                "act": verb_of(bulk),
                "done": bulk.counts.get("done", 0),
                "rows": bulk.counts.get("rows", 0),
            }
        return _("%(act)s: %(count)s rows are being written.") % {
            "act": verb_of(bulk),
            "count": bulk.counts.get("ready", 0),
        }


class DiscardBulk(BulkAct):
    """Throw it away; nothing of it was written."""

    def act(self, bulk: BulkEnrolment) -> str:
        enrolling_many.discard(bulk=bulk, by=self.request.user)
        return _("%(source)s has been thrown away; nothing of it was written.") % {"source": bulk.source}


class BulkRefused(NeedsPermission, View):
    """The refused rows as a workbook, to be mended and uploaded again; logged."""

    permission: ClassVar[str] = PROPOSE_MEASURES

    def get(self, request: HttpRequest, bulk: int) -> HttpResponse:
        found = visible_bulk(request, bulk)
        if found.created_by_id != request.user.pk:
            raise PermissionDenied
        content = refused_workbook(found)
        if content is None:
            raise Http404
        refused = found.counts.get("refused", 0)
        record(by=request.user, action=AuditAction.EXPORTED, obj=found, after={"refused": refused})
        stem = found.source.rpartition(".")[0] or found.source
        return download(content, _("%(file)s - refused.xlsx") % {"file": stem})
