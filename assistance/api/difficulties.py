"""The REST resources of difficulties: rows and their steps, read only."""

from typing import Any, ClassVar

from django.db.models import Q
from django_filters import rest_framework as filters
from rest_framework import serializers

from assistance.models import (
    Difficulty,
    DifficultyAct,
    DifficultyKind,
    DifficultySource,
    DifficultyState,
    DifficultyStep,
    EscalationLevel,
)
from assistance.models.difficulty import UNSOLVED
from assistance.permissions import VIEW_DIFFICULTIES
from households.api.filters import AreaFilter
from jiangjin.common import clock
from jiangjin.common.api import FilterSet, ReadOnlyViewSet, YuanField

LEVELS = {"none": EscalationLevel.NONE, "town": EscalationLevel.TOWN, "district": EscalationLevel.DISTRICT}
LEVEL_NAMES: dict[int, str] = {level: code for code, level in LEVELS.items()}
LEVEL_CHOICES = [(code, code) for code in LEVELS]


class DifficultyFilter(FilterSet):
    """Area, household, state, kind, source, unit, lateness, escalation, days."""

    area = AreaFilter("village__path")
    household = filters.CharFilter(field_name="household__number")
    common = filters.BooleanFilter(
        field_name="household", lookup_expr="isnull", help_text="Of a village or group in common: without a household."
    )
    visit = filters.NumberFilter(field_name="visit_id", help_text="Id of the visit on which it was raised.")
    state = filters.MultipleChoiceFilter(choices=DifficultyState.choices)
    kind = filters.MultipleChoiceFilter(choices=DifficultyKind.choices)
    source = filters.MultipleChoiceFilter(choices=DifficultySource.choices)
    unit = filters.CharFilter(field_name="owner_unit__name", help_text="Name of the unit in charge.")
    late = filters.BooleanFilter(method="by_lateness", help_text="Unsolved and due before today.")
    escalation = filters.MultipleChoiceFilter(choices=LEVEL_CHOICES, method="by_level")
    raised_from = filters.DateFilter(field_name="raised_on", lookup_expr="gte")
    raised_to = filters.DateFilter(field_name="raised_on", lookup_expr="lte")
    solved_from = filters.DateFilter(field_name="solved_on", lookup_expr="gte")
    solved_to = filters.DateFilter(field_name="solved_on", lookup_expr="lte")
    due_to = filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = Difficulty
        fields: ClassVar = [
            "area",
            "household",
            "common",
            "visit",
            "state",
            "kind",
            "source",
            "unit",
            "late",
            "escalation",
            "raised_from",
            "raised_to",
            "solved_from",
            "solved_to",
            "due_to",
        ]

    def by_lateness(self, queryset: Any, _name: str, value: bool) -> Any:
        late = Q(state__in=UNSOLVED, due_on__lt=clock.today())
        return queryset.filter(late if value else ~late)

    def by_level(self, queryset: Any, _name: str, values: list[str]) -> Any:
        return queryset.filter(escalation__in=[LEVELS[value] for value in values]) if values else queryset


class DifficultyStepFilter(FilterSet):
    """Area, difficulty, household, act, day."""

    area = AreaFilter("difficulty__village__path")
    difficulty = filters.NumberFilter(field_name="difficulty_id")
    household = filters.CharFilter(field_name="difficulty__household__number")
    act = filters.MultipleChoiceFilter(choices=DifficultyAct.choices)
    happened_from = filters.DateFilter(field_name="happened_on", lookup_expr="gte")
    happened_to = filters.DateFilter(field_name="happened_on", lookup_expr="lte")

    class Meta:
        model = DifficultyStep
        fields: ClassVar = ["area", "difficulty", "household", "act", "happened_from", "happened_to"]


def name_of(source: str) -> serializers.CharField:
    """The name of a record that may be missing."""
    return serializers.CharField(source=source, read_only=True, allow_null=True, default=None)


class DifficultySerializer(serializers.ModelSerializer):
    """A difficulty with how it was solved."""

    household = serializers.CharField(
        source="household.number", read_only=True, allow_null=True, default=None, help_text="Household number."
    )
    village = serializers.CharField(source="village.code", read_only=True, help_text="Code of the village.")
    group = name_of("group.name")
    unit = name_of("owner_unit.name")
    responsible = name_of("responsible.name")
    escalation = serializers.SerializerMethodField()
    money_yuan = YuanField(source="money_fen")
    goods_value_yuan = YuanField(source="goods_value_fen")

    class Meta:
        model = Difficulty
        fields: ClassVar = [
            "id",
            "village",
            "group",
            "household",
            "visit",
            "source",
            "kind",
            "what",
            "raised_on",
            "state",
            "unit",
            "responsible",
            "helper",
            "due_on",
            "escalation",
            "escalated_on",
            "solved_on",
            "solution",
            "money_yuan",
            "goods",
            "goods_value_yuan",
            "confirmation",
            "confirmed_on",
            "confirmation_visit",
            "closed_on",
            "closed_reason",
            "reopened_count",
            "version",
        ]

    def get_escalation(self, row: Difficulty) -> str:
        """Before whom it was put as late: none, town or district."""
        return LEVEL_NAMES[row.escalation]


class DifficultyStepSerializer(serializers.ModelSerializer):
    """What happened to a difficulty."""

    by = name_of("by.name")

    class Meta:
        model = DifficultyStep
        fields: ClassVar = [
            "id",
            "difficulty",
            "version",
            "act",
            "happened_on",
            "from_state",
            "to_state",
            "note",
            "details",
            "by",
            "recorded_at",
        ]


class DifficultyViewSet(ReadOnlyViewSet):
    """Difficulties of households and villages."""

    permission = VIEW_DIFFICULTIES
    queryset = Difficulty.objects.select_related("village", "group", "household", "owner_unit", "responsible")
    serializer_class = DifficultySerializer
    filterset_class = DifficultyFilter
    ordering_fields = ("due_on", "raised_on", "solved_on")
    ordering = ("-raised_on",)


class DifficultyStepViewSet(ReadOnlyViewSet):
    """Their steps, in the order in which they were taken."""

    permission = VIEW_DIFFICULTIES
    queryset = DifficultyStep.objects.select_related("by")
    serializer_class = DifficultyStepSerializer
    filterset_class = DifficultyStepFilter
    ordering_fields = ("happened_on", "version")
    ordering = ("difficulty", "version")


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "difficulties": DifficultyViewSet,
    "difficulty-steps": DifficultyStepViewSet,
}
