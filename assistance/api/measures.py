"""The REST resources of measures and enrolments, without personal numbers."""

from typing import Any, ClassVar

from django_filters import rest_framework as filters
from rest_framework import serializers

from assistance.models import Batch, Enrolment, EnrolmentState, Measure, MeasureTarget
from assistance.permissions import VIEW_MEASURES
from households.api.filters import AreaFilter
from households.models import HouseholdStatus, Tier
from jiangjin.common.api import FilterSet, ReadOnlyViewSet, YuanField

OUTSIDE = "none"
BATCH_CHOICES = [*Batch.choices, (OUTSIDE, "outside the six batches")]


def in_batch(queryset: Any, name: str, value: str) -> Any:
    """Rows of a batch; "none" for those outside the six."""
    return queryset.filter(**{name: "" if value == OUTSIDE else value})


class MeasureFilter(FilterSet):
    """Code, batch, whom it enrols, whether it is on offer on a day, whether a rule says who qualifies."""

    code = filters.CharFilter()
    batch = filters.ChoiceFilter(choices=BATCH_CHOICES, method="by_batch", help_text="One of the six, or none.")
    target = filters.ChoiceFilter(choices=MeasureTarget.choices)
    on = filters.DateFilter(method="on_offer", help_text="Day: measures on offer on it.")
    has_rule = filters.BooleanFilter(method="with_rule", help_text="Whether a rule says who qualifies.")

    class Meta:
        model = Measure
        fields: ClassVar = ["code", "batch", "target", "on", "has_rule"]

    def by_batch(self, queryset: Any, _name: str, value: str) -> Any:
        return in_batch(queryset, "batch", value)

    def on_offer(self, queryset: Any, _name: str, day: Any) -> Any:
        return queryset.in_force(day)

    def with_rule(self, queryset: Any, _name: str, value: bool) -> Any:
        return queryset.exclude(eligibility="") if value else queryset.filter(eligibility="")


class EnrolmentFilter(FilterSet):
    """Area, household, member, measure, batch, year, state, tier and status of the household, days."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    member = filters.NumberFilter(field_name="member_id", help_text="The member's id.")
    measure = filters.CharFilter(field_name="measure__code", help_text="The measure's code.")
    batch = filters.ChoiceFilter(choices=BATCH_CHOICES, method="by_batch", help_text="One of the six, or none.")
    year = filters.NumberFilter()
    state = filters.MultipleChoiceFilter(choices=EnrolmentState.choices)
    tier = filters.ChoiceFilter(field_name="household__tier", choices=Tier.choices)
    status = filters.MultipleChoiceFilter(field_name="household__status", choices=HouseholdStatus.choices)
    amount_missing = filters.BooleanFilter(field_name="amount_fen", lookup_expr="isnull")
    sent_back = filters.BooleanFilter(field_name="returned_on", lookup_expr="isnull", exclude=True)
    planned_from = filters.DateFilter(field_name="planned_on", lookup_expr="gte")
    planned_to = filters.DateFilter(field_name="planned_on", lookup_expr="lte")
    done_from = filters.DateFilter(field_name="done_on", lookup_expr="gte")
    done_to = filters.DateFilter(field_name="done_on", lookup_expr="lte")

    class Meta:
        model = Enrolment
        fields: ClassVar = [
            "area",
            "household",
            "member",
            "measure",
            "batch",
            "year",
            "state",
            "tier",
            "status",
            "amount_missing",
            "sent_back",
            "planned_from",
            "planned_to",
            "done_from",
            "done_to",
        ]

    def by_batch(self, queryset: Any, _name: str, value: str) -> Any:
        return in_batch(queryset, "measure__batch", value)


class MeasureSerializer(serializers.ModelSerializer):
    """One measure of the catalogue, with the clause it rests on."""

    amount_yuan = YuanField(source="amount_fen", allow_null=True)
    document = serializers.CharField(
        source="clause.document.code", read_only=True, help_text="Short name of the document."
    )
    clause = serializers.IntegerField(source="clause.number", read_only=True, help_text="Number of the clause.")

    class Meta:
        model = Measure
        fields: ClassVar = [
            "id",
            "code",
            "name",
            "batch",
            "target",
            "recurrence",
            "detail",
            "document",
            "clause",
            "description",
            "quantity_unit",
            "amount_yuan",
            "eligibility",
            "mandatory_tiers",
            "valid_from",
            "valid_to",
        ]


class EnrolmentSerializer(serializers.ModelSerializer):
    """A household (member null) or person enrolled in a measure."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")
    village = serializers.CharField(source="household.village.code", read_only=True, help_text="Code of the village.")
    measure = serializers.CharField(source="measure.code", read_only=True, help_text="Code of the measure.")
    batch = serializers.CharField(source="measure.batch", read_only=True, help_text="Empty outside the six batches.")
    amount_yuan = YuanField(source="amount_fen", allow_null=True)
    unit = serializers.CharField(source="unit.name", read_only=True, allow_null=True, default=None)
    planned_by = serializers.CharField(source="planned_by.name", read_only=True, allow_null=True, default=None)
    approved_by = serializers.CharField(source="approved_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Enrolment
        fields: ClassVar = [
            "id",
            "measure",
            "batch",
            "household",
            "village",
            "member",
            "year",
            "sequence",
            "state",
            "amount_yuan",
            "quantity",
            "unit",
            "business",
            "note",
            "planned_on",
            "planned_by",
            "returned_on",
            "approved_on",
            "approved_by",
            "started_on",
            "done_on",
            "stopped_on",
            "stop_reason",
            "version",
        ]


class MeasureViewSet(ReadOnlyViewSet):
    """The catalogue of measures."""

    permission = VIEW_MEASURES
    queryset = Measure.objects.select_related("clause__document")
    serializer_class = MeasureSerializer
    filterset_class = MeasureFilter
    ordering_fields = ("order", "code", "batch")
    ordering = ("order", "code")


class EnrolmentViewSet(ReadOnlyViewSet):
    """Who takes part in which measure, and how far it has got."""

    permission = VIEW_MEASURES
    queryset = Enrolment.objects.select_related("measure", "household__village", "unit", "planned_by", "approved_by")
    serializer_class = EnrolmentSerializer
    filterset_class = EnrolmentFilter
    ordering_fields = ("planned_on", "done_on", "year", "amount_fen", "household")
    ordering = ("-planned_on",)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {"measures": MeasureViewSet, "enrolments": EnrolmentViewSet}
