"""Posts and resident teams: one post, appointing, ending, replacing, correcting, the phone."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from households.permissions import REVEAL
from households.views.changing import NothingChanged
from households.views.revealing import RevealPage
from jiangjin.accounts import gate
from jiangjin.areas.models import Area
from jiangjin.common import clock
from villages import permissions
from villages.forms.posts import AppointForm, CorrectPostForm, EndForm, ReplaceForm, TeamForm
from villages.models import PostKind, ResidentTeam, VillagePost
from villages.services import posts, teams
from villages.views.changing import file_url
from villages.views.record_history import history
from villages.views.record_pages import AboutVillage, OwnRecordPage, reaches, visible

TAB = "posts"
PERSON = ("name", "unit", "title", "phone", "user", "is_concurrent")


def person(values: dict[str, Any]) -> dict[str, Any]:
    """What a form says about somebody, for the services."""
    return {name: values[name] for name in PERSON if name in values}


class PostDetail(gate.NeedsPermission, View):
    """Somebody in a post, who came before and after, what happened to the record."""

    permission: ClassVar[str] = permissions.VIEW

    def get(self, request: HttpRequest, post: int) -> HttpResponse:
        row = visible(request, VillagePost, post, permissions.VIEW, "village__parent", "unit", "user", "team")
        others = VillagePost.objects.filter(village=row.village, kind=row.kind).exclude(pk=row.pk)
        context = {
            "post": row,
            "today": clock.today(),
            "others": others.select_related("unit").order_by("-starts_on", "-pk")[:10],
            "history": history(row),
            "village_url": file_url(row.village, TAB),
            "may_appoint": reaches(request, permissions.APPOINT, row.village.path),
            "may_reveal": reaches(request, REVEAL, row.village.path),
        }
        return render(request, "villages/posts/post.html", context)


class Appoint(AboutVillage):
    """Somebody takes a post in a village."""

    permission: ClassVar[str] = permissions.APPOINT
    tab: ClassVar[str] = TAB

    def form(self, data: Any) -> AppointForm:
        today, kind = clock.today(), self.request.GET.get("kind", "")
        return AppointForm(data, village=self.village, kinds=list(PostKind), kind=kind, today=today)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Appoint to a post"), "button": _("Appoint")}

    def save(self, form: AppointForm) -> str:
        values = form.cleaned_data
        post = posts.appoint(
            village=self.village,
            kind=values["kind"],
            starts_on=values["starts_on"],
            by=self.request.user,
            **person(values),
        )
        return _("%(name)s is %(post)s in %(village)s from %(day)s.") % told(post)


def told(post: VillagePost) -> dict[str, Any]:
    """A post, for a sentence."""
    return {"name": post.name, "post": post.get_kind_display(), "village": post.village, "day": post.starts_on}


class PostAct(OwnRecordPage):
    """Base: something is done to one post."""

    permission: ClassVar[str] = permissions.APPOINT
    post_row: VillagePost

    def find(self, *, post: int) -> None:  # type: ignore[override]
        self.post_row = visible(self.request, VillagePost, post, self.permission, "village__parent", "unit", "user")

    def record(self) -> VillagePost:
        return self.post_row

    def place(self) -> Area:
        return self.post_row.village

    def back(self) -> str:
        return reverse("villages:post", args=[self.post_row.pk])


class OpenPostAct(PostAct):
    """Base: on somebody who has not ended."""

    def find(self, *, post: int) -> None:  # type: ignore[override]
        super().find(post=post)
        if self.request.method == "GET" and self.post_row.ends_on is not None:
            raise Http404


class EndPost(OpenPostAct):
    """Somebody's last day in a post."""

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.post_row.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("%(name)s stops as %(post)s") % told(self.post_row),
            "intro": _("Nobody follows. To hand the post over to somebody, replace the person instead."),
            "button": _("End"),
            "danger": True,
        }

    def save(self, form: EndForm) -> str:
        row = posts.end(post=self.post_row, by=self.request.user, **acted(form))
        return _("%(name)s is %(post)s in %(village)s until %(day)s.") % {**told(row), "day": row.ends_on}


def acted(form: Any) -> dict[str, Any]:
    """Last day, reason and version of a form that ends something."""
    return {name: form.cleaned_data[name] for name in ("ends_on", "reason", "version")}


class ReplacePost(OpenPostAct):
    """Somebody else takes a post over."""

    def form(self, data: Any) -> ReplaceForm:
        return ReplaceForm(data, post=self.post_row, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Somebody else as %(post)s") % told(self.post_row),
            "intro": _("In the post now: %(name)s, since %(day)s.") % told(self.post_row),
            "button": _("Replace"),
        }

    def save(self, form: ReplaceForm) -> str:
        values = form.cleaned_data
        post = posts.replace(
            post=self.post_row,
            starts_on=values["starts_on"],
            reason=values["reason"],
            version=values["version"],
            by=self.request.user,
            **person(values),
        )
        former = self.post_row.name
        self.post_row = post
        return _("%(name)s takes over from %(former)s as %(post)s on %(day)s.") % {**told(post), "former": former}


class CorrectPost(PostAct):
    """Change what is on file about somebody in a post."""

    def form(self, data: Any) -> CorrectPostForm:
        return CorrectPostForm(data, post=self.post_row, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Correct: %(name)s, %(post)s") % told(self.post_row),
            "intro": _("For what was written wrongly. If another person holds the post now, replace instead."),
        }

    def save(self, form: CorrectPostForm) -> str:
        changes = form.changes()
        if not changes:
            raise NothingChanged
        values = form.cleaned_data
        row = posts.correct(
            post=self.post_row,
            changes=changes,
            by=self.request.user,
            version=values["version"],
            reason=values["reason"],
        )
        return _("The record of %(name)s has been corrected.") % told(row)


class RevealPhone(RevealPage):
    """The phone of somebody in a post."""

    kind, field = "post", "phone"

    def find(self, *, post: int) -> None:
        row = visible(self.request, VillagePost, post, self.permission, "village")
        if not row.phone_masked:
            raise Http404
        self.record, self.about = row, str(row)
        self.url, self.back = reverse("villages:post_phone", args=[post]), reverse("villages:post", args=[post])


class FormTeam(AboutVillage):
    """A resident team is formed for a village."""

    permission: ClassVar[str] = permissions.APPOINT
    tab: ClassVar[str] = TAB

    def form(self, data: Any) -> TeamForm:
        return TeamForm(data, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Form a resident team"),
            "intro": _("Its leader and members are appointed afterwards."),
            "button": _("Form the team"),
        }

    def save(self, form: TeamForm) -> str:
        team = teams.form(village=self.village, starts_on=form.cleaned_data["starts_on"], by=self.request.user)
        return _("%(village)s has a resident team from %(day)s.") % {"village": self.village, "day": team.starts_on}


class DissolveTeam(OwnRecordPage):
    """A resident team ends, with everybody in it."""

    permission: ClassVar[str] = permissions.APPOINT
    team_row: ResidentTeam

    def find(self, *, team: int) -> None:  # type: ignore[override]
        self.team_row = visible(self.request, ResidentTeam, team, self.permission, "village__parent")
        if self.request.method == "GET" and self.team_row.ends_on is not None:
            raise Http404

    def record(self) -> ResidentTeam:
        return self.team_row

    def place(self) -> Area:
        return self.team_row.village

    def back(self) -> str:
        return file_url(self.team_row.village, TAB)

    def form(self, data: Any) -> EndForm:
        return EndForm(data, version=self.team_row.version, today=clock.today())

    def texts(self) -> dict[str, Any]:
        people = self.team_row.posts.touching(clock.today(), None).values_list("name", flat=True)
        return {
            "title": _("Dissolve the resident team of %(village)s") % {"village": self.team_row.village},
            "intro": _("Everybody in it ends with it: %(names)s.") % {"names": "、".join(dict.fromkeys(people))}
            if people
            else "",
            "button": _("Dissolve the team"),
            "danger": True,
        }

    def save(self, form: EndForm) -> str:
        row = teams.dissolve(team=self.team_row, by=self.request.user, **acted(form))
        return _("The resident team of %(village)s works until %(day)s.") % {"village": row.village, "day": row.ends_on}
