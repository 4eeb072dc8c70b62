"""REST: areas. (Here and not in areas, since access stands above them.)"""

from typing import ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from jiangjin.accounts.permissions import VIEW_AREAS
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.api import FilterSet, ReadOnlyViewSet


class AreaSerializer(serializers.ModelSerializer):
    """An area."""

    parent_code = serializers.CharField(source="parent.code", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Area
        fields: ClassVar = ["id", "level", "code", "name", "vintage", "parent_code"]


class AreaFilter(FilterSet):
    """Level, parent, code, name."""

    level = filters.ChoiceFilter(choices=AreaLevel.choices)
    parent = filters.CharFilter(field_name="parent__code", help_text="Code of the area directly above.")
    code = filters.CharFilter()
    name = filters.CharFilter(lookup_expr="contains")

    class Meta:
        model = Area
        fields: ClassVar = ["level", "parent", "code", "name"]


class AreaViewSet(ReadOnlyViewSet):
    """Areas that the user works with, and the way up to the district."""

    permission = VIEW_AREAS
    queryset = Area.objects.select_related("parent")
    serializer_class = AreaSerializer
    filterset_class = AreaFilter
    ordering_fields = ("path", "code", "name")
    ordering = ("path",)
