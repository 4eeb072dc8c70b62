"""People who were trained: the list, one of them, recording, correcting, withdrawing."""

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
from villages.forms.post_filters import TrainedFilter
from villages.forms.posts import WithdrawForm
from villages.forms.trained_people import CorrectTrainedForm, TrainedForm
from villages.models import TrainedPerson
from villages.services import post_exports, trained_people
from villages.views.access import NeedsPermission
from villages.views.changing import file_url
from villages.views.record_history import history
from villages.views.record_pages import AboutVillage, OwnRecordPage, changes_evidence, reaches, visible

TAB = "trained"
RELATED = ("village__parent", "recorded_by", "withdrawn_by")


class TrainedList(NeedsPermission, AreaList):
    """People of the chosen area's villages who were trained, the latest first."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/trained_people.html"
    form_class: ClassVar[type[forms.Form]] = TrainedFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "finished": ("finished_on",),
        "name": ("name_pinyin",),
        "kind": ("kind", "village__path"),
        "village": ("village__path", "kind"),
    }
    default_sort: ClassVar[str] = "-finished"

    def rows(self, form: Any) -> QuerySet[TrainedPerson]:
        people = TrainedPerson.objects.visible_to(self.request.user, self.permission)
        people = people.filter(self.within_area("village__path"))
        if form.is_valid():
            people = form.apply(people)
        return people.select_related("village__parent")

    def extra(self, page: Page) -> dict[str, Any]:
        return {**super().extra(page), "may_record": self.request.user.may(permissions.RECORD)}


class TrainedExport(Exported, TrainedList):
    """The rows of the list as shown, all pages; logged."""

    file_name = "trained-people"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return post_exports.trained(rows, by=self.request.user, filters=filters)


class TrainedDetail(gate.NeedsPermission, View):
    """Somebody who was trained, and what happened to the record."""

    permission: ClassVar[str] = permissions.VIEW

    def get(self, request: HttpRequest, trained: int) -> HttpResponse:
        row = visible(request, TrainedPerson, trained, permissions.VIEW, *RELATED)
        context = {
            "person": row,
            "evidence": list(row.evidence.shown()),
            "history": history(row),
            "village_url": file_url(row.village, TAB),
            "may_record": reaches(request, permissions.RECORD, row.village.path) and row.withdrawn_at is None,
        }
        return render(request, "villages/posts/trained.html", context)


class RecordTrained(AboutVillage):
    """Somebody of a village was trained."""

    permission: ClassVar[str] = permissions.RECORD
    tab: ClassVar[str] = TAB

    def form(self, data: Any) -> TrainedForm:
        kind = self.request.GET.get("kind", "")
        return TrainedForm(data, self.files(data), by=self.request.user, today=clock.today(), kind=kind)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Record somebody who was trained"), "button": _("Record")}

    def save(self, form: TrainedForm) -> str:
        values = {name: form.cleaned_data[name] for name in (*trained_people.CORRECTABLE, "evidence")}
        person = trained_people.record(village=self.village, by=self.request.user, today=clock.today(), **values)
        return _("%(name)s of %(village)s is on file as %(kind)s.") % {
            "name": person.name,
            "village": person.village,
            "kind": person.get_kind_display(),
        }


class TrainedAct(OwnRecordPage):
    """Base: something is done to one record that stands."""

    permission: ClassVar[str] = permissions.RECORD
    person: TrainedPerson

    def find(self, *, trained: int) -> None:  # type: ignore[override]
        self.person = visible(self.request, TrainedPerson, trained, self.permission, *RELATED)
        if self.request.method == "GET" and self.person.withdrawn_at is not None:
            raise Http404

    def record(self) -> TrainedPerson:
        return self.person

    def place(self) -> Area:
        return self.person.village

    def back(self) -> str:
        return reverse("villages:trained", args=[self.person.pk])


class CorrectTrained(TrainedAct):
    """Change what is on file."""

    def form(self, data: Any) -> CorrectTrainedForm:
        return CorrectTrainedForm(data, self.files(data), person=self.person, by=self.request.user, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct: %(who)s") % {"who": self.person}}

    def save(self, form: CorrectTrainedForm) -> str:
        changes = form.changes()
        if not changes and not changes_evidence(form, self.person):
            raise NothingChanged
        row = trained_people.correct(
            person=self.person,
            changes=changes,
            by=self.request.user,
            today=clock.today(),
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            evidence=form.cleaned_data["evidence"],
        )
        return _("The record of %(name)s has been corrected.") % {"name": row.name}


class WithdrawTrained(TrainedAct):
    """Take back what was wrong."""

    def form(self, data: Any) -> WithdrawForm:
        return WithdrawForm(data, version=self.person.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Withdraw the record of %(name)s") % {"name": self.person},
            "intro": _("It stays on file with your reason and counts no more. This cannot be undone."),
            "button": _("Withdraw"),
            "danger": True,
        }

    def save(self, form: WithdrawForm) -> str:
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        row = trained_people.withdraw(person=self.person, by=self.request.user, version=version, reason=reason)
        return _("The record of %(name)s has been withdrawn.") % {"name": row.name}
