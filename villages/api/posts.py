"""The REST resources of posts, resident teams, leaders and support groups. No phones."""

from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from households.api.filters import AreaFilter
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common.api import FilterSet, ReadOnlyViewSet
from villages import permissions
from villages.models import (
    DistrictLeader,
    LeaderLink,
    LeaderOffice,
    PostKind,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    VillagePost,
)

ON_HELP = "Day: what is in force on it."
LINKED_TO = {
    "town": Q(area__level=AreaLevel.TOWN),
    "village": Q(area__level=AreaLevel.VILLAGE),
    "household": Q(household__isnull=False),
}


class OnFilter(filters.DateFilter):
    """Rows in force on a day."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", ON_HELP)
        super().__init__(**kwargs)

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset.active(value) if value else queryset


class InPostFilter(OnFilter):
    """Who holds a post on a day; of a team, while the team is there."""

    def filter(self, queryset: Any, value: Any) -> Any:
        return queryset.in_post(value) if value else queryset


class LinkAreaFilter(AreaFilter):
    """Code of an area: links to it, to what lies below it, and to households there."""

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        area = Area.objects.filter(code=value).first()
        if area is None:
            raise ValidationError({"area": [_("There is no area with the code %(code)s.") % {"code": value}]})
        return queryset.filter(LeaderLink.below(area.path))


class LeaderAreaFilter(AreaFilter):
    """Code of an area: leaders of its district, or who are or were linked to something at or below it."""

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        area = Area.objects.filter(code=value).first()
        if area is None:
            raise ValidationError({"area": [_("There is no area with the code %(code)s.") % {"code": value}]})
        linked = LeaderLink.objects.filter(LeaderLink.below(area.path)).order_by().values("leader")
        return queryset.filter(under(area.path, "county__path") | Q(pk__in=linked))


class VillageFields(serializers.ModelSerializer):
    """Base: code and name of the village, its town."""

    village_code = serializers.CharField(source="village.code", read_only=True)
    village_name = serializers.CharField(source="village.name", read_only=True)
    town = serializers.CharField(source="village.parent.name", read_only=True)


PLACE = ["village_code", "village_name", "town"]
DATES = ["starts_on", "ends_on", "end_reason"]


class PostFilter(FilterSet):
    """Area, kind, unit, team, day."""

    area = AreaFilter("village__path")
    kind = filters.MultipleChoiceFilter(choices=PostKind.choices)
    unit = filters.CharFilter(field_name="unit__name", help_text="Name of the sending unit.")
    team = filters.NumberFilter(field_name="team_id", help_text="Id of a resident team.")
    on = InPostFilter()

    class Meta:
        model = VillagePost
        fields: ClassVar = ["area", "kind", "unit", "team", "on"]


class PostSerializer(VillageFields):
    """Somebody in a post."""

    unit = serializers.CharField(source="unit.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = VillagePost
        fields: ClassVar = ["id", *PLACE, "kind", "name", "unit", "title", "is_concurrent", "team", *DATES, "version"]


class PostViewSet(ReadOnlyViewSet):
    """First secretaries, team leaders and members, graduate village officials, technology commissioners."""

    permission = permissions.VIEW
    queryset = VillagePost.objects.select_related("village__parent", "unit")
    serializer_class = PostSerializer
    filterset_class = PostFilter
    ordering_fields = ("village", "kind", "starts_on", "ends_on")
    ordering = ("village", "kind")


class TeamFilter(FilterSet):
    """Area, day."""

    area = AreaFilter("village__path")
    on = OnFilter()

    class Meta:
        model = ResidentTeam
        fields: ClassVar = ["area", "on"]


class TeamSerializer(VillageFields):
    """A resident team; its people are posts of the team."""

    class Meta:
        model = ResidentTeam
        fields: ClassVar = ["id", *PLACE, *DATES, "version"]


class TeamViewSet(ReadOnlyViewSet):
    """Resident teams of villages."""

    permission = permissions.VIEW
    queryset = ResidentTeam.objects.select_related("village__parent")
    serializer_class = TeamSerializer
    filterset_class = TeamFilter
    ordering_fields = ("village", "starts_on", "ends_on")
    ordering = ("village",)


class LeaderFilter(FilterSet):
    """Area, body, day in office."""

    area = LeaderAreaFilter("county__path")
    office = filters.MultipleChoiceFilter(choices=LeaderOffice.choices)
    on = OnFilter(help_text="Day: who is in office on it.")

    class Meta:
        model = DistrictLeader
        fields: ClassVar = ["area", "office", "on"]


class LeaderSerializer(serializers.ModelSerializer):
    """A leader of the district."""

    county_code = serializers.CharField(source="county.code", read_only=True)

    class Meta:
        model = DistrictLeader
        fields: ClassVar = ["id", "county_code", "name", "office", "title", "rank", *DATES, "version"]


class LeaderViewSet(ReadOnlyViewSet):
    """Leaders of the district who are linked to towns, villages and households."""

    permission = permissions.VIEW
    queryset = DistrictLeader.objects.select_related("county")
    serializer_class = LeaderSerializer
    filterset_class = LeaderFilter
    ordering_fields = ("rank", "starts_on", "office")
    ordering = ("rank",)


class LinkFilter(FilterSet):
    """Area, leader, what it leads to, day."""

    area = LinkAreaFilter("area__path")
    leader = filters.NumberFilter(field_name="leader_id", help_text="The leader's id.")
    to = filters.ChoiceFilter(
        choices=[(code, code) for code in LINKED_TO], method="by_target", help_text="What the link leads to."
    )
    on = OnFilter()

    class Meta:
        model = LeaderLink
        fields: ClassVar = ["area", "leader", "to", "on"]

    def by_target(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.filter(LINKED_TO[value])


class LinkSerializer(serializers.ModelSerializer):
    """A leader answers for a town, a village or a household."""

    leader_name = serializers.CharField(source="leader.name", read_only=True)
    leader_title = serializers.CharField(source="leader.title", read_only=True)
    area_code = serializers.CharField(source="area.code", read_only=True, allow_null=True, default=None)
    area_name = serializers.CharField(source="area.name", read_only=True, allow_null=True, default=None)
    area_level = serializers.ChoiceField(
        choices=AreaLevel.choices, source="area.level", read_only=True, allow_null=True, default=None
    )
    household = serializers.CharField(
        source="household.number", read_only=True, allow_null=True, default=None, help_text="Household number."
    )

    class Meta:
        model = LeaderLink
        fields: ClassVar = [
            *("id", "leader", "leader_name", "leader_title"),
            *("area_code", "area_name", "area_level", "household", *DATES, "version"),
        ]


class LinkViewSet(ReadOnlyViewSet):
    """What leaders are linked to."""

    permission = permissions.VIEW
    queryset = LeaderLink.objects.select_related("leader", "area", "household")
    serializer_class = LinkSerializer
    filterset_class = LinkFilter
    ordering_fields = ("leader", "starts_on", "ends_on")
    ordering = ("leader",)


class GroupFilter(FilterSet):
    """Area, unit, day."""

    area = AreaFilter("village__path")
    unit = filters.CharFilter(method="by_unit", help_text="Name of a unit that belongs, or belonged, to the group.")
    on = OnFilter()

    class Meta:
        model = SupportGroup
        fields: ClassVar = ["area", "unit", "on"]

    def by_unit(self, queryset: Any, _name: str, value: str) -> Any:
        of_unit = SupportGroupMember.objects.filter(unit__name=value).order_by().values("group")
        return queryset.filter(pk__in=of_unit)


class GroupMemberSerializer(serializers.ModelSerializer):
    """A unit of a group."""

    unit = serializers.CharField(source="unit.name", read_only=True)

    class Meta:
        model = SupportGroupMember
        fields: ClassVar = ["id", "unit", "is_lead", *DATES]


class GroupSerializer(VillageFields):
    """A support group with all its units, former ones too."""

    members = GroupMemberSerializer(many=True, read_only=True)

    class Meta:
        model = SupportGroup
        fields: ClassVar = ["id", "name", *PLACE, "basis", "members", *DATES, "version"]


class GroupViewSet(ReadOnlyViewSet):
    """Support groups: units that help one village together."""

    permission = permissions.VIEW
    queryset = SupportGroup.objects.select_related("village__parent").prefetch_related("members__unit")
    serializer_class = GroupSerializer
    filterset_class = GroupFilter
    ordering_fields = ("village", "name", "starts_on", "ends_on")
    ordering = ("village",)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "posts": PostViewSet,
    "resident-teams": TeamViewSet,
    "leaders": LeaderViewSet,
    "leader-links": LinkViewSet,
    "support-groups": GroupViewSet,
}
