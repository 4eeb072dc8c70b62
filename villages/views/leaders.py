"""District leaders: one leader, putting on file, correcting, leaving, links, handing over."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from households.forms.fields import villages_within
from households.models import Household
from households.services.heads import heads_of
from households.views.changing import NothingChanged
from jiangjin.accounts import gate
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages import permissions
from villages.forms.leaders import CorrectLeaderForm, HandOverForm, LeaderForm, LinkForm, leader_label
from villages.forms.posts import EndForm
from villages.models import DistrictLeader, LeaderLink
from villages.services import leaders
from villages.views.access import visible_village
from villages.views.posts import acted
from villages.views.record_history import history
from villages.views.record_pages import OwnRecordPage, reaches, visible


class LeaderDetail(gate.NeedsPermission, View):
    """A leader, what they are linked to within the user's area, what happened to the record."""

    permission: ClassVar[str] = permissions.VIEW

    def get(self, request: HttpRequest, leader: int) -> HttpResponse:
        row = visible(request, DistrictLeader, leader, permissions.VIEW, "county", "user")
        links = LeaderLink.objects.visible_to(request.user, permissions.VIEW).filter(leader=row)
        links = links.select_related("area__parent", "household__village__parent", "household__group")
        shown = sorted(links.order_by("area__path", "household__number", "-starts_on", "pk"), key=by_target)
        heads = heads_of(link.household_id for link in shown if link.household_id is not None)
        today = clock.today()
        told = [(link, heads.get(link.household_id or 0, "")) for link in shown]
        context = {
            "leader": row,
            "today": today,
            "links": [each for each in told if each[0].ends_on is None or each[0].ends_on >= today],
            "former": [each for each in told if each[0].ends_on is not None and each[0].ends_on < today],
            "history": history(row),
            "may_assign": reaches(request, permissions.ASSIGN, row.county.path),
        }
        return render(request, "villages/posts/leader.html", context)


def by_target(link: LeaderLink) -> int:
    """Towns first, then villages, then households."""
    return 2 if link.household_id is not None else 0 if link.is_to_town else 1


class AddLeader(OwnRecordPage):
    """Put a leader of the district on file."""

    permission: ClassVar[str] = permissions.ASSIGN
    county: Area

    def find(self) -> None:  # type: ignore[override]
        area = chosen_area(self.request)
        if area is None:
            raise Http404
        self.county = Area.objects.get(path=area.ancestor_paths()[0])

    def form(self, data: Any) -> LeaderForm:
        return LeaderForm(data, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Put a district leader on file"), "list_url": reverse("villages:leaders")}

    def back(self) -> str:
        return reverse("villages:leaders")

    def save(self, form: LeaderForm) -> str:
        values = {name: value for name, value in form.cleaned_data.items() if name in leaders.CORRECTABLE}
        leader = leaders.add(county=self.county, by=self.request.user, **values)
        return _("%(name)s is on file. Link them to a town, a village and a household.") % {"name": leader.name}


class LeaderAct(OwnRecordPage):
    """Base: something is done to one leader."""

    permission: ClassVar[str] = permissions.ASSIGN
    leader: DistrictLeader

    def find(self, *, leader: int) -> None:  # type: ignore[override]
        self.leader = visible(self.request, DistrictLeader, leader, self.permission, "county", "user")
        if not reaches(self.request, self.permission, self.leader.county.path):
            raise Http404

    def record(self) -> DistrictLeader:
        return self.leader

    def back(self) -> str:
        return reverse("villages:leader", args=[self.leader.pk])


class CorrectLeader(LeaderAct):
    """Change what is on file."""

    def form(self, data: Any) -> CorrectLeaderForm:
        return CorrectLeaderForm(data, leader=self.leader, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct: %(who)s") % {"who": leader_label(self.leader)}}

    def save(self, form: CorrectLeaderForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        version, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
        row = leaders.correct(leader=self.leader, changes=changes, by=self.request.user, version=version, reason=reason)
        return _("The record of %(name)s has been corrected.") % {"name": row.name}


class LeaderLeaves(LeaderAct):
    """A leader's last day in office; the links end with it."""

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.leader.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        count = self.leader.links.filter(ends_on=None).count()
        return {
            "title": _("%(who)s leaves office") % {"who": leader_label(self.leader)},
            "intro": _("%(count)s links end on the same day. To pass them on, hand over first.") % {"count": count},
            "button": _("Leaves office"),
            "danger": True,
        }

    def save(self, form: EndForm) -> str:
        row = leaders.leave(leader=self.leader, by=self.request.user, **acted(form))
        return _("%(name)s is in office until %(day)s.") % {"name": row.name, "day": row.ends_on}


class HandOver(LeaderAct):
    """Another leader takes over all links."""

    def form(self, data: Any) -> HandOverForm:
        today = clock.today()
        others = DistrictLeader.objects.filter(county=self.leader.county).active(today).exclude(pk=self.leader.pk)
        return HandOverForm(data, leader=self.leader, leaders=others.order_by("rank", "pk"), today=today)

    def texts(self) -> dict[str, Any]:
        targets = [str(link.target) for link in self.leader.links.filter(ends_on=None).select_related(*leaders.RELATED)]
        return {
            "title": _("Hand over what %(name)s is linked to") % {"name": self.leader.name},
            "intro": _("Linked to: %(what)s.") % {"what": "、".join(targets)} if targets else _("Linked to nothing."),
            "button": _("Hand over"),
        }

    def save(self, form: HandOverForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("to", "starts_on", "reason", "version")}
        made = leaders.hand_over(leader=self.leader, by=self.request.user, **values)
        return _("%(to)s takes over %(count)s links of %(name)s on %(day)s.") % {
            "to": values["to"].name,
            "count": len(made),
            "name": self.leader.name,
            "day": values["starts_on"],
        }


class LinkLeader(OwnRecordPage):
    """A leader is linked to a town, a village or a household. `?leader=` and `?village=` fill the form in."""

    permission: ClassVar[str] = permissions.ASSIGN
    area: Area

    def find(self) -> None:  # type: ignore[override]
        area = chosen_area(self.request)
        if area is None:
            raise Http404
        self.area = area

    def form(self, data: Any) -> LinkForm:
        scope, today = self.request.user.scope(self.permission), clock.today()
        county = self.area.ancestor_paths()[0]
        visible_areas = Area.objects.visible_to(self.request.user, self.permission)
        return LinkForm(
            data,
            leaders=DistrictLeader.objects.filter(county__path=county).active(today).order_by("rank", "pk"),
            towns=visible_areas.filter(parent__path=county).towns().order_by("path"),
            villages=villages_within(scope).filter(path__startswith=county),
            households=Household.objects.within(scope),
            today=today,
            initial=self.asked(),
        )

    def asked(self) -> dict[str, Any]:
        """What the address fills in."""
        asked: dict[str, Any] = {}
        leader, village = self.request.GET.get("leader", ""), self.request.GET.get("village", "")
        if leader.isascii() and leader.isdecimal() and len(leader) < 10:
            asked["leader"] = int(leader)
        if village:
            asked["village"] = visible_village(self.request, village, self.permission)
        return asked

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Link a district leader"),
            "intro": _("Choose what the leader answers for: a town, a village, or a household."),
            "button": _("Link"),
        }

    def back(self) -> str:
        leader = self.asked().get("leader")
        if leader is not None:
            return reverse("villages:leader", args=[leader])
        return f"{reverse('villages:leaders')}?{urlencode({'area': self.area.code})}"

    def save(self, form: LinkForm) -> str:
        values = form.cleaned_data
        made = leaders.link(leader=values["leader"], starts_on=values["starts_on"], by=self.request.user, **form.target)
        return _("%(leader)s is linked to %(what)s from %(day)s.") % {
            "leader": made.leader.name,
            "what": made.target,
            "day": made.starts_on,
        }


class EndLink(OwnRecordPage):
    """A link ends."""

    permission: ClassVar[str] = permissions.ASSIGN
    link: LeaderLink

    def find(self, *, leader_link: int) -> None:  # type: ignore[override]
        related = ("leader", "area", "household__village")
        self.link = visible(self.request, LeaderLink, leader_link, self.permission, *related)
        if self.request.method == "GET" and self.link.ends_on is not None:
            raise Http404

    def record(self) -> LeaderLink:
        return self.link

    def back(self) -> str:
        return reverse("villages:leader", args=[self.link.leader_id])

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.link.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        who = {"leader": self.link.leader.name, "what": self.link.target}
        return {
            "title": _("End the link of %(leader)s to %(what)s") % who,
            "button": _("End the link"),
            "danger": True,
        }

    def save(self, form: EndForm) -> str:
        row = leaders.unlink(link=self.link, by=self.request.user, **acted(form))
        return _("%(leader)s is linked to %(what)s until %(day)s.") % {
            "leader": row.leader.name,
            "what": row.target,
            "day": row.ends_on,
        }
