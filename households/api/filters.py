"""Filters that several resources share."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from households.models import (
    Evaluation,
    EvaluationRun,
    Helper,
    Household,
    HouseholdStatus,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Sex,
    StatusEvent,
    StatusEventKind,
    Tier,
    TierDecision,
    Verdict,
)
from jiangjin.areas.models import Area, under
from jiangjin.common.api import FilterSet

VERDICT_CHOICES = [("met", "met"), ("not_met", "not met"), ("not_verified", "not verified")]
VERDICTS = {"met": Verdict.MET, "not_met": Verdict.NOT_MET, "not_verified": Verdict.NOT_VERIFIED}


class AreaFilter(filters.CharFilter):
    """Code of an area: rows at or below it. An unknown code is refused."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Code of an area; everything below it is included.")
        super().__init__(**kwargs)
        self.path = path

    def filter(self, queryset: QuerySet, value: Any) -> QuerySet:
        if not value:
            return queryset
        area = Area.objects.filter(code=value).first()
        if area is None:
            raise ValidationError({"area": [_("There is no area with the code %(code)s.") % {"code": value}]})
        return queryset.filter(under(area.path, self.path))


class YearFilter(filters.NumberFilter):
    """A whole year."""

    field_class = forms.IntegerField

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=2000, max_value=2100, **kwargs)


class HouseholdFilter(FilterSet):
    """Area, status, tier, search, change."""

    area = AreaFilter("village__path")
    status = filters.MultipleChoiceFilter(choices=HouseholdStatus.choices)
    tier = filters.MultipleChoiceFilter(choices=Tier.choices)
    number = filters.CharFilter()
    q = filters.CharFilter(method="search", help_text="Name in characters, pinyin or initials, or start of the number.")
    updated_since = filters.IsoDateTimeFilter(field_name="updated_at", lookup_expr="gte")

    class Meta:
        model = Household
        fields: ClassVar = ["area", "status", "tier", "number", "q", "updated_since"]

    def search(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.search(value)


class MemberFilter(FilterSet):
    """Area, household, sex, presence."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    sex = filters.ChoiceFilter(choices=Sex.choices)
    present = filters.BooleanFilter(field_name="left_on", lookup_expr="isnull")

    class Meta:
        model = Member
        fields: ClassVar = ["area", "household", "sex", "present"]


class MemberYearFilter(FilterSet):
    """Area, household, year."""

    area = AreaFilter("member__household__village__path")
    household = filters.CharFilter(field_name="member__household__number")
    year = filters.NumberFilter()

    class Meta:
        model = MemberYear
        fields: ClassVar = ["area", "household", "year"]


class YearlyFilter(FilterSet):
    """Area, household, year."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    year = filters.NumberFilter()


class IncomeFilter(YearlyFilter):
    """Area, household, year; households whose exit of a year stands."""

    exited_in = YearFilter(
        method="of_exits_in", help_text="Year: statements of households whose exit of that year stands."
    )

    class Meta:
        model = IncomeStatement
        fields: ClassVar = ["area", "household", "year", "exited_in"]

    def of_exits_in(self, queryset: Any, _name: str, year: int) -> Any:
        return queryset.filter(household__in=StatusEvent.objects.exits_in(year).values("household"))


class ConditionsFilter(YearlyFilter):
    """Area, household, year, membership of a cooperative."""

    in_cooperative = filters.BooleanFilter()

    class Meta:
        model = LivingConditions
        fields: ClassVar = ["area", "household", "year", "in_cooperative"]


class TierFilter(FilterSet):
    """Area, household, tier."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    tier = filters.ChoiceFilter(choices=Tier.choices)

    class Meta:
        model = TierDecision
        fields: ClassVar = ["area", "household", "tier"]


class StatusEventFilter(FilterSet):
    """Area, household, kind, day; exits of a year that stand."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    kind = filters.ChoiceFilter(choices=StatusEventKind.choices)
    occurred_from = filters.DateFilter(field_name="occurred_on", lookup_expr="gte")
    occurred_to = filters.DateFilter(field_name="occurred_on", lookup_expr="lte")
    exited_in = YearFilter(
        method="exits_in",
        help_text="Year: exits of that year, one a household, that neither a return to poverty nor a removal followed in it.",
    )

    class Meta:
        model = StatusEvent
        fields: ClassVar = ["area", "household", "kind", "occurred_from", "occurred_to", "exited_in"]

    def exits_in(self, queryset: Any, _name: str, year: int) -> Any:
        return queryset.exits_in(year)


class HelperFilter(FilterSet):
    """Town, unit, whether they answer for somebody."""

    area = AreaFilter("town__path")
    unit = filters.CharFilter(field_name="unit__name")
    answering_on = filters.DateFilter(method="answering", help_text="Day: who answers for a household on it.")

    class Meta:
        model = Helper
        fields: ClassVar = ["area", "unit", "answering_on"]

    def answering(self, queryset: Any, _name: str, day: dt.date) -> Any:
        return queryset.answering(day)


class EvaluationFilter(FilterSet):
    """Area, household, day, verdict, whether in force."""

    area = AreaFilter("household__village__path")
    household = filters.CharFilter(field_name="household__number")
    as_of = filters.DateFilter()
    verdict = filters.ChoiceFilter(choices=VERDICT_CHOICES, method="by_verdict")
    in_force = filters.BooleanFilter(field_name="superseded_by", lookup_expr="isnull")

    class Meta:
        model = Evaluation
        fields: ClassVar = ["area", "household", "as_of", "verdict", "in_force"]

    def by_verdict(self, queryset: Any, _name: str, value: str) -> Any:
        return queryset.filter(verdict=VERDICTS[value])


class EvaluationRunFilter(FilterSet):
    """Area, day."""

    area = AreaFilter("area__path")
    as_of = filters.DateFilter()

    class Meta:
        model = EvaluationRun
        fields: ClassVar = ["area", "as_of"]
