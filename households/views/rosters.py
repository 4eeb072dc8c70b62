"""Import of rosters: upload, what the check found, what it would do, confirm or throw away, refused rows back."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from households import permissions
from households.forms.rosters import IssueFilter, PreviewFilter, RosterFilter, UploadForm, areas_for_upload
from households.imports import service
from households.imports.columns import REQUIRED
from households.imports.downloads import refused_rows
from households.imports.template import template_columns, template_workbook, title_of
from households.models import RosterImport, RosterImportState, RosterIssue, RosterOutcome, RosterPreview, Severity
from households.rules.facts import income_year
from households.views.access import NeedsPermission
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common import clock
from jiangjin.common.lists import ListPage
from jiangjin.jobs.models import JobRun
from jiangjin.jobs.progress import progress_of
from jiangjin.jobs.views import may_retry

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATE_TONES = {
    RosterImportState.CHECKING: "info",
    RosterImportState.CHECKED: "due",
    RosterImportState.COMMITTING: "info",
    RosterImportState.COMMITTED: "met",
    RosterImportState.FAILED: "blocked",
    RosterImportState.DISCARDED: "closed",
}
OUTCOME_TONES = {
    RosterOutcome.NEW: "info",
    RosterOutcome.CHANGED: "due",
    RosterOutcome.UNCHANGED: "plain",
    RosterOutcome.REFUSED: "blocked",
}
# `?show=` → the findings of that severity.
FINDINGS = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "hints": Severity.HINT}
HOUSEHOLDS = "households"
ON_FILE = {RosterOutcome.CHANGED, RosterOutcome.UNCHANGED}


class Rosters(NeedsPermission, ListPage):
    """Uploaded rosters, newest first, and the upload."""

    permission: ClassVar[str] = permissions.IMPORT
    template_name: ClassVar[str] = "households/imports.html"
    form_class: ClassVar[type[forms.Form]] = RosterFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "created": ("created_at",),
        "name": ("original_name",),
        "area": ("area__path",),
        "state": ("state",),
    }
    default_sort: ClassVar[str] = "-created"
    uploading: UploadForm | None = None

    def rows(self, form: Any) -> QuerySet[RosterImport]:
        rosters = RosterImport.objects.visible_to(self.request.user).filter(within_chosen(self.request, "area__path"))
        rosters = rosters.select_related("area", "created_by")
        return form.apply(rosters) if form.is_valid() else rosters

    def page(self, rows: QuerySet) -> Page:
        page = super().page(rows)
        page.object_list = list(page.object_list)
        for roster in page.object_list:
            roster.state_tone = STATE_TONES[roster.state]
        return page

    def extra(self, page: Page) -> dict[str, Any]:
        return {
            "upload_form": self.uploading or self.upload_form(),
            "columns": [(title_of(column), column.code in REQUIRED) for column in template_columns()],
            "year": income_year(clock.today()),
        }

    def upload_form(self, *args: Any) -> UploadForm:
        areas = areas_for_upload(self.request.user.scope(self.permission))
        return UploadForm(*args, areas=areas, chosen=chosen_area(self.request))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.upload_form(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                roster = service.upload(
                    name=file.name, content=file.read(), area=form.cleaned_data["area"], by=request.user
                )
            except ValidationError as refusal:
                form.add_error("file", refusal)
            else:
                messages.success(
                    request,
                    _("%(file)s has been uploaded for %(area)s and is being checked. Nothing is written yet.")
                    % {"file": roster.original_name, "area": roster.area},
                )
                return redirect("households:import", pk=roster.pk)
        self.uploading = form
        response = self.get(request)
        response.status_code = 422
        return response


class RosterTemplate(NeedsPermission, View):
    """An empty roster to fill in."""

    permission: ClassVar[str] = permissions.IMPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        area = chosen_area(request)
        if area is None:
            raise PermissionDenied
        year = income_year(clock.today())
        content = template_workbook(area=area, year=year)
        return download(content, _("Roster %(area)s %(year)s.xlsx") % {"area": area.name, "year": year})


def visible_roster(request: HttpRequest, pk: int) -> RosterImport:
    """A roster within the user's scope, or 404."""
    rosters = RosterImport.objects.visible_to(request.user)
    rosters = rosters.select_related("area", "created_by", "check_job__area", "commit_job__area")
    return get_object_or_404(rosters, pk=pk)


class RosterPage(NeedsPermission, View):
    """One roster: `?show=` errors, warnings or hints lists its findings, otherwise its households are shown."""

    permission: ClassVar[str] = permissions.IMPORT

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        shown = FindingsOfRoster if request.GET.get("show") in FINDINGS else HouseholdsOfRoster
        return shown.as_view()(request, pk=pk)


class RosterContent(NeedsPermission, ListPage):
    """Base of the two: the roster's progress, its figures, and what can be done with it stand above the list."""

    permission: ClassVar[str] = permissions.IMPORT
    template_name: ClassVar[str] = "households/import.html"
    roster: RosterImport

    def get(self, request: HttpRequest, *args: Any, **keys: Any) -> HttpResponse:
        self.roster = visible_roster(request, keys["pk"])
        return super().get(request, *args, **keys)

    def extra(self, page: Page) -> dict[str, Any]:
        roster, counts = self.roster, self.roster.counts
        show = self.request.GET.get("show", "")
        job = job_of(roster)
        return {
            "roster": roster,
            "state_tone": STATE_TONES[RosterImportState(roster.state)],
            "counts": counts if "households_in_file" in counts else None,
            "shows_findings": show in FINDINGS,
            "show": show if show in FINDINGS else HOUSEHOLDS,
            "tabs": [
                (HOUSEHOLDS, _("Households"), counts.get("households_in_file")),
                ("errors", _("Errors"), counts.get("errors")),
                ("warnings", _("Warnings"), counts.get("warnings")),
                ("hints", _("Hints"), counts.get("hints")),
            ],
            "work": progress_of(job) if job is not None else None,
            "retry": job if job is not None and may_retry(self.request.user, job) else None,
            "waiting": roster.state == RosterImportState.CHECKED,
            "twin": service.same_file(roster).visible_to(self.request.user).first() if may_be_twice(roster) else None,
            "may_discard": roster.state in {RosterImportState.CHECKED, RosterImportState.FAILED},
        }


def may_be_twice(roster: RosterImport) -> bool:
    """Whether somebody still decides about the roster, who should know of another one of the same file."""
    return roster.state in {RosterImportState.CHECKING, RosterImportState.CHECKED}


def job_of(roster: RosterImport) -> JobRun | None:
    """The job that a roster waits for."""
    if roster.state == RosterImportState.CHECKING:
        return roster.check_job
    return roster.commit_job if roster.state == RosterImportState.COMMITTING else None


class HouseholdsOfRoster(RosterContent):
    """What the roster means for each household, or, once it is committed, what it did."""

    form_class: ClassVar[type[forms.Form]] = PreviewFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "position": ("position",),
        "number": ("household_number",),
        "head": ("head_name",),
    }
    default_sort: ClassVar[str] = "position"

    def rows(self, form: Any) -> QuerySet[RosterPreview]:
        previews = self.roster.previews.all()
        return form.apply(previews) if form.is_valid() else previews

    def page(self, rows: QuerySet) -> Page:
        page = super().page(rows)
        page.object_list = list(page.object_list)
        committed = self.roster.state == RosterImportState.COMMITTED
        for row in page.object_list:
            row.came_to = RosterOutcome(row.came_to)
            row.tone = OUTCOME_TONES[row.came_to]
            row.on_file = row.came_to in ON_FILE or (committed and row.came_to == RosterOutcome.NEW)
        return page


class FindingsOfRoster(RosterContent):
    """Where something is wrong or odd, cell by cell, in the order of the file."""

    form_class: ClassVar[type[forms.Form]] = IssueFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"place": ("pk",), "number": ("household_number",)}
    default_sort: ClassVar[str] = "place"

    def found(self) -> QuerySet[RosterIssue]:
        """The findings of the severity that is asked for."""
        return self.roster.issues.filter(severity=FINDINGS[self.request.GET["show"]])

    def form(self) -> forms.Form:
        codes = self.found().order_by().values_list("code").annotate(count=Count("pk")).order_by("-count", "code")
        return IssueFilter(self.request.GET, codes=codes)

    def rows(self, form: Any) -> QuerySet[RosterIssue]:
        return form.apply(self.found()) if form.is_valid() else self.found()


class RosterAct(NeedsPermission, View):
    """Base of what is done with one roster by a button."""

    permission: ClassVar[str] = permissions.IMPORT
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = visible_roster(request, pk)
        try:
            messages.success(request, self.act(roster))
        except ValidationError as refusal:
            for text in refusal.messages:
                messages.error(request, text)
        return redirect("households:import", pk=roster.pk)

    def act(self, roster: RosterImport) -> str:
        """Do it; returns what was done, in words. Raises ValidationError in another state."""
        raise TypeError(f"{type(self).__name__} does nothing")


class CommitRoster(RosterAct):
    """Write the accepted households."""

    def act(self, roster: RosterImport) -> str:
        service.commit(roster=roster, by=self.request.user)
        return _("%(count)s accepted households of %(file)s are being written.") % {
            "count": roster.counts["accepted_households"],
            "file": roster.original_name,
        }


class DiscardRoster(RosterAct):
    """Throw it away; nothing of it was written."""

    def act(self, roster: RosterImport) -> str:
        service.discard(roster=roster, by=self.request.user)
        return _("%(file)s has been thrown away; nothing of it was written.") % {"file": roster.original_name}


class RefusedRows(NeedsPermission, View):
    """The refused rows as a workbook, to be mended and uploaded again."""

    permission: ClassVar[str] = permissions.IMPORT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = visible_roster(request, pk)
        content = refused_rows(roster=roster, by=request.user)
        if content is None:
            raise Http404
        stem = roster.original_name.rpartition(".")[0] or roster.original_name
        return download(content, _("%(file)s - refused.xlsx") % {"file": stem})


def download(content: bytes, name: str) -> HttpResponse:
    """A workbook that the browser saves and keeps no copy of."""
    response = HttpResponse(content, content_type=WORKBOOK)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["Cache-Control"] = "no-store"
    return response
