"""REST of exit channels: the rows, and their counts as the six-batch table shows them."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from assistance.models import Batch, ExitChannel
from assistance.permissions import VIEW_MEASURES
from assistance.services import channel_counts
from assistance.services.channel_counts import ChannelCounts, Overlap
from households.api.filters import AreaFilter, YearFilter
from households.models import StatusEvent
from jiangjin.areas.models import Area, under
from jiangjin.common.api import FilterSet, ReadOnlyViewSet

EARLIEST, LATEST = 2000, 2100


class ExitChannelFilter(FilterSet):
    """Area, household, channel, exits of a year that stand, whether it rests on a measure."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    batch = filters.MultipleChoiceFilter(choices=Batch.choices)
    exited_in = YearFilter(method="of_exits_in", help_text="Year: channels of exits of that year that stand.")
    supported = filters.BooleanFilter(
        field_name="enrolment", lookup_expr="isnull", exclude=True, help_text="Whether it rests on a measure."
    )

    class Meta:
        model = ExitChannel
        fields: ClassVar = ["area", "household", "batch", "exited_in", "supported"]

    def of_exits_in(self, queryset: Any, _name: str, year: int) -> Any:
        return queryset.of_exits_in(year)


class ExitChannelSerializer(serializers.ModelSerializer):
    """One person, at one exit, owes it to one channel."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")
    exited_on = serializers.DateField(source="exit.occurred_on", read_only=True)
    member_name = serializers.CharField(source="member.name", read_only=True)
    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = ExitChannel
        fields: ClassVar = [
            "id",
            "exit",
            "exited_on",
            "household",
            "member",
            "member_name",
            "batch",
            "enrolment",
            "recorded_by",
            "recorded_at",
        ]


class BatchCountSerializer(serializers.Serializer):
    """One channel. `households` is null where the channel reports persons only; `derived_households` are those of its persons."""

    batch = serializers.ChoiceField(choices=Batch.choices)
    households = serializers.IntegerField(allow_null=True)
    derived_households = serializers.IntegerField()
    persons = serializers.IntegerField()
    only_households = serializers.IntegerField()
    only_persons = serializers.IntegerField()


class OverlapSerializer(serializers.Serializer):
    """A sum over channels, how many are distinct, and the difference."""

    total = serializers.IntegerField()
    distinct = serializers.IntegerField()
    excess = serializers.IntegerField()


class CombinationSerializer(serializers.Serializer):
    """Households and persons that have exactly these channels."""

    batches = serializers.ListField(child=serializers.ChoiceField(choices=Batch.choices))
    households = serializers.IntegerField()
    persons = serializers.IntegerField()


class ChannelSummarySerializer(serializers.Serializer):
    """Exits of a year by channel. Channels overlap: their numbers are not added. `reported`: whether any channel is on file;
    without one, no number of a channel says anything."""

    exited_in = serializers.IntegerField()
    area = serializers.CharField(allow_null=True)
    reported = serializers.BooleanField()
    households = serializers.IntegerField(help_text="Exited households, each once.")
    persons = serializers.IntegerField(help_text="Their persons, as counted at the exit.")
    batches = BatchCountSerializer(many=True)
    household_overlap = OverlapSerializer(help_text="Over the channels that report households.")
    person_overlap = OverlapSerializer(help_text="Over all channels.")
    households_without = serializers.IntegerField()
    persons_without = serializers.IntegerField()
    combinations = CombinationSerializer(many=True)


class ExitChannelViewSet(ReadOnlyViewSet):
    """By which channels persons left poverty; `summary` counts them."""

    permission = VIEW_MEASURES
    queryset = ExitChannel.objects.select_related("household", "exit", "member", "recorded_by")
    serializer_class = ExitChannelSerializer
    filterset_class = ExitChannelFilter
    ordering_fields = ("household", "batch", "recorded_at")
    ordering = ("exit", "member", "batch")

    @extend_schema(
        parameters=[
            OpenApiParameter("exited_in", int, required=True, description="Year of the exits."),
            OpenApiParameter("area", str, description="Code of an area; everything below it is included."),
        ],
        responses=ChannelSummarySerializer,
        filters=False,
    )
    @action(detail=False, pagination_class=None, filter_backends=[])
    def summary(self, request: Request) -> Response:
        """Distinct households and persons by channel, the overlap, who has none."""
        year, area = _asked(request)
        exits = StatusEvent.objects.visible_to(request.user, self.permission).exits_in(year)
        if area is not None:
            exits = exits.filter(under(area.path, "household__village__path"))
        return Response(ChannelSummarySerializer(_summary(channel_counts.count(exits), year, area)).data)


def _asked(request: Request) -> tuple[int, Area | None]:
    """Year and area of the address; anything else is refused."""
    unknown = sorted(set(request.query_params) - {"exited_in", "area", "format"})
    if unknown:
        raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
    text = request.query_params.get("exited_in", "")
    if not (text.isascii() and text.isdecimal() and EARLIEST <= int(text[:9]) <= LATEST):
        wrong = _("A year from %(first)s to %(last)s is needed.") % {"first": EARLIEST, "last": LATEST}
        raise ValidationError({"exited_in": [wrong]})
    code = request.query_params.get("area", "")
    area = Area.objects.filter(code=code).first() if code else None
    if code and area is None:
        raise ValidationError({"area": [_("There is no area with the code %(code)s.") % {"code": code}]})
    return int(text), area


def _summary(counts: ChannelCounts, year: int, area: Area | None) -> dict[str, Any]:
    return {
        "exited_in": year,
        "area": area.code if area is not None else None,
        "reported": counts.is_said,
        "households": counts.households,
        "persons": counts.persons,
        "batches": [
            {
                "batch": line.batch.value,
                "households": line.reported_households,
                "derived_households": line.households,
                "persons": line.persons,
                "only_households": line.only_households,
                "only_persons": line.only_persons,
            }
            for line in counts.lines
        ],
        "household_overlap": _overlap(counts.household_overlap),
        "person_overlap": _overlap(counts.person_overlap),
        "households_without": counts.households_without,
        "persons_without": counts.persons_without,
        "combinations": [
            {"batches": [batch.value for batch in batches], "households": households, "persons": persons}
            for batches, households, persons in counts.combinations
        ],
    }


def _overlap(overlap: Overlap) -> dict[str, int]:
    return {"total": overlap.total, "distinct": overlap.distinct, "excess": overlap.excess}


ROUTES: dict[str, type[ReadOnlyViewSet]] = {"exit-channels": ExitChannelViewSet}
