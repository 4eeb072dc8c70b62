"""The REST resource of policy documents."""

import datetime as dt
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from assistance.models import PolicyClause, PolicyDocument, PolicyKind
from assistance.permissions import VIEW_POLICIES
from jiangjin.areas.models import PATH_STEP, Area
from jiangjin.common.api import FilterSet, ReadOnlyViewSet


class DistrictFilter(filters.CharFilter):
    """Code of an area: the documents of the district in which it lies. An unknown code is refused."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(help_text="Code of an area; documents are those of its district.", **kwargs)

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        area = Area.objects.filter(code=value).first()
        if area is None:
            raise ValidationError({"area": [_("There is no area with the code %(code)s.") % {"code": value}]})
        return queryset.filter(area__path=area.path[:PATH_STEP])


class PolicyFilter(FilterSet):
    """District, short name, kind, in force on a day, wording established."""

    area = DistrictFilter()
    code = filters.CharFilter()
    kind = filters.MultipleChoiceFilter(choices=PolicyKind.choices)
    in_force_on = filters.DateFilter(method="holding", help_text="Day: documents that hold on it.")
    is_placeholder = filters.BooleanFilter()

    class Meta:
        model = PolicyDocument
        fields: ClassVar = ["area", "code", "kind", "in_force_on", "is_placeholder"]

    def holding(self, queryset: Any, _name: str, day: dt.date) -> Any:
        return queryset.in_force(day)


class ClauseSerializer(serializers.ModelSerializer):
    """One wording of a clause, and the codes of the norms that were put to it."""

    norms = serializers.SerializerMethodField()

    class Meta:
        model = PolicyClause
        fields: ClassVar = ["number", "heading", "text", "valid_from", "valid_to", "norms"]

    def get_norms(self, clause: PolicyClause) -> list[str]:
        return sorted(basis.norm for basis in clause.bases.all())


class PolicySerializer(serializers.ModelSerializer):
    """A document with the wordings of its clauses, those that no longer hold included."""

    area = serializers.CharField(source="area.code", read_only=True, help_text="Code of the district.")
    supports = serializers.CharField(
        source="parent.code",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Code of the opinion that it supports.",
    )
    clauses = ClauseSerializer(many=True, read_only=True)

    class Meta:
        model = PolicyDocument
        fields: ClassVar = [
            "id",
            "area",
            "code",
            "kind",
            "supports",
            "order",
            "title",
            "number",
            "issued_by",
            "issued_on",
            "valid_from",
            "valid_to",
            "summary",
            "source",
            "is_placeholder",
            "version",
            "clauses",
        ]


class PolicyViewSet(ReadOnlyViewSet):
    """Policy documents (1+9) with their clauses."""

    permission = VIEW_POLICIES
    queryset = PolicyDocument.objects.select_related("area", "parent").prefetch_related("clauses__bases")
    serializer_class = PolicySerializer
    filterset_class = PolicyFilter
    ordering_fields = ("order", "code", "valid_from")
    ordering = ("area", "order")


ROUTES: dict[str, type[ReadOnlyViewSet]] = {"policies": PolicyViewSet}
