"""How household records read in the API: codes as in the national form, amounts in yuan, sealed numbers masked."""

import datetime as dt
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

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
from households.models.income import ALL_ITEMS
from households.rules import EXIT_RULES
from households.services.evaluations import VERDICT_NAMES
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.api import YuanField
from jiangjin.common.money import fen_to_yuan, per_capita_fen

VERDICT = serializers.ChoiceField(choices=["met", "not_met", "not_verified"], allow_null=True)


class HouseholdSerializer(serializers.ModelSerializer):
    """A household."""

    village_code = serializers.CharField(source="village.code", read_only=True)
    village = serializers.CharField(source="village.name", read_only=True)
    town = serializers.CharField(source="village.parent.name", read_only=True)
    group = serializers.CharField(source="group.name", read_only=True, allow_null=True, default=None)
    head = serializers.CharField(source="head_name", read_only=True, allow_null=True)
    members = serializers.IntegerField(source="member_count", read_only=True, help_text="Persons today.")

    class Meta:
        model = Household
        fields: ClassVar = [
            "id",
            "number",
            "town",
            "village",
            "village_code",
            "group",
            "head",
            "members",
            "standard",
            "attribute",
            "main_cause",
            "other_cause",
            "second_other_cause",
            "tier",
            "status",
            "status_on",
            "registered_on",
            "phone_masked",
            "bank_name",
            "bank_account_masked",
            "is_demo",
            "updated_at",
        ]


class HouseholdPart(serializers.ModelSerializer):
    """Base of records that belong to a household."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")


class MemberSerializer(HouseholdPart):
    """A person, with a masked identity number."""

    class Meta:
        model = Member
        fields: ClassVar = [
            "id",
            "household",
            "name",
            "relation",
            "sex",
            "born_on",
            "ethnicity",
            "identity_masked",
            "joined_on",
            "joined_by",
            "left_on",
            "left_by",
        ]


class MemberYearSerializer(serializers.ModelSerializer):
    """A person's facts of one year; null or empty means that nobody said."""

    household = serializers.CharField(source="member.household.number", read_only=True)

    class Meta:
        model = MemberYear
        fields: ClassVar = [
            "id",
            "household",
            "member",
            "year",
            "education",
            "schooling",
            "health",
            "labour",
            "work_place",
            "work_months",
            "medical_insured",
            "pension_insured",
            "serious_illness_insured",
            "on_allowance",
            "in_service",
        ]


def _yuan_name(field: str) -> str:
    return field.removesuffix("_fen") + "_yuan"


class IncomeSerializer(HouseholdPart):
    """Income of a year in yuan. Net income is computed; disposable income is another measure."""

    class Meta:
        model = IncomeStatement
        fields: ClassVar = ["id", "household", "year", "reported_on", "source"]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in [*ALL_ITEMS, "transfer_income_fen", "gross_income_fen", "net_income_fen"]:
            fields[_yuan_name(name)] = YuanField(source=name)
        fields["disposable_income_yuan"] = YuanField(source="disposable_income_fen", allow_null=True)
        return fields


class ConditionsSerializer(HouseholdPart):
    """Survey of living conditions of a year; null or empty means that nobody looked."""

    class Meta:
        model = LivingConditions
        fields: ClassVar = [
            "id",
            "household",
            "year",
            "surveyed_on",
            "food_secure",
            "clothing_secure",
            "house_grade",
            "house_area_m2",
            "water_safe",
            "water_difficult",
            "power_for_living",
            "power_for_production",
            "broadcast",
            "sanitary_toilet",
            "in_cooperative",
            "road_kind",
            "road_distance_m",
            "fuel",
            "farmland_mu",
            "irrigated_mu",
            "forest_mu",
            "returned_forest_mu",
            "source",
        ]


class TierSerializer(HouseholdPart):
    """A tier decision."""

    decided_by = serializers.CharField(source="decided_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = TierDecision
        fields: ClassVar = ["id", "household", "tier", "decided_on", "decided_by", "reason", "recorded_at"]


class StatusEventSerializer(HouseholdPart):
    """A change of status."""

    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = StatusEvent
        fields: ClassVar = [
            "id",
            "household",
            "kind",
            "occurred_on",
            "persons",
            "cause",
            "reason",
            "evidence",
            "recorded_by",
            "recorded_at",
        ]


class HelperSerializer(serializers.ModelSerializer):
    """A helper, with a masked phone."""

    unit = serializers.CharField(source="unit.name", read_only=True, allow_null=True, default=None)
    town = serializers.CharField(source="town.name", read_only=True)
    town_code = serializers.CharField(source="town.code", read_only=True)

    class Meta:
        model = Helper
        fields: ClassVar = ["id", "name", "unit", "town", "town_code", "title", "phone_masked"]


class EvaluationSerializer(HouseholdPart):
    """A verdict with the facts used and one sentence a condition, in the language of the request."""

    verdict = serializers.SerializerMethodField()
    conditions = serializers.SerializerMethodField()
    net_income_yuan = YuanField(source="net_income_fen", allow_null=True)
    line_yuan = YuanField(source="line_fen", allow_null=True)
    per_capita_yuan = serializers.SerializerMethodField()
    in_force = serializers.SerializerMethodField()

    class Meta:
        model = Evaluation
        fields: ClassVar = [
            "id",
            "household",
            "run",
            "as_of",
            "verdict",
            "conditions",
            "persons",
            "net_income_yuan",
            "line_yuan",
            "per_capita_yuan",
            "in_force",
        ]

    @extend_schema_field(VERDICT)
    def get_verdict(self, evaluation: Evaluation) -> str:
        return VERDICT_NAMES[evaluation.verdict]

    @extend_schema_field(
        serializers.DictField(
            child=serializers.DictField(child=serializers.CharField()), help_text="By condition: verdict and reason."
        )
    )
    def get_conditions(self, evaluation: Evaluation) -> dict[str, dict[str, str]]:
        return {
            rule.code: {"verdict": VERDICT_NAMES[getattr(evaluation, rule.code)], "reason": rule.explain(evaluation)}
            for rule in EXIT_RULES
            if getattr(evaluation, rule.code) is not None
        }

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_per_capita_yuan(self, evaluation: Evaluation) -> str | None:
        if evaluation.net_income_fen is None or not evaluation.persons:
            return None
        return str(fen_to_yuan(per_capita_fen(evaluation.net_income_fen, evaluation.persons)))

    def get_in_force(self, evaluation: Evaluation) -> bool:
        return evaluation.superseded_by_id is None


class EvaluationRunSerializer(serializers.ModelSerializer):
    """A run: for which day and area, by which lines and rules, with which counts."""

    area_code = serializers.CharField(source="area.code", read_only=True)

    class Meta:
        model = EvaluationRun
        fields: ClassVar = ["id", "area_code", "as_of", "income_year", "basis", "job", "created_at", "counts"]


class EvaluationStartSerializer(serializers.Serializer):
    """Ask for an evaluation."""

    as_of = serializers.DateField()
    area = serializers.SlugRelatedField(slug_field="code", queryset=Area.objects.exclude(code=""))

    def validate_as_of(self, value: dt.date) -> dt.date:
        if not dt.date(2014, 1, 1) <= value <= clock.today():
            raise serializers.ValidationError(_("The day lies in the future, or before the first rule (2014)."))
        return value
