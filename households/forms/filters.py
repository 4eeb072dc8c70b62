"""Filters of the household list. Everything they know stands in the URL."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from households.models import (
    Evaluation,
    Helper,
    HelperAssignment,
    HouseholdStatus,
    PovertyCause,
    StatusEventKind,
    Tier,
    Verdict,
)
from households.models.household import HouseholdQuerySet
from households.rules import BY_CODE, EXIT_RULES
from households.rules.roll import on_roll
from households.services import happenings
from jiangjin.areas.models import Area
from jiangjin.common.components import Chip
from jiangjin.common.forms import DateInput, SearchInput

ANY = [("", _("any"))]
# Asks for households without one: a tier, a group, a cause.
NONE = "none"
VERDICTS = {"met": Verdict.MET, "not_met": Verdict.NOT_MET, "not_verified": Verdict.NOT_VERIFIED}
VERDICT_CHOICES = [(code, verdict.label) for code, verdict in VERDICTS.items()]
REGISTERED_CHOICE = ("registered", _("On the roll, all kinds"))
HAPPENINGS = [
    *StatusEventKind.choices,
    (happenings.TIER, _("Tier decided")),
    (happenings.HELPER, _("A helper began")),
]


class HouseholdFilter(forms.Form):
    """Search, status, on the roll on a day, tier, verdict as of a day (also of one condition), cause, what happened between two
    days, helper; `sum=persons` asks how many people the households have."""

    PERSONS = "persons"

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("Name, pinyin, initials or number")}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[*ANY, REGISTERED_CHOICE, *HouseholdStatus.choices],
    )
    roll_on = forms.DateField(label=_("On the roll on"), required=False, widget=DateInput())
    tier = forms.ChoiceField(
        label=_("Tier"),
        required=False,
        choices=[*ANY, *Tier.choices, (NONE, _("without a tier"))],
        widget=forms.Select(attrs={"data-select": "1"}),
    )
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[*ANY, *VERDICT_CHOICES],
        widget=forms.Select(attrs={"data-select": "1"}),
    )
    condition = forms.ChoiceField(
        label=_("Condition"),
        required=False,
        choices=[("", _("all conditions")), *((rule.code, rule.label) for rule in EXIT_RULES)],
    )
    as_of = forms.DateField(label=_("Verdict as of"), required=False, widget=DateInput())
    cause = forms.ChoiceField(
        label=_("Main cause"), required=False, choices=[*ANY, *PovertyCause.choices, (NONE, _("not recorded"))]
    )
    happened = forms.ChoiceField(label=_("What happened"), required=False, choices=[*ANY, *HAPPENINGS])
    since = forms.DateField(label=_("Happened since"), required=False, widget=DateInput())
    until = forms.DateField(label=_("Happened until"), required=False, widget=DateInput())
    helper = forms.IntegerField(
        label=_("Helper"), required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput()
    )

    group = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    sum = forms.ChoiceField(required=False, choices=[("", ""), (PERSONS, PERSONS)], widget=forms.HiddenInput())

    def __init__(self, *args: Any, latest_as_of: dt.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.latest_as_of = latest_as_of

    def clean_group(self) -> str:
        """A group's number, or NONE."""
        value: str = self.cleaned_data["group"]
        if value and value != NONE and not (value.isascii() and value.isdecimal()):
            raise forms.ValidationError(_("There is no such record."), code="key")
        return value

    def linked(self) -> list[Chip]:
        """Chips of the filters that only links set."""
        found = []
        if helper := self.cleaned_data.get("helper"):
            found.append(Chip(_("Helper"), _named(Helper.objects.filter(pk=helper)), "helper"))
        if group := self.cleaned_data.get("group"):
            name = _("without a group") if group == NONE else _named(Area.objects.filter(pk=group))
            found.append(Chip(_("Group"), name, "group"))
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("condition") and not values.get("verdict"):
            self.add_error("verdict", _("Choose which verdict on the condition."))
        if (values.get("since") or values.get("until")) and not values.get("happened"):
            self.add_error("happened", _("Choose what happened in these days."))
        return values

    def apply(self, households: HouseholdQuerySet, *, on: dt.date) -> HouseholdQuerySet:
        """The households that pass the filters."""
        values = self.cleaned_data
        if values["q"]:
            households = households.search(values["q"])
        if values["status"] == REGISTERED_CHOICE[0]:
            households = households.registered()
        elif values["status"]:
            households = households.filter(status=values["status"])
        if values["roll_on"]:
            households = households.filter(on_roll(values["roll_on"]))
        if values["tier"]:
            households = households.filter(tier="" if values["tier"] == NONE else values["tier"])
        if values["group"]:
            households = households.filter(group=None if values["group"] == NONE else int(values["group"]))
        if values["cause"]:
            households = households.filter(main_cause="" if values["cause"] == NONE else values["cause"])
        if values["verdict"]:
            households = households.filter(self._judged(values))
        if values["happened"]:
            households = happenings.happened_to(
                households, values["happened"], since=values["since"], until=values["until"]
            )
        if values["helper"] is not None:
            assigned = HelperAssignment.objects.active(on).filter(household=OuterRef("pk"), helper=values["helper"])
            households = households.filter(Exists(assigned))
        return households

    def _judged(self, values: dict[str, Any]) -> Q:
        as_of = values["as_of"] or self.latest_as_of
        if as_of is None:
            return Q(pk__in=[])
        column = BY_CODE[values["condition"]].code if values["condition"] else "verdict"
        found = Evaluation.objects.current(as_of).filter(
            household=OuterRef("pk"), **{column: VERDICTS[values["verdict"]]}
        )
        return Q(Exists(found))


def _named(records: QuerySet) -> str:
    """The name of the one record of a queryset, as a chip shows it."""
    return str(records.first() or _now("unknown"))
