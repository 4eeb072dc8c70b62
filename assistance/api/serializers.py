"""How visits read in the API, and how one is sent: amounts in yuan, choices by their codes."""

from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from assistance.api.filters import STATE_CHOICES, STATES
from assistance.models import Absence, Confirmation, DifficultyKind, FollowUp, Trend, Visit, VisitCheck, VisitMethod
from assistance.services.drafts import CONTENT, VisitDraft
from assistance.services.writing import Writer
from households.models import Helper, Household
from jiangjin.common.api import YuanField
from jiangjin.common.money import yuan_to_fen

MONEY = {"money_fen": "money_yuan", "goods_value_fen": "goods_value_yuan"}
STATE_NAMES: dict[int, str] = {state: code for code, state in STATES.items()}


class FollowUpSerializer(serializers.ModelSerializer):
    """Something promised on a visit."""

    household = serializers.CharField(source="visit.household.number", read_only=True, help_text="Household number.")
    helper = serializers.IntegerField(source="visit.helper_id", read_only=True, help_text="Who promised it.")
    done_by = serializers.CharField(source="done_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = FollowUp
        fields: ClassVar = [
            "id",
            "household",
            "visit",
            "helper",
            "text",
            "due_on",
            "done_on",
            "done_by",
            "outcome",
            "version",
        ]


class AbsenceSerializer(serializers.ModelSerializer):
    """When a household was away."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")

    class Meta:
        model = Absence
        fields: ClassVar = ["id", "household", "starts_on", "ends_on", "reason", "recorded_at"]


class VisitCheckSerializer(serializers.ModelSerializer):
    """How a month of a household stands."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")
    state = serializers.SerializerMethodField()

    class Meta:
        model = VisitCheck
        fields: ClassVar = [
            "id",
            "household",
            "month",
            "state",
            "not_due_reason",
            "is_away",
            "due_days",
            "away_days",
            "visits",
            "counted_visits",
            "late_entries",
            "first_counted_on",
            "accounting_on",
            "run",
        ]

    @extend_schema_field(serializers.ChoiceField(choices=STATE_CHOICES))
    def get_state(self, check: VisitCheck) -> str:
        return STATE_NAMES[check.state]


class VisitSerializer(serializers.ModelSerializer):
    """A visit on file."""

    household = serializers.CharField(source="household.number", read_only=True, help_text="Household number.")
    helper_name = serializers.CharField(source="helper.name", read_only=True)
    money_yuan = YuanField(source="money_fen")
    goods_value_yuan = YuanField(source="goods_value_fen")
    recorded_by = serializers.CharField(source="recorded_by.name", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Visit
        fields: ClassVar = [
            "id",
            "client_id",
            "household",
            "helper",
            "helper_name",
            "visited_on",
            "method",
            "people_met",
            "income_trend",
            "health_trend",
            "housing_trend",
            "schooling_trend",
            "condition",
            "policy_explained",
            "money_yuan",
            "goods",
            "goods_value_yuan",
            "difficulty_kind",
            "difficulty",
            "confirmation",
            "recorded_by",
            "recorded_on",
            "is_backdated",
            "version",
            "withdrawn_at",
            "withdrawn_reason",
        ]


def text(length: int) -> serializers.CharField:
    """A text that may be left out."""
    return serializers.CharField(required=False, allow_blank=True, default="", max_length=length)


def choice(choices: Any, *, default: str = "") -> serializers.ChoiceField:
    """A code of a list; without a default it may be left out."""
    return serializers.ChoiceField(choices=choices, required=False, allow_blank=not default, default=default)


def amount() -> serializers.DecimalField:
    """Yuan, of which 0.00 is nothing."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, default=Decimal(0))


class VisitWriteSerializer(serializers.Serializer):
    """A visit to be written down. Sent again under its `client_id`, it is stored once."""

    client_id = serializers.UUIDField(help_text="Made by whoever sends it, one a visit.")
    household = serializers.CharField(max_length=20, help_text="Household number.")
    helper = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text="Id of the helper who made the visit; left out: the one who sends it.",
    )
    visited_on = serializers.DateField()
    method = choice(VisitMethod.choices, default=VisitMethod.HOME)
    people_met = text(120)
    income_trend = choice(Trend.choices)
    health_trend = choice(Trend.choices)
    housing_trend = choice(Trend.choices)
    schooling_trend = choice(Trend.choices)
    condition = text(1000)
    policy_explained = text(300)
    money_yuan = amount()
    goods = text(200)
    goods_value_yuan = amount()
    difficulty_kind = choice(DifficultyKind.choices)
    difficulty = text(500)
    confirmation = choice(Confirmation.choices, default=Confirmation.NONE)
    follow_up = text(300)
    follow_up_due_on = serializers.DateField(required=False, allow_null=True, default=None)

    def draft(self, *, by: Any) -> VisitDraft:
        """The visit as the service takes it. Raises a validation error for a household or helper that are not the user's to name."""
        values = self.validated_data
        household = self._household(values, by=by)
        content = {name: values[name] for name in CONTENT if name not in MONEY}
        content |= {name: yuan_to_fen(values[sent]) for name, sent in MONEY.items()}
        return VisitDraft(
            household=household,
            helper=self._helper(values, household, by=by),
            visited_on=values["visited_on"],
            follow_up=values["follow_up"],
            follow_up_due_on=values["follow_up_due_on"],
            **content,
        )

    def _household(self, values: dict[str, Any], *, by: Any) -> Household:
        household = Household.objects.select_related("village").filter(number=values["household"]).first()
        if household is None or not Writer(by, [household]).may_write(household, on=values["visited_on"]):
            wrong = _("There is no household of this number among those you write about.")
            raise serializers.ValidationError({"household": [wrong]})
        return household

    def _helper(self, values: dict[str, Any], household: Household, *, by: Any) -> Helper:
        if values["helper"] is None:
            helper = Helper.objects.filter(user=by).first()
        else:
            helper = Helper.objects.filter(pk=values["helper"], assignments__household=household).first()
        if helper is None:
            raise serializers.ValidationError({"helper": [_("Say which of the household's helpers made the visit.")]})
        return helper
