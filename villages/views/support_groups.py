"""Support groups: one group, forming, correcting, dissolving; units join, leave, lead."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from households.views.changing import NothingChanged
from jiangjin.accounts import gate
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages import permissions
from villages.forms.posts import EndForm
from villages.forms.support_groups import ChangeLeadForm, CorrectGroupForm, GroupForm, JoinForm
from villages.models import SupportGroup, SupportGroupMember
from villages.services import support_groups
from villages.views.changing import file_url
from villages.views.posts import TAB, acted
from villages.views.record_history import history
from villages.views.record_pages import AboutVillage, OwnRecordPage, reaches, visible


class GroupDetail(gate.NeedsPermission, View):
    """A group, its units now and before, what happened to the record."""

    permission: ClassVar[str] = permissions.VIEW

    def get(self, request: HttpRequest, support_group: int) -> HttpResponse:
        row = visible(request, SupportGroup, support_group, permissions.VIEW, "village__parent")
        today = clock.today()
        members = list(row.members.select_related("unit").order_by("-is_lead", "starts_on", "pk"))
        context = {
            "group": row,
            "today": today,
            "members": [member for member in members if member.ends_on is None or member.ends_on >= today],
            "former": [member for member in members if member.ends_on is not None and member.ends_on < today],
            "history": history(row),
            "village_url": file_url(row.village, TAB),
            "may_assign": reaches(request, permissions.ASSIGN, row.village.path),
        }
        return render(request, "villages/posts/group.html", context)


class FormGroup(AboutVillage):
    """Units begin to help a village together."""

    permission: ClassVar[str] = permissions.ASSIGN
    tab: ClassVar[str] = TAB

    def form(self, data: Any) -> GroupForm:
        return GroupForm(data, village=self.village, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Form a support group"), "button": _("Form the group")}

    def save(self, form: GroupForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("name", "lead", "members", "basis", "starts_on")}
        group = support_groups.form(village=self.village, by=self.request.user, **values)
        return _("%(name)s helps %(village)s from %(day)s.") % {
            "name": group.name,
            "village": group.village,
            "day": group.starts_on,
        }


class GroupAct(OwnRecordPage):
    """Base: something is done to one group that has not ended."""

    permission: ClassVar[str] = permissions.ASSIGN
    group: SupportGroup

    def find(self, *, support_group: int) -> None:  # type: ignore[override]
        self.group = visible(self.request, SupportGroup, support_group, self.permission, "village__parent")
        if self.request.method == "GET" and self.group.ends_on is not None:
            raise Http404

    def record(self) -> SupportGroup:
        return self.group

    def place(self) -> Area:
        return self.group.village

    def back(self) -> str:
        return reverse("villages:support_group", args=[self.group.pk])


class CorrectGroup(GroupAct):
    """Change the name or the basis."""

    def form(self, data: Any) -> CorrectGroupForm:
        return CorrectGroupForm(data, group=self.group, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct: %(who)s") % {"who": self.group}}

    def save(self, form: CorrectGroupForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        row = support_groups.correct(
            group=self.group, changes=changes, by=self.request.user, version=version, reason=reason
        )
        return _("The record of %(name)s has been corrected.") % {"name": row.name}


class DissolveGroup(GroupAct):
    """The group helps no more."""

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.group.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Dissolve %(name)s") % {"name": self.group},
            "intro": _("Every unit leaves with it; %(village)s then has no support group.")
            % {"village": self.group.village},
            "button": _("Dissolve the group"),
            "danger": True,
        }

    def save(self, form: EndForm) -> str:
        row = support_groups.dissolve(group=self.group, by=self.request.user, **acted(form))
        return _("%(name)s helps %(village)s until %(day)s.") % {
            "name": row.name,
            "village": row.village,
            "day": row.ends_on,
        }


class JoinGroup(GroupAct):
    """One more unit."""

    def form(self, data: Any) -> JoinForm:
        return JoinForm(data, group=self.group, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("One more unit for %(name)s") % {"name": self.group}, "button": _("Add the unit")}

    def save(self, form: JoinForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("unit", "starts_on", "version")}
        member = support_groups.join(group=self.group, by=self.request.user, **values)
        return _("%(unit)s belongs to %(name)s from %(day)s.") % {
            "unit": member.unit,
            "name": self.group,
            "day": member.starts_on,
        }


class ChangeLead(GroupAct):
    """Another unit leads."""

    def form(self, data: Any) -> ChangeLeadForm:
        return ChangeLeadForm(data, group=self.group, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Another unit leads %(name)s") % {"name": self.group},
            "intro": _("The one that led stays in the group."),
            "button": _("Change the lead"),
        }

    def save(self, form: ChangeLeadForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("unit", "starts_on", "reason", "version")}
        member = support_groups.change_lead(group=self.group, by=self.request.user, **values)
        return _("%(unit)s leads %(name)s from %(day)s.") % {
            "unit": member.unit,
            "name": self.group,
            "day": member.starts_on,
        }


class PartFromGroup(OwnRecordPage):
    """A unit leaves the group."""

    permission: ClassVar[str] = permissions.ASSIGN
    member: SupportGroupMember

    def find(self, *, group_member: int) -> None:  # type: ignore[override]
        related = ("group__village__parent", "unit")
        self.member = visible(self.request, SupportGroupMember, group_member, self.permission, *related)
        if self.request.method == "GET" and (self.member.ends_on is not None or self.member.is_lead):
            raise Http404

    def record(self) -> SupportGroupMember:
        return self.member

    def place(self) -> Area:
        return self.member.group.village

    def back(self) -> str:
        return reverse("villages:support_group", args=[self.member.group_id])

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.member.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        who = {"unit": self.member.unit, "name": self.member.group}
        return {"title": _("%(unit)s leaves %(name)s") % who, "button": _("Leaves the group"), "danger": True}

    def save(self, form: EndForm) -> str:
        row = support_groups.part(member=self.member, by=self.request.user, **acted(form))
        return _("%(unit)s belongs to %(name)s until %(day)s.") % {
            "unit": row.unit,
            "name": row.group,
            "day": row.ends_on,
        }
