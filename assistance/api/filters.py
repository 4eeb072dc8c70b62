"""Filters of the resources of visits."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from assistance.models import Absence, DifficultyKind, FollowUp, Visit, VisitCheck, VisitMethod, VisitState
from assistance.services.answering import answered_by
from households.api.filters import AreaFilter
from jiangjin.common import clock
from jiangjin.common.api import FilterSet
from jiangjin.common.clock import parse_month

STATES = {state.name.lower(): state for state in VisitState}
STATE_CHOICES = [(code, str(code)) for code in STATES]


class MonthFilter(filters.CharFilter):
    """A month as 2015-12; anything else is refused."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Month, as 2015-12.")
        super().__init__(**kwargs)

    def filter(self, queryset: Any, value: Any) -> Any:
        if not value:
            return queryset
        try:
            month = parse_month(value)
        except ValueError as error:
            raise ValidationError({"month": [_("A month reads like 2015-12.")]}) from error
        return queryset.filter(month=month)


class VisitFilter(FilterSet):
    """Area, household, helper, day, method, difficulty, whether entered late or withdrawn."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    helper = filters.NumberFilter(field_name="helper_id", help_text="The helper's id.")
    visited_from = filters.DateFilter(field_name="visited_on", lookup_expr="gte")
    visited_to = filters.DateFilter(field_name="visited_on", lookup_expr="lte")
    method = filters.MultipleChoiceFilter(choices=VisitMethod.choices)
    difficulty_kind = filters.ChoiceFilter(choices=DifficultyKind.choices)
    is_backdated = filters.BooleanFilter()
    withdrawn = filters.BooleanFilter(field_name="withdrawn_at", lookup_expr="isnull", exclude=True)
    client_id = filters.UUIDFilter()

    class Meta:
        model = Visit
        fields: ClassVar = [
            "area",
            "household",
            "helper",
            "visited_from",
            "visited_to",
            "method",
            "difficulty_kind",
            "is_backdated",
            "withdrawn",
            "client_id",
        ]


class FollowUpFilter(FilterSet):
    """Area, household, helper, visit, open, late, day."""

    area = AreaFilter("visit__household__village__path")
    household = filters.CharFilter(field_name="visit__household__number")
    helper = filters.NumberFilter(field_name="visit__helper_id", help_text="Id of the helper who promised it.")
    visit = filters.NumberFilter(field_name="visit_id")
    open = filters.BooleanFilter(field_name="done_on", lookup_expr="isnull")
    late = filters.BooleanFilter(method="by_lateness", help_text="Open and due before today.")
    due_to = filters.DateFilter(field_name="due_on", lookup_expr="lte")

    class Meta:
        model = FollowUp
        fields: ClassVar = ["area", "household", "helper", "visit", "open", "late", "due_to"]

    def by_lateness(self, queryset: Any, _name: str, value: bool) -> Any:
        late = Q(done_on=None, due_on__lt=clock.today())
        return queryset.filter(late if value else ~late)


class AbsenceFilter(FilterSet):
    """Area, household, whether away on a day."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    on = filters.DateFilter(method="away_on", help_text="Day: who is away on it.")

    class Meta:
        model = Absence
        fields: ClassVar = ["area", "household", "on"]

    def away_on(self, queryset: Any, _name: str, day: dt.date) -> Any:
        return queryset.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)


class VisitCheckFilter(FilterSet):
    """Area, household, month, state, the helper who answered."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    month = MonthFilter()
    state = filters.MultipleChoiceFilter(choices=STATE_CHOICES, method="by_state")
    helper = filters.NumberFilter(
        method="answered_by", help_text="Id of a helper: checks of months for which they answered."
    )

    class Meta:
        model = VisitCheck
        fields: ClassVar = ["area", "household", "month", "state", "helper"]

    def by_state(self, queryset: Any, _name: str, values: list[str]) -> Any:
        return queryset.filter(state__in=[STATES[value] for value in values]) if values else queryset

    def answered_by(self, queryset: Any, _name: str, helper: Any) -> Any:
        return answered_by(queryset, helper=helper)
