"""Forms of what the office decides: the tier, who helps, and seeing a personal number."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from households.forms.changing import ChangeForm
from households.forms.fields import DayField, NameField, model_field, reason_field
from households.forms.household import PHONE, DigitsField
from households.models import Helper, HelperAssignment, Household, Tier
from jiangjin.accounts.models import Unit


def end_of_next_year(today: dt.date) -> dt.date:
    """The last day for which an office plans."""
    return dt.date(today.year + 1, 12, 31)


class TierForm(ChangeForm):
    """Put the household into a tier."""

    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices)
    decided_on = DayField(label=_("Decided on"))
    reason = reason_field(help_text=_("Such as the democratic assessment and its day."))

    def __init__(self, data: Any = None, *, household: Household, **kwargs: Any) -> None:
        super().__init__(data, household=household, on_file={"tier": household.tier}, **kwargs)
        self.initial.setdefault("decided_on", self.today)


class AssignForm(ChangeForm):
    """A helper from a day on, beside the present ones or instead of one of them."""

    aliases: ClassVar[Mapping[str, str]] = {"ends_on": "starts_on"}

    helper = forms.ModelChoiceField(
        label=_("Helper"),
        queryset=Helper.objects.none(),
        empty_label=_("choose"),
        error_messages={"required": _("Choose a helper, or write the name of a new one.")},
    )
    name = model_field(
        Helper, "name", form_class=NameField, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("not stated")
    )
    phone = DigitsField(label=_("Phone"), required=False, max_length=40, widget=forms.TextInput(attrs=PHONE))
    instead_of = forms.ModelChoiceField(
        label=_("Takes over from"),
        queryset=HelperAssignment.objects.none(),
        required=False,
        empty_label=_("nobody: one more helper"),
    )
    starts_on = DayField(label=_("From"), help_text=_("The former helper's last day is the day before."))
    reason = reason_field(required=False, length=200, help_text=_("Needed where somebody takes over."))

    def __init__(self, data: Any = None, *, helpers: Any, units: Any, active: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        helper: Any = self.fields["helper"]
        helper.queryset, helper.label_from_instance = helpers, helper_label
        helper.required = not (data or {}).get("name", "").strip()
        instead_of: Any = self.fields["instead_of"]
        instead_of.queryset, instead_of.label_from_instance = active, lambda row: helper_label(row.helper)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        starts_on: Any = self.fields["starts_on"]
        # A helper may be named for next month, and not for a year that was typed wrong.
        starts_on.latest, starts_on.farthest = None, end_of_next_year(self.today)
        self.initial.setdefault("starts_on", self.today)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("helper") is not None and values.get("name"):
            self.add_error("name", ValidationError(_("Choose a helper or write a new name, not both.")))
        if values.get("instead_of") is not None and not (values.get("reason") or "").strip():
            self.add_error("reason", ValidationError(_("Say why the other helper stops.")))
        return values

    def take(self, refusal: ValidationError) -> None:
        if getattr(refusal, "code", "") == "same_helper":
            self.add_error("helper" if self.cleaned_data.get("helper") is not None else "name", refusal)
        else:
            super().take(refusal)


def helper_label(helper: Helper) -> str:
    """Name, unit, and how many households they have if the query counted them."""
    parts = [helper.name, str(helper.unit) if helper.unit is not None else ""]
    count = getattr(helper, "household_count", None)
    parts.append(str(_("%(count)s households")) % {"count": count} if count is not None else "")
    return " · ".join(part for part in parts if part)


class EndAssignmentForm(ChangeForm):
    """A helper stops."""

    ends_on = DayField(label=_("Last day"))
    reason = reason_field(length=200)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        ends_on: Any = self.fields["ends_on"]
        ends_on.latest, ends_on.farthest = None, end_of_next_year(self.today)
        self.initial.setdefault("ends_on", self.today)


class RevealForm(forms.Form):
    """Why somebody needs to see a personal number."""

    reason = forms.CharField(
        label=_("Why do you need the number?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": _("Say why you need to see the number.")},
    )
