"""What was promised on visits: the list, and what came of it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.acting import CloseForm, WithdrawForm
from assistance.forms.filters import FollowUpFilter
from assistance.models import FollowUp
from assistance.permissions import WRITE_VISITS
from assistance.services import follow_ups
from assistance.services.heads import heads_of
from assistance.services.writing import Writer
from assistance.views.access import NeedsPermission, may_write
from assistance.views.lists import LinkedList
from assistance.views.promised import ShownFollowUp, shown_follow_up, shown_follow_ups
from assistance.views.visit import visit_page
from jiangjin.common import clock
from jiangjin.evidence.models import shown_evidence


class FollowUpList(LinkedList):
    """Promises of the chosen area: open ones, unless others are asked for."""

    template_name: ClassVar[str] = "assistance/follow_ups.html"
    form_class: ClassVar[type[forms.Form]] = FollowUpFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "due": ("due_on",),
        "visited": ("visit__visited_on",),
        "helper": ("visit__helper__name_pinyin",),
        "village": ("visit__household__village__path", "visit__household__number"),
    }
    default_sort: ClassVar[str] = "due"

    def rows(self, form: Any) -> QuerySet[FollowUp]:
        visible = FollowUp.objects.visible_to(self.request.user)
        visible = visible.filter(self.within_area("visit__household__village__path"))
        if form.is_valid():
            visible = form.apply(visible, on=clock.today(), user=self.request.user)
        visible = visible.select_related("visit__household__village__parent", "visit__helper", "done_by")
        return visible.prefetch_related(shown_evidence())

    def extra(self, page: Page) -> dict[str, Any]:
        shown = shown_follow_ups(page.object_list)
        households = {each.row.visit.household_id: each.row.visit.household for each in shown}
        writer = Writer(self.request.user, households.values())
        heads = heads_of(households)
        return {
            **super().extra(page),
            "shown": [
                (each, heads.get(each.row.visit.household_id, ""), writer.may_write(each.row.visit.household))
                for each in shown
            ],
        }


class FollowUpAct(NeedsPermission, View):
    """Base: one follow-up is changed; htmx gets it back as it stands, a browser without script the visit's page, with what was
    typed if it was not done."""

    permission: ClassVar[str] = WRITE_VISITS
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, follow_up: int) -> HttpResponse:
        visible = FollowUp.objects.visible_to(request.user, WRITE_VISITS)
        row = get_object_or_404(visible.select_related("visit__household__village", "done_by"), pk=follow_up)
        form = self.form(row)
        done = ""
        if form.is_valid():
            try:
                row = self.act(row, form)
                done = self.told(row)
            except ValidationError as refusal:
                row.refresh_from_db()
                form.take(refusal)
        return self.answered(row, form, done)

    def form(self, row: FollowUp) -> Any:
        """The bound form."""
        raise TypeError(f"{type(self).__name__} has no form")

    def act(self, row: FollowUp, form: Any) -> FollowUp:
        """Call the service."""
        raise TypeError(f"{type(self).__name__} does nothing")

    def told(self, row: FollowUp) -> str:
        """What was done, in words."""
        raise TypeError(f"{type(self).__name__} tells nothing")

    def answered(self, row: FollowUp, form: Any, done: str) -> HttpResponse:
        shown = self.shown(row, form, done)
        if self.request.headers.get("HX-Request"):
            context = {"shown": shown, "may_write": may_write(self.request, row.visit.household), "errors": form.errors}
            return render(self.request, "assistance/_follow_up.html", context, status=200 if done else 422)
        if done:
            messages.success(self.request, done)
            return redirect("assistance:visit", visit=row.visit_id)
        if shown.form is form:
            return visit_page(self.request, row.visit_id, bound=shown, status=422)
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(self.request, str(error))
        return redirect("assistance:visit", visit=row.visit_id)

    def shown(self, row: FollowUp, form: Any, done: str) -> ShownFollowUp:
        """As the pages show it now: with what was typed if it is not done."""
        if done or not isinstance(form, CloseForm):
            form = CloseForm(follow_up=row)
        prefetch_related_objects([row], shown_evidence())
        return shown_follow_up(row, form)


class CloseFollowUp(FollowUpAct):
    """Say what came of it."""

    def form(self, row: FollowUp) -> CloseForm:
        return CloseForm(self.request.POST, self.request.FILES, follow_up=row, by=self.request.user)

    def act(self, row: FollowUp, form: CloseForm) -> FollowUp:
        return follow_ups.close(follow_up=row, by=self.request.user, today=clock.today(), **form.cleaned_data)

    def told(self, row: FollowUp) -> str:
        return _("Closed: %(what)s") % {"what": row.text}


class ReopenFollowUp(FollowUpAct):
    """Take it up again."""

    def form(self, row: FollowUp) -> WithdrawForm:
        return WithdrawForm(self.request.POST)

    def act(self, row: FollowUp, form: WithdrawForm) -> FollowUp:
        return follow_ups.reopen(follow_up=row, by=self.request.user, **form.cleaned_data)

    def told(self, row: FollowUp) -> str:
        return _("Open again: %(what)s") % {"what": row.text}
