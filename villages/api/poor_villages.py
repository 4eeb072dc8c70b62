"""The REST resources of the village file."""

from typing import ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from households.api.filters import AreaFilter
from jiangjin.common.api import FilterSet, ReadOnlyViewSet
from villages import permissions
from villages.models import PoorVillage, PoorVillageEvidence


class PoorVillageFilter(FilterSet):
    """Area, evidence, days of listing and striking off."""

    area = AreaFilter("village__path")
    evidence = filters.MultipleChoiceFilter(choices=PoorVillageEvidence.choices)
    delisted = filters.BooleanFilter(field_name="delisted_on", lookup_expr="isnull", exclude=True)
    delisted_from = filters.DateFilter(field_name="delisted_on", lookup_expr="gte")
    delisted_to = filters.DateFilter(field_name="delisted_on", lookup_expr="lte")

    class Meta:
        model = PoorVillage
        fields: ClassVar = ["area", "evidence", "delisted", "delisted_from", "delisted_to"]


class PoorVillageSerializer(serializers.ModelSerializer):
    """A village's time on the municipal list, and how well that is established."""

    village_code = serializers.CharField(source="village.code", read_only=True)
    village_name = serializers.CharField(source="village.name", read_only=True)
    town = serializers.CharField(source="village.parent.name", read_only=True)

    class Meta:
        model = PoorVillage
        fields: ClassVar = [
            "id",
            "village_code",
            "village_name",
            "town",
            "evidence",
            "source",
            "listed_on",
            "delisted_on",
            "delisted_reason",
        ]


class PoorVillageViewSet(ReadOnlyViewSet):
    """Villages that are, or were, on the municipal list of poor villages."""

    permission = permissions.VIEW
    queryset = PoorVillage.objects.select_related("village__parent")
    serializer_class = PoorVillageSerializer
    filterset_class = PoorVillageFilter
    ordering_fields = ("village", "listed_on", "delisted_on")
    ordering = ("village",)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {"poor-villages": PoorVillageViewSet}
