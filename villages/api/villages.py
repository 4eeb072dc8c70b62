"""REST: villages with their file, and their surveys."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from households.api.filters import AreaFilter, YearFilter
from households.permissions import VIEW as VIEW_HOUSEHOLDS
from jiangjin.common import clock
from jiangjin.common.api import FilterSet, ReadOnlyViewSet, YuanField
from villages import permissions
from villages.models import PoorVillage, PoorVillageEvidence, Terrain, Village, VillageProfile, VillageSurvey
from villages.rules.incidence import MET, NOT_MET, NOT_VERIFIED
from villages.services import numbers
from villages.services.numbers import VillageNumbers
from villages.services.survey_parts import SURVEY_FIELDS

MONEY = {"net_income_per_capita_fen": "net_income_per_capita_yuan", "collective_income_fen": "collective_income_yuan"}
STATES = [MET, NOT_MET, NOT_VERIFIED]


class ProfileSerializer(serializers.ModelSerializer):
    """The lasting part of a village's file; the phone of the head is masked."""

    class Meta:
        model = VillageProfile
        fields: ClassVar = [
            "terrain",
            "development",
            "head_name",
            "phone_masked",
            "latitude",
            "longitude",
            "town_distance_km",
            "natural_village_count",
            "group_count",
            "farmland_mu",
            "irrigated_mu",
            "forest_mu",
            "returned_forest_mu",
            "orchard_mu",
            "grassland_mu",
            "water_mu",
            "is_demo",
        ]


class VillageSerializer(serializers.ModelSerializer):
    """A village or community, with its status and its numbers of today: who is on the roll, poverty incidence."""

    town = serializers.CharField(source="parent.name", read_only=True)
    town_code = serializers.CharField(source="parent.code", read_only=True)
    evidence = serializers.ChoiceField(
        source="poor_village.evidence",
        choices=PoorVillageEvidence.choices,
        read_only=True,
        default=None,
        allow_null=True,
        help_text="Null: never on the list of poor villages.",
    )
    listed_on = serializers.DateField(source="poor_village.listed_on", read_only=True, default=None, allow_null=True)
    delisted_on = serializers.DateField(
        source="poor_village.delisted_on", read_only=True, default=None, allow_null=True
    )
    profile = ProfileSerializer(source="village_profile", read_only=True, default=None, allow_null=True)
    households_on_roll = serializers.SerializerMethodField()
    persons_on_roll = serializers.SerializerMethodField()
    exited_households = serializers.SerializerMethodField(help_text="Since the year began.")
    agricultural_population = serializers.SerializerMethodField(help_text="Of the newest survey that tells it.")
    incidence = serializers.SerializerMethodField(
        help_text="Persons on the roll of the agricultural registered population, 0 to 1."
    )
    incidence_state = serializers.SerializerMethodField(help_text="Against the limit in force today.")

    class Meta:
        model = Village
        fields: ClassVar = [
            "id",
            "code",
            "name",
            "town",
            "town_code",
            "evidence",
            "listed_on",
            "delisted_on",
            "households_on_roll",
            "persons_on_roll",
            "exited_households",
            "agricultural_population",
            "incidence",
            "incidence_state",
            "profile",
        ]

    def numbers(self, village: Village) -> VillageNumbers:
        """Counted by the view for all villages that it shows."""
        counted: Mapping[int, VillageNumbers] = self.context["numbers"]
        return counted[village.pk]

    def get_households_on_roll(self, village: Village) -> int:
        return self.numbers(village).roll_households

    def get_persons_on_roll(self, village: Village) -> int:
        return self.numbers(village).roll_persons

    def get_exited_households(self, village: Village) -> int:
        return self.numbers(village).exited_households

    def get_agricultural_population(self, village: Village) -> int | None:
        return self.numbers(village).agricultural_population

    def get_incidence(self, village: Village) -> float | None:
        incidence = self.numbers(village).incidence
        return None if incidence is None else round(float(incidence), 6)

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_incidence_state(self, village: Village) -> str:
        return self.numbers(village).incidence_state


class VillageFilter(FilterSet):
    """Area, code, search, poor-village status and evidence, terrain."""

    area = AreaFilter("path")
    code = filters.CharFilter()
    q = filters.CharFilter(
        method="search", help_text="Name of village or town in characters, pinyin or initials, or start of the code."
    )
    poor = filters.BooleanFilter(
        field_name="poor_village",
        lookup_expr="isnull",
        exclude=True,
        help_text="On the list of poor villages, or once was.",
    )
    listed = filters.BooleanFilter(method="on_list", help_text="On the list today.")
    evidence = filters.MultipleChoiceFilter(field_name="poor_village__evidence", choices=PoorVillageEvidence.choices)
    terrain = filters.MultipleChoiceFilter(field_name="village_profile__terrain", choices=Terrain.choices)

    class Meta:
        model = Village
        fields: ClassVar = ["area", "code", "q", "poor", "listed", "evidence", "terrain"]

    def search(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.search(value)

    def on_list(self, queryset: Any, _name: str, value: bool) -> Any:
        listed = Q(poor_village__in=PoorVillage.objects.listed(clock.today()))
        return queryset.filter(listed if value else ~listed)


class VillageViewSet(ReadOnlyViewSet):
    """Villages and communities."""

    permission = permissions.VIEW
    queryset = Village.objects.select_related("parent", "poor_village", "village_profile")
    serializer_class = VillageSerializer
    filterset_class = VillageFilter
    lookup_field = "code"
    lookup_value_regex = "[0-9]{12}"
    ordering_fields = ("path", "code", "name")
    ordering = ("path",)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """With the numbers of the villages that are shown, counted at once."""
        shown = args[0] if args else None
        rows = shown if isinstance(shown, list) else [shown] if isinstance(shown, Village) else []
        if rows:
            chosen = Village.objects.filter(pk__in=[village.pk for village in rows])
            counted = numbers.of(chosen, on=clock.today(), scope=self.request.user.scope(VIEW_HOUSEHOLDS))
            kwargs.setdefault("context", {**self.get_serializer_context(), "numbers": counted})
        return super().get_serializer(*args, **kwargs)


class SurveySerializer(serializers.ModelSerializer):
    """What is known of a village for a year; null is not verified."""

    village_code = serializers.CharField(source="village.code", read_only=True)
    village_name = serializers.CharField(source="village.name", read_only=True)
    town = serializers.CharField(source="village.parent.name", read_only=True)
    net_income_per_capita_yuan = YuanField(source="net_income_per_capita_fen", allow_null=True)
    collective_income_yuan = YuanField(source="collective_income_fen", allow_null=True)

    class Meta:
        model = VillageSurvey
        fields: ClassVar = [
            "id",
            "village_code",
            "village_name",
            "town",
            "year",
            "reported_on",
            "source",
            *(MONEY.get(name, name) for name in SURVEY_FIELDS),
            "is_demo",
            "recorded_at",
            "version",
        ]


class SurveyFilter(FilterSet):
    """Area, village, year, whether of poor villages."""

    area = AreaFilter("village__path")
    village = filters.CharFilter(field_name="village__code", help_text="Code of the village.")
    year = YearFilter()
    poor_in = YearFilter(
        method="of_poor_villages", help_text="Villages that stood on the list of poor villages in this year."
    )

    class Meta:
        model = VillageSurvey
        fields: ClassVar = ["area", "village", "year", "poor_in"]

    def of_poor_villages(self, queryset: Any, _name: str, year: Any) -> QuerySet:
        found: QuerySet = queryset.of_poor_villages(int(year))
        return found


class SurveyViewSet(ReadOnlyViewSet):
    """Surveys of villages, one a village and year."""

    permission = permissions.VIEW
    queryset = VillageSurvey.objects.select_related("village__parent")
    serializer_class = SurveySerializer
    filterset_class = SurveyFilter
    ordering_fields = ("village", "year", "reported_on")
    ordering = ("village", "-year")


ROUTES: dict[str, type[ReadOnlyViewSet]] = {"villages": VillageViewSet, "surveys": SurveyViewSet}
