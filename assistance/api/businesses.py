"""REST of business entities, their ties to households and what these gained."""

import datetime as dt
from typing import Any, ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from assistance.models import Business, BusinessGain, BusinessKind, BusinessLink, BusinessTie
from assistance.permissions import VIEW_BUSINESSES
from households.api.filters import AreaFilter, YearFilter
from jiangjin.common.api import FilterSet, ReadOnlyViewSet, YuanField


class BusinessFilter(FilterSet):
    """Area, kind, whether it exists on a day."""

    area = AreaFilter("village__path")
    kind = filters.MultipleChoiceFilter(choices=BusinessKind.choices)
    active_on = filters.DateFilter(method="active", help_text="Day: businesses that exist on it.")

    class Meta:
        model = Business
        fields: ClassVar = ["area", "kind", "active_on"]

    def active(self, queryset: Any, _name: str, day: dt.date) -> Any:
        return queryset.active(day)


class BusinessSerializer(serializers.ModelSerializer):
    """A lead firm, cooperative, farm inn or mutual-aid association."""

    village = serializers.CharField(source="village.code", read_only=True, help_text="Code of the village.")
    village_name = serializers.CharField(source="village.name", read_only=True)

    class Meta:
        model = Business
        fields: ClassVar = [
            "id",
            "kind",
            "name",
            "village",
            "village_name",
            "line",
            "in_charge",
            "registration_number",
            "founded_on",
            "closed_on",
            "close_reason",
            "note",
            "version",
        ]


class BusinessLinkFilter(FilterSet):
    """Area and number of the household, business and its kind, way, whether it holds on a day."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    business = filters.NumberFilter(field_name="business_id", help_text="Id of the business.")
    kind = filters.MultipleChoiceFilter(field_name="business__kind", choices=BusinessKind.choices)
    tie = filters.MultipleChoiceFilter(choices=BusinessTie.choices)
    active_on = filters.DateFilter(method="active", help_text="Day: ties that hold on it.")

    class Meta:
        model = BusinessLink
        fields: ClassVar = ["area", "household", "business", "kind", "tie", "active_on"]

    def active(self, queryset: Any, _name: str, day: dt.date) -> Any:
        return queryset.active(day)


class BusinessLinkSerializer(serializers.ModelSerializer):
    """A household takes part in a business from a day on."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")
    business_name = serializers.CharField(source="business.name", read_only=True)
    kind = serializers.ChoiceField(source="business.kind", choices=BusinessKind.choices, read_only=True)
    share_yuan = YuanField(source="share_fen", allow_null=True)

    class Meta:
        model = BusinessLink
        fields: ClassVar = [
            "id",
            "business",
            "business_name",
            "kind",
            "household",
            "member",
            "tie",
            "starts_on",
            "ends_on",
            "end_reason",
            "share_yuan",
            "land_mu",
            "contract",
            "version",
        ]


class BusinessGainFilter(FilterSet):
    """Area and number of the household, business and its kind, year."""

    area = AreaFilter("link__household__village__path")
    household = filters.CharFilter(field_name="link__household__number")
    business = filters.NumberFilter(field_name="link__business_id", help_text="Id of the business.")
    kind = filters.MultipleChoiceFilter(field_name="link__business__kind", choices=BusinessKind.choices)
    year = YearFilter()

    class Meta:
        model = BusinessGain
        fields: ClassVar = ["area", "household", "business", "kind", "year"]


class BusinessGainSerializer(serializers.ModelSerializer):
    """What a household gained from one tie in a year."""

    household = serializers.CharField(source="link.household.number", read_only=True, help_text="Household number.")
    business = serializers.IntegerField(source="link.business_id", read_only=True)
    gain_yuan = YuanField(source="gain_fen")
    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = BusinessGain
        fields: ClassVar = [
            "id",
            "link",
            "business",
            "household",
            "year",
            "gain_yuan",
            "basis",
            "reported_on",
            "recorded_by",
            "version",
        ]


class BusinessViewSet(ReadOnlyViewSet):
    """Business entities."""

    permission = VIEW_BUSINESSES
    queryset = Business.objects.select_related("village")
    serializer_class = BusinessSerializer
    filterset_class = BusinessFilter
    ordering_fields = ("name", "kind", "founded_on", "village")
    ordering = ("village", "kind", "name")


class BusinessLinkViewSet(ReadOnlyViewSet):
    """Ties of households to businesses."""

    permission = VIEW_BUSINESSES
    queryset = BusinessLink.objects.select_related("business", "household")
    serializer_class = BusinessLinkSerializer
    filterset_class = BusinessLinkFilter
    ordering_fields = ("business", "household", "starts_on")
    ordering = ("business", "household", "starts_on")


class BusinessGainViewSet(ReadOnlyViewSet):
    """What households gained from businesses, by year."""

    permission = VIEW_BUSINESSES
    queryset = BusinessGain.objects.select_related("link__household", "recorded_by")
    serializer_class = BusinessGainSerializer
    filterset_class = BusinessGainFilter
    ordering_fields = ("year", "link", "gain_fen", "reported_on")
    ordering = ("-year", "link")


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "businesses": BusinessViewSet,
    "business-links": BusinessLinkViewSet,
    "business-gains": BusinessGainViewSet,
}
