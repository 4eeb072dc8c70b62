"""The REST resources of the completeness check, of trained people and of publicity."""

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from households.api.filters import AreaFilter
from jiangjin.common import clock
from jiangjin.common.api import FilterSet, ReadOnlyViewSet
from villages import permissions
from villages.api.posts import PLACE, VillageFields
from villages.models import (
    PoorVillage,
    PublicityEvent,
    PublicityKind,
    TrainedPerson,
    TrainingKind,
)
from villages.rules import post_check
from villages.services.post_checks import VillageCheck, checks_of

NORM_CHOICES = [(norm.code, norm.code) for norm in post_check.NORMS]


class TrainedFilter(FilterSet):
    """Area, kind, days, whether withdrawn."""

    area = AreaFilter("village__path")
    kind = filters.MultipleChoiceFilter(choices=TrainingKind.choices)
    finished_from = filters.DateFilter(field_name="finished_on", lookup_expr="gte")
    finished_to = filters.DateFilter(field_name="finished_on", lookup_expr="lte")
    withdrawn = filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = TrainedPerson
        fields: ClassVar = ["area", "kind", "finished_from", "finished_to", "withdrawn"]


class TrainedSerializer(VillageFields):
    """Somebody of a village who was trained."""

    class Meta:
        model = TrainedPerson
        fields: ClassVar = [
            *("id", *PLACE, "kind", "name", "subject", "place", "started_on", "finished_on", "certificate"),
            *("recorded_on", "withdrawn_at", "withdrawn_reason", "version"),
        ]


class TrainedViewSet(ReadOnlyViewSet):
    """Prosperity leaders, entrepreneurs, medics and preschool teachers who were trained."""

    permission = permissions.VIEW
    queryset = TrainedPerson.objects.select_related("village__parent")
    serializer_class = TrainedSerializer
    filterset_class = TrainedFilter
    ordering_fields = ("finished_on", "village", "kind")
    ordering = ("-finished_on",)


class PublicityFilter(FilterSet):
    """Area, kind, days, what hangs on the boards on a day, whether withdrawn."""

    area = AreaFilter("village__path")
    kind = filters.MultipleChoiceFilter(choices=PublicityKind.choices)
    starts_from = filters.DateFilter(field_name="starts_on", lookup_expr="gte")
    starts_to = filters.DateFilter(field_name="starts_on", lookup_expr="lte")
    on_show = filters.DateFilter(method="by_show", help_text="Day: what hangs on the boards on it.")
    withdrawn = filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)

    class Meta:
        model = PublicityEvent
        fields: ClassVar = ["area", "kind", "starts_from", "starts_to", "on_show", "withdrawn"]

    def by_show(self, queryset: Any, _name: str, value: dt.date) -> Any:
        return queryset.on_show(value)


class PublicitySerializer(VillageFields):
    """A village meeting, or something on a board."""

    group = serializers.CharField(source="group.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = PublicityEvent
        fields: ClassVar = [
            *("id", *PLACE, "group", "kind", "topic", "place", "starts_on", "ends_on", "attendance", "held_by"),
            *("recorded_on", "withdrawn_at", "withdrawn_reason", "version"),
        ]


class PublicityViewSet(ReadOnlyViewSet):
    """What villages were told: meetings, lists and policies on the boards."""

    permission = permissions.VIEW
    queryset = PublicityEvent.objects.select_related("village__parent", "group")
    serializer_class = PublicitySerializer
    filterset_class = PublicityFilter
    ordering_fields = ("starts_on", "ends_on", "village", "kind")
    ordering = ("-starts_on",)


class FindingSerializer(serializers.Serializer):
    """One norm in one village."""

    norm = serializers.ChoiceField(choices=NORM_CHOICES)
    count = serializers.IntegerField()
    wanted = serializers.IntegerField(help_text="How many there must be; of helpers: the households on the roll.")
    met = serializers.BooleanField()


class PostCheckSerializer(VillageFields):
    """Whether a poor village has whoever must answer for it, as of a day."""

    as_of = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(help_text="How many norms are not met.")
    norms = serializers.SerializerMethodField()
    trained = serializers.SerializerMethodField()

    class Meta:
        model = PoorVillage
        fields: ClassVar = ["id", *PLACE, "as_of", "missing", "norms", "trained"]

    def check_of(self, row: PoorVillage) -> VillageCheck:
        """The row's check, of those that the view made."""
        check: VillageCheck = self.context["view"].checks[row.pk]
        return check

    @extend_schema_field(OpenApiTypes.DATE)
    def get_as_of(self, _row: PoorVillage) -> str:
        return str(self.context["view"].on.isoformat())

    @extend_schema_field(OpenApiTypes.INT)
    def get_missing(self, row: PoorVillage) -> int:
        return self.check_of(row).missing

    @extend_schema_field(FindingSerializer(many=True))
    def get_norms(self, row: PoorVillage) -> list[dict[str, Any]]:
        return [
            {"norm": found.norm.code, "count": found.count, "wanted": found.wanted, "met": found.met}
            for found in self.check_of(row).findings
        ]

    @extend_schema_field(
        {
            "type": "object",
            "description": "People of the village who had been trained by the day, by kind.",
            "properties": {kind: {"type": "integer"} for kind in TrainingKind.values},
            "required": list(TrainingKind.values),
        }
    )
    def get_trained(self, row: PoorVillage) -> dict[str, int]:
        return {kind: getattr(row, f"trained_{kind}") for kind in TrainingKind.values}


class PostCheckFilter(FilterSet):
    """Area, day, what is missing."""

    area = AreaFilter("village__path")
    on = filters.DateFilter(method="by_day", help_text="Day of the check; left out: today.")
    complete = filters.BooleanFilter(method="by_completeness", help_text="Whether every norm is met.")
    lacks = filters.MultipleChoiceFilter(
        choices=NORM_CHOICES, method="by_norm", help_text="Villages that do not meet the norm, or one of several."
    )

    class Meta:
        model = PoorVillage
        fields: ClassVar = ["area", "on", "complete", "lacks"]

    def by_day(self, queryset: Any, _name: str, _value: Any) -> Any:
        return queryset  # the view asked for that day

    def by_completeness(self, queryset: Any, _name: str, value: bool) -> Any:
        return self._chosen(queryset, lambda check: (check.missing == 0) == value)

    def by_norm(self, queryset: Any, _name: str, values: list[str]) -> Any:
        return self._chosen(queryset, lambda check: any(map(check.lacks, values))) if values else queryset

    def _chosen(self, queryset: Any, wanted: Callable[[VillageCheck], bool]) -> Any:
        checks: dict[int, VillageCheck] = self.request.parser_context["view"].checks
        return queryset.filter(pk__in=[key for key, check in checks.items() if wanted(check)])


ON_PARAMETER = OpenApiParameter("on", OpenApiTypes.DATE, description="Day of the check; left out: today.")


class PostCheckViewSet(ReadOnlyViewSet):
    """The completeness check: every poor village beside the norms, as of a day."""

    permission = permissions.VIEW
    queryset = PoorVillage.objects.select_related("village__parent")
    serializer_class = PostCheckSerializer
    filterset_class = PostCheckFilter
    ordering_fields = ("village",)
    ordering = ("village",)

    @functools.cached_property
    def on(self) -> dt.date:
        """The day of `?on=`; what is no day is refused by the filter, and asks for today until then."""
        try:
            return dt.date.fromisoformat(self.request.query_params.get("on", ""))
        except ValueError:
            return clock.today()

    @functools.cached_property
    def checks(self) -> dict[int, VillageCheck]:
        """All that the user may see, by the number of the poor village."""
        return {check.poor.pk: check for check in checks_of(super().get_queryset(), on=self.on)}

    def get_queryset(self) -> QuerySet:
        villages = super().get_queryset()
        return post_check.with_trained(post_check.poor_on(villages, self.on), on=self.on)

    @extend_schema(parameters=[ON_PARAMETER])
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One village as of a day."""
        return super().retrieve(request, *args, **kwargs)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "post-checks": PostCheckViewSet,
    "trained-people": TrainedViewSet,
    "publicity": PublicityViewSet,
}
