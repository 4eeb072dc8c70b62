"""The REST resources of visits."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from assistance.api import filters, serializers
from assistance.models import Absence, FollowUp, Visit, VisitCheck
from assistance.permissions import VIEW_VISITS, WRITE_VISITS
from assistance.services import visits
from jiangjin.common import clock
from jiangjin.common.api import ReadOnlyViewSet
from jiangjin.common.schema import ErrorsSerializer


class VisitViewSet(ReadOnlyViewSet):
    """Visits; POST writes one down."""

    permission = VIEW_VISITS
    write_permission = WRITE_VISITS
    queryset = Visit.objects.select_related("household", "helper", "recorded_by")
    serializer_class = serializers.VisitSerializer
    filterset_class = filters.VisitFilter
    ordering_fields = ("visited_on", "recorded_at", "household")
    ordering = ("-visited_on",)
    http_method_names = ["get", "head", "options", "post"]

    @extend_schema(
        request=serializers.VisitWriteSerializer,
        responses={
            201: serializers.VisitSerializer,
            200: OpenApiResponse(serializers.VisitSerializer, description="It was stored before; nothing was written."),
            409: OpenApiResponse(ErrorsSerializer, description="Another visit has been stored under this client_id."),
        },
    )
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Write a visit down. The same again answers 200 with the stored one."""
        sent = serializers.VisitWriteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        client_id = sent.validated_data["client_id"]
        draft = sent.draft(by=request.user)
        is_new = not Visit.objects.filter(client_id=client_id).exists()
        try:
            visit = visits.record(draft=draft, by=request.user, today=clock.today(), client_id=client_id)
        except PermissionDenied as refusal:
            return Response({"errors": {"detail": [str(refusal)]}}, status=status.HTTP_403_FORBIDDEN)
        except ValidationError as refusal:
            return refused(refusal)
        stored = self.queryset.get(pk=visit.pk)
        answer = serializers.VisitSerializer(stored, context=self.get_serializer_context()).data
        return Response(answer, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


def refused(refusal: ValidationError) -> Response:
    """What the service said, by the names of the API; 409 for a conflict."""
    by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"detail": [refusal]}
    errors: dict[str, list[str]] = {}
    conflict = False
    for name, found in by_field.items():
        shown = serializers.MONEY.get(name, name)
        for error in found:
            conflict = conflict or error.code == "conflict"
            errors.setdefault(shown, []).extend(str(message) for message in error.messages)
    return Response({"errors": errors}, status=status.HTTP_409_CONFLICT if conflict else status.HTTP_400_BAD_REQUEST)


class FollowUpViewSet(ReadOnlyViewSet):
    """What was promised on visits that stand."""

    permission = VIEW_VISITS
    queryset = FollowUp.objects.standing().select_related("visit__household", "done_by")
    serializer_class = serializers.FollowUpSerializer
    filterset_class = filters.FollowUpFilter
    ordering_fields = ("due_on", "done_on")
    ordering = ("due_on",)


class AbsenceViewSet(ReadOnlyViewSet):
    """When households were away."""

    permission = VIEW_VISITS
    queryset = Absence.objects.select_related("household")
    serializer_class = serializers.AbsenceSerializer
    filterset_class = filters.AbsenceFilter
    ordering_fields = ("starts_on", "household")
    ordering = ("-starts_on",)


class VisitCheckViewSet(ReadOnlyViewSet):
    """Rows of the monthly check."""

    permission = VIEW_VISITS
    queryset = VisitCheck.objects.select_related("household")
    serializer_class = serializers.VisitCheckSerializer
    filterset_class = filters.VisitCheckFilter
    ordering_fields = ("month", "household", "state")
    ordering = ("-month", "household")


ROUTES: dict[str, type[ReadOnlyViewSet]] = {
    "visits": VisitViewSet,
    "follow-ups": FollowUpViewSet,
    "absences": AbsenceViewSet,
    "visit-checks": VisitCheckViewSet,
}
