"""The form that keeps a measure of the catalogue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.models import OUTSIDE, Batch, Measure, PolicyClause
from assistance.rules.eligibility import RULES
from households.forms.fields import DayField, model_field, reason_field
from households.models import Tier
from jiangjin.common.forms import YuanField


class MeasureForm(ActForm):
    """All columns of a measure; `code` only of a new one, `reason` only of one on file."""

    code = model_field(Measure, "code", help_text=_("Latin letters and hyphens; part of the address."))
    name = model_field(Measure, "name")
    batch = forms.ChoiceField(
        label=_("Batch"),
        required=False,
        choices=[*Batch.choices, ("", OUTSIDE)],
        widget=forms.Select(attrs={"data-select": "1"}),
    )
    target = model_field(Measure, "target")
    recurrence = model_field(Measure, "recurrence")
    detail = model_field(Measure, "detail", widget=forms.Select(attrs={"data-select": "1"}))
    clause = forms.ModelChoiceField(
        label=_("Policy clause"), queryset=PolicyClause.objects.none(), help_text=_("What the measure rests on.")
    )
    description = model_field(Measure, "description", widget=forms.Textarea(attrs={"rows": 2}))
    quantity_unit = model_field(Measure, "quantity_unit", help_text=_("Such as mu, head, months; empty: no quantity."))
    amount_fen = YuanField(
        label=_("Amount"),
        required=False,
        min_value=0,
        help_text=_("Per unit of quantity, or of the whole; empty: case by case."),
    )
    eligibility = forms.ChoiceField(
        label=_("Who qualifies"), required=False, choices=(), widget=forms.Select(attrs={"data-select": "1"})
    )
    mandatory_tiers = forms.MultipleChoiceField(
        label=_("Mandatory for tiers"),
        required=False,
        choices=Tier.choices,
        widget=forms.CheckboxSelectMultiple(),
        help_text=_("Whoever qualifies and belongs to such a tier must have it."),
    )
    valid_from = DayField(label=_("Valid from"))
    valid_to = DayField(label=_("Valid to"), required=False, help_text=_("The last day; empty: open."))
    order = model_field(Measure, "order", help_text=_("Place in the catalogue."))
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}), required=False)
    reason = reason_field(length=200, help_text=_("It stands in the change log."))

    def __init__(self, data: Any = None, *, measure: Measure | None, clauses: Any, today: Any) -> None:
        initial: dict[str, Any] = {"valid_from": today, "order": 0}
        if measure is not None:
            initial = {name: getattr(measure, name) for name in self.base_fields if hasattr(measure, name)}
            initial["mandatory_tiers"] = list(measure.mandatory_tiers)
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        fields["clause"].queryset = clauses
        fields["clause"].label_from_instance = lambda clause: (
            f"{clause.document.title} · {clause.number} {clause.heading}"
        )
        fields["eligibility"].choices = [
            ("", _("decided case by case")),
            *((rule.code, f"{rule.target.label} · {rule.label}") for rule in RULES),
        ]
        del fields["reason" if measure is None else "code"]
        if measure is None:
            del fields["version"]

    def values(self) -> dict[str, Any]:
        """The columns, for the service."""
        values = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "reason")}
        values["mandatory_tiers"] = "".join(sorted(values["mandatory_tiers"]))
        return values
