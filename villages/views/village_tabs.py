"""Tabs of the village's page: who answers for it, who was trained, what it was told. Asked for as a page, each is one."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from households.permissions import REVEAL
from jiangjin.accounts import gate
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.evidence.models import shown_evidence
from villages import permissions
from villages.models import (
    LeaderLink,
    PostKind,
    PublicityEvent,
    ResidentTeam,
    SupportGroup,
    TrainedPerson,
    TrainingKind,
    VillagePost,
)
from villages.models.village_post import TEAM_KINDS
from villages.services.post_checks import check_of
from villages.services.shown_together import units_of
from villages.views.access import visible_village
from villages.views.changing import file_url
from villages.views.completeness import shown as shown_finding
from villages.views.record_pages import reaches

FORMER_SHOWN = 20
EVENTS_SHOWN = 20


class VillageTab(gate.NeedsPermission, View):
    """A tab's content. Subclasses add what their template shows."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str]
    code: ClassVar[str]
    title: ClassVar[Any]

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        village = visible_village(request, code)
        context = {
            "village": village,
            "title": self.title,
            "today": clock.today(),
            "may_assign": reaches(request, permissions.ASSIGN, village.path),
            "may_appoint": reaches(request, permissions.APPOINT, village.path),
            "may_record": reaches(request, permissions.RECORD, village.path),
            "may_reveal": reaches(request, REVEAL, village.path),
            **self.content(village),
        }
        is_fragment = bool(request.headers.get("HX-Request"))
        if not is_fragment:
            context |= {"fragment": self.template_name, "village_url": file_url(village, self.code)}
        response = render(request, self.template_name if is_fragment else "villages/posts/tab.html", context)
        response.headers["Vary"] = "HX-Request"
        return response

    def content(self, village: Area) -> dict[str, Any]:
        """What the tab shows."""
        raise TypeError(f"{type(self).__name__} shows nothing")


class PostsTab(VillageTab):
    """Leaders, first secretary, team, official, commissioner, support group; whether anything is missing; who came before."""

    template_name: ClassVar[str] = "villages/posts/_tab_posts.html"
    code: ClassVar[str] = "posts"
    title: ClassVar[Any] = _("Who helps")

    def content(self, village: Area) -> dict[str, Any]:
        today = clock.today()
        check = check_of(village, on=today)
        links = LeaderLink.objects.filter(area=village).active(today).select_related("leader")
        posts = list(
            VillagePost.objects.filter(village=village)
            .touching(today, None)
            .select_related("unit")
            .order_by("starts_on", "pk")
        )
        groups = SupportGroup.objects.filter(village=village).touching(today, None).order_by("starts_on")
        former = VillagePost.objects.filter(village=village, ends_on__lt=today).select_related("unit")
        return {
            "check": check,
            "findings": [shown_finding(one, village.code, on=today) for one in check.findings] if check else [],
            "links": links.order_by("leader__rank", "leader__name_pinyin", "pk"),
            "posts": in_order(post for post in posts if post.kind not in TEAM_KINDS),
            "team": ResidentTeam.objects.filter(village=village).touching(today, None).order_by("starts_on").first(),
            "team_posts": in_order(post for post in posts if post.kind in TEAM_KINDS),
            "groups": units_of(groups),
            "former": former.order_by("-ends_on", "-pk")[:FORMER_SHOWN],
        }


def in_order(posts: Iterable[VillagePost]) -> list[VillagePost]:
    """By kind, as the list of kinds has them; who came first stands first."""
    return sorted(posts, key=lambda post: (list(PostKind).index(PostKind(post.kind)), post.starts_on, post.pk))


class TrainedTab(VillageTab):
    """People of the village who were trained, by kind."""

    template_name: ClassVar[str] = "villages/posts/_tab_trained.html"
    code: ClassVar[str] = "trained"
    title: ClassVar[Any] = _("Trained people")

    def content(self, village: Area) -> dict[str, Any]:
        people = list(TrainedPerson.objects.standing().filter(village=village).order_by("-finished_on", "-pk"))
        return {"by_kind": [(kind, [person for person in people if person.kind == kind]) for kind in TrainingKind]}


class PublicityTab(VillageTab):
    """What hangs on the boards today; the latest meetings and postings."""

    template_name: ClassVar[str] = "villages/posts/_tab_publicity.html"
    code: ClassVar[str] = "publicity"
    title: ClassVar[Any] = _("Publicity")

    def content(self, village: Area) -> dict[str, Any]:
        events = PublicityEvent.objects.standing().filter(village=village).select_related("group")
        newest = events.order_by("-starts_on", "-pk").prefetch_related(shown_evidence())
        latest = list(newest[: EVENTS_SHOWN + 1])
        return {
            "on_show": events.on_show(clock.today()).order_by("-starts_on", "-pk"),
            "events": latest[:EVENTS_SHOWN],
            "has_more": len(latest) > EVENTS_SHOWN,
        }
