"""The REST resources of the household file."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from households import permissions
from households.api import filters, serializers
from households.models import (
    Evaluation,
    EvaluationRun,
    Helper,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    StatusEvent,
    TierDecision,
)
from jiangjin.common import clock
from jiangjin.common.api import ReadOnlyViewSet
from jiangjin.jobs.api import JobSerializer
from jiangjin.jobs.services import start


class HouseholdViewSet(ReadOnlyViewSet):
    """Households, looked up by their number."""

    permission = permissions.VIEW
    queryset = Household.objects.select_related("village__parent", "group")
    serializer_class = serializers.HouseholdSerializer
    filterset_class = filters.HouseholdFilter
    lookup_field = "number"
    lookup_value_regex = r"\d{8,20}"
    ordering_fields = ("number", "updated_at", "registered_on", "status_on")
    ordering = ("number",)

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_head().with_member_count(clock.today())


class MemberViewSet(ReadOnlyViewSet):
    """Members now and before."""

    permission = permissions.VIEW
    queryset = Member.objects.select_related("household")
    serializer_class = serializers.MemberSerializer
    filterset_class = filters.MemberFilter
    ordering_fields = ("household", "born_on", "joined_on")
    ordering = ("household", "relation")


class MemberYearViewSet(ReadOnlyViewSet):
    """Members' facts by year."""

    permission = permissions.VIEW
    queryset = MemberYear.objects.select_related("member__household")
    serializer_class = serializers.MemberYearSerializer
    filterset_class = filters.MemberYearFilter
    ordering_fields = ("year", "member")
    ordering = ("member", "year")


class IncomeViewSet(ReadOnlyViewSet):
    """Income statements."""

    permission = permissions.VIEW
    queryset = IncomeStatement.objects.select_related("household")
    serializer_class = serializers.IncomeSerializer
    filterset_class = filters.IncomeFilter
    ordering_fields = ("year", "household", "net_income_fen")
    ordering = ("household", "year")


class ConditionsViewSet(ReadOnlyViewSet):
    """Surveys of living conditions."""

    permission = permissions.VIEW
    queryset = LivingConditions.objects.select_related("household")
    serializer_class = serializers.ConditionsSerializer
    filterset_class = filters.ConditionsFilter
    ordering_fields = ("year", "household", "surveyed_on")
    ordering = ("household", "year")


class TierViewSet(ReadOnlyViewSet):
    """Tier decisions."""

    permission = permissions.VIEW
    queryset = TierDecision.objects.select_related("household", "decided_by")
    serializer_class = serializers.TierSerializer
    filterset_class = filters.TierFilter
    ordering_fields = ("decided_on", "household")
    ordering = ("household", "decided_on")


class StatusEventViewSet(ReadOnlyViewSet):
    """Changes of status."""

    permission = permissions.VIEW
    queryset = StatusEvent.objects.select_related("household", "recorded_by")
    serializer_class = serializers.StatusEventSerializer
    filterset_class = filters.StatusEventFilter
    ordering_fields = ("occurred_on", "household")
    ordering = ("household", "occurred_on")


class HelperViewSet(ReadOnlyViewSet):
    """Helpers."""

    permission = permissions.VIEW
    queryset = Helper.objects.select_related("unit", "town")
    serializer_class = serializers.HelperSerializer
    filterset_class = filters.HelperFilter
    ordering_fields = ("name_pinyin",)
    ordering = ("town", "name_pinyin")


class EvaluationViewSet(ReadOnlyViewSet):
    """Verdicts with their facts and reasons."""

    permission = permissions.VIEW
    queryset = Evaluation.objects.select_related("household")
    serializer_class = serializers.EvaluationSerializer
    filterset_class = filters.EvaluationFilter
    ordering_fields = ("as_of", "household")
    ordering = ("-as_of", "household")


class EvaluationRunViewSet(ReadOnlyViewSet):
    """Runs of the evaluation; POST starts one."""

    permission = permissions.VIEW_EVALUATIONS
    write_permission = permissions.EVALUATE
    queryset = EvaluationRun.objects.select_related("area")
    serializer_class = serializers.EvaluationRunSerializer
    filterset_class = filters.EvaluationRunFilter
    ordering_fields = ("as_of", "created_at")
    ordering = ("-created_at",)
    http_method_names = ["get", "head", "options", "post"]

    @extend_schema(request=serializers.EvaluationStartSerializer, responses={202: JobSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Start an evaluation; answers with its job."""
        asked = serializers.EvaluationStartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        area = asked.validated_data["area"]
        if not request.user.scope(permissions.EVALUATE).covers(area.path):
            raise NotFound
        as_of = asked.validated_data["as_of"].isoformat()
        job = start(kind="evaluate_exits", area=area, by=request.user, params={"as_of": as_of})
        return Response(JobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "households": HouseholdViewSet,
    "members": MemberViewSet,
    "member-years": MemberYearViewSet,
    "incomes": IncomeViewSet,
    "conditions": ConditionsViewSet,
    "tiers": TierViewSet,
    "status-events": StatusEventViewSet,
    "helpers": HelperViewSet,
    "evaluations": EvaluationViewSet,
    "evaluation-runs": EvaluationRunViewSet,
}
