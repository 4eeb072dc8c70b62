"""REST: jobs."""

from typing import ClassVar

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jiangjin.accounts.permissions import VIEW_JOBS
from jiangjin.common.api import FilterSet, ReadOnlyViewSet
from jiangjin.jobs.models import JobRun, JobState


class JobSerializer(serializers.ModelSerializer):
    """A job with its progress and counts."""

    area_code = serializers.CharField(source="area.code", read_only=True)
    percent = serializers.SerializerMethodField()

    class Meta:
        model = JobRun
        fields: ClassVar = [
            "id",
            "kind",
            "key",
            "area_code",
            "params",
            "state",
            "stage",
            "progress_done",
            "progress_total",
            "percent",
            "counts",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        ]

    @extend_schema_field(serializers.IntegerField(allow_null=True, help_text="0 to 100; null while nobody knows."))
    def get_percent(self, job: JobRun) -> int | None:
        return job.percent


class JobFilter(FilterSet):
    """Kind and state."""

    kind = filters.CharFilter()
    state = filters.ChoiceFilter(choices=JobState.choices)

    class Meta:
        model = JobRun
        fields: ClassVar = ["kind", "state"]


class JobViewSet(ReadOnlyViewSet):
    """Long work over the user's areas, newest first."""

    permission = VIEW_JOBS
    queryset = JobRun.objects.select_related("area")
    serializer_class = JobSerializer
    filterset_class = JobFilter
    ordering_fields = ("created_at", "finished_at")
    ordering = ("-created_at",)
