"""What villages were told: the list, one meeting or posting, recording, correcting, withdrawing."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from households.views.changing import NothingChanged
from households.views.lists import AreaList, Exported
from jiangjin.accounts import gate
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages import permissions
from villages.forms.post_filters import PublicityFilter
from villages.forms.posts import WithdrawForm
from villages.forms.publicity import CorrectPublicityForm, PublicityForm
from villages.models import PublicityEvent
from villages.services import post_exports, publicity
from villages.views.access import NeedsPermission
from villages.views.changing import file_url
from villages.views.record_history import history
from villages.views.record_pages import AboutVillage, OwnRecordPage, changes_evidence, reaches, visible

TAB = "publicity"
RELATED = ("village__parent", "group", "recorded_by", "withdrawn_by")


class PublicityList(NeedsPermission, AreaList):
    """Meetings and postings in the chosen area's villages, the latest first."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/publicity_events.html"
    form_class: ClassVar[type[forms.Form]] = PublicityFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "from": ("starts_on",),
        "to": ("ends_on",),
        "kind": ("kind", "starts_on"),
        "village": ("village__path", "starts_on"),
        "present": ("attendance",),
    }
    default_sort: ClassVar[str] = "-from"

    def rows(self, form: Any) -> QuerySet[PublicityEvent]:
        events = PublicityEvent.objects.visible_to(self.request.user, self.permission)
        events = events.filter(self.within_area("village__path"))
        if form.is_valid():
            events = form.apply(events, today=clock.today())
        return events.select_related("village__parent", "group")

    def extra(self, page: Page) -> dict[str, Any]:
        may_record = self.request.user.may(permissions.RECORD)
        return {**super().extra(page), "today": clock.today(), "may_record": may_record}


class PublicityExport(Exported, PublicityList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "publicity"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return post_exports.publicity(rows, by=self.request.user, filters=filters)


class PublicityDetail(gate.NeedsPermission, View):
    """A meeting or posting, and what happened to the record."""

    permission: ClassVar[str] = permissions.VIEW

    def get(self, request: HttpRequest, publicity: int) -> HttpResponse:
        row = visible(request, PublicityEvent, publicity, permissions.VIEW, *RELATED)
        context = {
            "event": row,
            "evidence": list(row.evidence.shown()),
            "today": clock.today(),
            "history": history(row),
            "village_url": file_url(row.village, TAB),
            "may_record": reaches(request, permissions.RECORD, row.village.path) and row.withdrawn_at is None,
        }
        return render(request, "villages/posts/publicity_event.html", context)


class RecordPublicity(AboutVillage):
    """A meeting was held, or something was posted."""

    permission: ClassVar[str] = permissions.RECORD
    tab: ClassVar[str] = TAB

    def form(self, data: Any) -> PublicityForm:
        kind = self.request.GET.get("kind", "")
        user, today = self.request.user, clock.today()
        return PublicityForm(data, self.files(data), village=self.village, by=user, today=today, kind=kind)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Record a meeting or a posting"), "button": _("Record")}

    def save(self, form: PublicityForm) -> str:
        values = {name: form.cleaned_data[name] for name in (*publicity.CORRECTABLE, "evidence")}
        event = publicity.record(village=self.village, by=self.request.user, today=clock.today(), **values)
        return told(event)


def told(event: PublicityEvent) -> str:
    """What was recorded, in a sentence."""
    said = {"village": event.village, "day": event.starts_on, "topic": event.topic}
    if event.is_meeting:
        return _("The meeting of %(day)s in %(village)s is on file: %(topic)s.") % said
    return _("What was posted in %(village)s on %(day)s is on file: %(topic)s.") % said


class PublicityAct(OwnRecordPage):
    """Base: something is done to one record that stands."""

    permission: ClassVar[str] = permissions.RECORD
    event: PublicityEvent

    def find(self, *, publicity: int) -> None:  # type: ignore[override]
        self.event = visible(self.request, PublicityEvent, publicity, self.permission, *RELATED)
        if self.request.method == "GET" and self.event.withdrawn_at is not None:
            raise Http404

    def record(self) -> PublicityEvent:
        return self.event

    def place(self) -> Area:
        return self.event.village

    def back(self) -> str:
        return reverse("villages:publicity_event", args=[self.event.pk])


class CorrectPublicity(PublicityAct):
    """Change what is on file, such as the day on which something was taken down."""

    def form(self, data: Any) -> CorrectPublicityForm:
        return CorrectPublicityForm(data, self.files(data), event=self.event, by=self.request.user, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct: %(who)s") % {"who": self.event.topic}}

    def save(self, form: CorrectPublicityForm) -> str:
        changes = form.changes()
        if not changes and not changes_evidence(form, self.event):
            raise NothingChanged
        row = publicity.correct(
            event=self.event,
            changes=changes,
            by=self.request.user,
            today=clock.today(),
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            evidence=form.cleaned_data["evidence"],
        )
        return told(row)


class WithdrawPublicity(PublicityAct):
    """Take back what was wrong."""

    def form(self, data: Any) -> WithdrawForm:
        return WithdrawForm(data, version=self.event.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Withdraw: %(topic)s") % {"topic": self.event.topic},
            "intro": _("It stays on file with your reason and counts no more. This cannot be undone."),
            "button": _("Withdraw"),
            "danger": True,
        }

    def save(self, form: WithdrawForm) -> str:
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        row = publicity.withdraw(event=self.event, by=self.request.user, version=version, reason=reason)
        return _("Withdrawn: %(topic)s.") % {"topic": row.topic}
