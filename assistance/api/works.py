"""The REST resources of resettlement sites, relocations, house repairs and courses, without personal numbers."""

from typing import ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from assistance.models import Course, HouseRepair, Relocation, RepairMethod, ResettlementSite
from assistance.permissions import VIEW_MEASURES
from households.api.filters import AreaFilter, YearFilter
from households.models.conditions import HouseGrade
from jiangjin.common.api import FilterSet, ReadOnlyViewSet, YuanField

GRADES = [(HouseGrade.C.value, HouseGrade.C.label), (HouseGrade.D.value, HouseGrade.D.label)]


class SiteFilter(FilterSet):
    """Area, the year in which it was ready, whether it is."""

    area = AreaFilter("village__path")
    opened_in = YearFilter(field_name="opened_on__year", help_text="Year: sites that were ready in it.")
    opened = filters.BooleanFilter(field_name="opened_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = ResettlementSite
        fields: ClassVar = ["area", "opened_in", "opened"]


class RelocationFilter(FilterSet):
    """Area, household, site, the year of the move, whether it has moved, whether it went to a site."""

    area = AreaFilter("enrolment__household__village__path")
    household = filters.CharFilter(field_name="enrolment__household__number")
    site = filters.NumberFilter(field_name="site_id", help_text="Id of a resettlement site.")
    moved_in = YearFilter(field_name="moved_on__year", help_text="Year: households that moved in it.")
    moved = filters.BooleanFilter(field_name="moved_on", lookup_expr="isnull", exclude=True)
    central = filters.BooleanFilter(field_name="site", lookup_expr="isnull", exclude=True)

    class Meta:
        model = Relocation
        fields: ClassVar = ["area", "household", "site", "moved_in", "moved", "central"]


class HouseRepairFilter(FilterSet):
    """Area, household, grade, manner, the year of the acceptance, whether it was accepted."""

    area = AreaFilter("enrolment__household__village__path")
    household = filters.CharFilter(field_name="enrolment__household__number")
    grade = filters.ChoiceFilter(choices=GRADES)
    method = filters.ChoiceFilter(choices=RepairMethod.choices)
    accepted_in = YearFilter(field_name="accepted_on__year", help_text="Year: houses accepted in it.")
    accepted = filters.BooleanFilter(field_name="accepted_on", lookup_expr="isnull", exclude=True)

    class Meta:
        model = HouseRepair
        fields: ClassVar = ["area", "household", "grade", "method", "accepted_in", "accepted"]


class CourseFilter(FilterSet):
    """Area, days."""

    area = AreaFilter("area__path")
    starts_from = filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_to = filters.DateFilter(field_name="starts_on", lookup_expr="lte")

    class Meta:
        model = Course
        fields: ClassVar = ["area", "starts_from", "starts_to"]


class SiteSerializer(serializers.ModelSerializer):
    """A place where households are resettled together."""

    village = serializers.CharField(source="village.code", read_only=True, help_text="Code of the village.")

    class Meta:
        model = ResettlementSite
        fields: ClassVar = ["id", "village", "name", "households_planned", "begun_on", "opened_on", "note"]


class RelocationSerializer(serializers.ModelSerializer):
    """One household's move; members: the ids of who moved."""

    household = serializers.CharField(
        source="enrolment.household.number", read_only=True, help_text="Household number."
    )
    village = serializers.CharField(source="enrolment.household.village.code", read_only=True)
    members = serializers.SerializerMethodField(help_text="Ids of the members who moved.")

    class Meta:
        model = Relocation
        fields: ClassVar = [
            "id",
            "enrolment",
            "household",
            "village",
            "site",
            "mode",
            "house_area",
            "moved_on",
            "old_house_cleared_on",
            "members",
        ]

    def get_members(self, relocation: Relocation) -> list[int]:
        return sorted(member.pk for member in relocation.members.all())


class HouseRepairSerializer(serializers.ModelSerializer):
    """The repair of one dangerous house, with its subsidy."""

    household = serializers.CharField(
        source="enrolment.household.number", read_only=True, help_text="Household number."
    )
    village = serializers.CharField(source="enrolment.household.village.code", read_only=True)
    subsidy_yuan = YuanField(source="enrolment.amount_fen", allow_null=True)

    class Meta:
        model = HouseRepair
        fields: ClassVar = [
            "id",
            "enrolment",
            "household",
            "village",
            "grade",
            "method",
            "house_area",
            "subsidy_yuan",
            "accepted_on",
            "accepted_by",
        ]


class CourseSerializer(serializers.ModelSerializer):
    """A training course; how many took part."""

    area = serializers.CharField(source="area.code", read_only=True, help_text="Code of the area it was held in.")
    unit = serializers.CharField(source="unit.name", read_only=True, allow_null=True, default=None)
    participants = serializers.SerializerMethodField()

    class Meta:
        model = Course
        fields: ClassVar = [
            "id",
            "area",
            "name",
            "subject",
            "unit",
            "starts_on",
            "ends_on",
            "hours",
            "participants",
        ]

    def get_participants(self, course: Course) -> int:
        return len(course.enrolments.all())


class SiteViewSet(ReadOnlyViewSet):
    """Resettlement sites."""

    permission = VIEW_MEASURES
    queryset = ResettlementSite.objects.select_related("village")
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    ordering_fields = ("name", "opened_on", "village")
    ordering = ("village", "name")


class RelocationViewSet(ReadOnlyViewSet):
    """Relocated households, and those that are to move."""

    permission = VIEW_MEASURES
    queryset = Relocation.objects.select_related("enrolment__household__village").prefetch_related("members")
    serializer_class = RelocationSerializer
    filterset_class = RelocationFilter
    ordering_fields = ("moved_on", "enrolment")
    ordering = ("enrolment",)


class HouseRepairViewSet(ReadOnlyViewSet):
    """Repairs of dangerous houses."""

    permission = VIEW_MEASURES
    queryset = HouseRepair.objects.select_related("enrolment__household__village")
    serializer_class = HouseRepairSerializer
    filterset_class = HouseRepairFilter
    ordering_fields = ("accepted_on", "enrolment")
    ordering = ("enrolment",)


class CourseViewSet(ReadOnlyViewSet):
    """Training courses."""

    permission = VIEW_MEASURES
    queryset = Course.objects.select_related("area", "unit").prefetch_related("enrolments")
    serializer_class = CourseSerializer
    filterset_class = CourseFilter
    ordering_fields = ("starts_on", "name")
    ordering = ("-starts_on",)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "resettlement-sites": SiteViewSet,
    "relocations": RelocationViewSet,
    "house-repairs": HouseRepairViewSet,
    "courses": CourseViewSet,
}
