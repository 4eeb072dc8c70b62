"""Lists over the chosen area: posts, resident teams, leaders, support groups; each also as a workbook."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page
from django.db.models import OuterRef, QuerySet, Subquery

from households.services.heads import heads_of
from households.views.lists import AreaList, Exported
from jiangjin.areas.models import AreaLevel
from jiangjin.common import clock
from villages import permissions
from villages.forms.post_filters import GroupFilter, LeaderFilter, PostFilter, TeamFilter
from villages.models import DistrictLeader, LeaderLink, ResidentTeam, SupportGroup, SupportGroupMember, VillagePost
from villages.services import post_exports
from villages.services.shown_together import links_of, people_of, units_of
from villages.views.access import NeedsPermission


class PostList(NeedsPermission, AreaList):
    """Who holds a post in the villages of the chosen area."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/posts.html"
    form_class: ClassVar[type[forms.Form]] = PostFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("village__path", "kind"),
        "name": ("name_pinyin",),
        "kind": ("kind", "village__path"),
        "unit": ("unit__name",),
        "since": ("starts_on",),
        "until": ("ends_on",),
    }
    default_sort: ClassVar[str] = "village"

    def rows(self, form: Any) -> QuerySet[VillagePost]:
        posts = VillagePost.objects.visible_to(self.request.user, self.permission)
        posts = posts.filter(self.within_area("village__path"))
        if form.is_valid():
            posts = form.apply(posts, today=clock.today())
        return posts.select_related("village__parent", "unit")

    def extra(self, page: Page) -> dict[str, Any]:
        return {**super().extra(page), "may_appoint": self.request.user.may(permissions.APPOINT)}


class PostExport(Exported, PostList):
    """The rows of the list as shown, all pages, without phones; logged."""

    file_name = "village-posts"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return post_exports.posts(rows, by=self.request.user, filters=filters)


class TeamList(NeedsPermission, AreaList):
    """The resident teams of the chosen area's villages, each with its people."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/teams.html"
    form_class: ClassVar[type[forms.Form]] = TeamFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {"village": ("village__path",), "since": ("starts_on",)}
    default_sort: ClassVar[str] = "village"

    def rows(self, form: Any) -> QuerySet[ResidentTeam]:
        teams = ResidentTeam.objects.visible_to(self.request.user, self.permission)
        teams = teams.filter(self.within_area("village__path"))
        if form.is_valid():
            teams = form.apply(teams, today=clock.today())
        return teams.select_related("village__parent")

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        on = form.day(clock.today()) if form.is_valid() else clock.today()
        return {
            **super().extra(page),
            "shown": people_of(page.object_list, on=on),
            "may_appoint": self.request.user.may(permissions.APPOINT),
        }


class TeamExport(Exported, TeamList):
    """The rows of the list as shown, all pages, with their people; logged."""

    file_name = "resident-teams"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        form: Any = self.form()
        on = form.day(clock.today()) if form.is_valid() else clock.today()
        return post_exports.teams(rows, on=on, by=self.request.user, filters=filters)


class LeaderList(NeedsPermission, AreaList):
    """The leaders of the district, or those who are linked to something in the chosen area."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/leaders.html"
    form_class: ClassVar[type[forms.Form]] = LeaderFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "rank": ("county", "rank", "name_pinyin"),
        "name": ("name_pinyin",),
        "office": ("office", "rank"),
        "since": ("starts_on",),
    }
    default_sort: ClassVar[str] = "rank"

    def links(self) -> QuerySet[LeaderLink]:
        """The links of the chosen area that the user may see."""
        links = LeaderLink.objects.visible_to(self.request.user, self.permission)
        return links.filter(LeaderLink.below(self.area.path)) if self.area is not None else links

    def rows(self, form: Any) -> QuerySet[DistrictLeader]:
        leaders = DistrictLeader.objects.visible_to(self.request.user, self.permission)
        whole = self.area is not None and self.area.level == AreaLevel.COUNTY
        if whole:
            leaders = leaders.filter(county=self.area)
        if form.is_valid():
            leaders = form.apply(leaders, today=clock.today(), links=None if whole else self.links())
        return leaders.select_related("county")

    def extra(self, page: Page) -> dict[str, Any]:
        form: Any = self.form()
        links = self.links()
        if form.is_valid():
            links = form.in_force(links, today=clock.today())
        shown = links_of(page.object_list, links)
        households = [household for each in shown for household in each.households]
        heads = heads_of(household.pk for household in households)
        for household in households:
            household.shown_head = heads.get(household.pk, "")
        return {
            **super().extra(page),
            "shown": shown,
            "may_assign": self.request.user.may(permissions.ASSIGN),
        }


class LeaderExport(Exported, LeaderList):
    """The rows of the list as shown, all pages, with what each is linked to; logged."""

    file_name = "district-leaders"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        form: Any = self.form()
        links = form.in_force(self.links(), today=clock.today()) if form.is_valid() else self.links()
        return post_exports.leaders(rows, links, by=self.request.user, filters=filters)


class GroupList(NeedsPermission, AreaList):
    """The support groups of the chosen area's villages."""

    permission: ClassVar[str] = permissions.VIEW
    template_name: ClassVar[str] = "villages/posts/groups.html"
    form_class: ClassVar[type[forms.Form]] = GroupFilter
    sorts: ClassVar[dict[str, tuple[str, ...]]] = {
        "village": ("village__path",),
        "name": ("name",),
        "lead": ("lead_name",),
        "since": ("starts_on",),
    }
    default_sort: ClassVar[str] = "village"

    def rows(self, form: Any) -> QuerySet[SupportGroup]:
        groups = SupportGroup.objects.visible_to(self.request.user, self.permission)
        groups = groups.filter(self.within_area("village__path"))
        if form.is_valid():
            groups = form.apply(groups, today=clock.today())
        leading = SupportGroupMember.objects.filter(group=OuterRef("pk"), is_lead=True).order_by("-starts_on", "-pk")
        groups = groups.annotate(lead_name=Subquery(leading.values("unit__name")[:1]))
        return groups.select_related("village__parent")

    def extra(self, page: Page) -> dict[str, Any]:
        return {
            **super().extra(page),
            "shown": units_of(page.object_list),
            "may_assign": self.request.user.may(permissions.ASSIGN),
        }


class GroupExport(Exported, GroupList):
    """The rows of the list as shown, all pages, with their units; logged."""

    file_name = "support-groups"

    def content(self, rows: Any, filters: dict[str, Any]) -> bytes:
        return post_exports.groups(rows, by=self.request.user, filters=filters)
