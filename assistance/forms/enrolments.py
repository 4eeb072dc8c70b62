"""Forms of one enrolment: proposing, approving, reporting, correcting; and of an act on many."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.forms.acting import ActForm
from assistance.forms.enrolment_filters import years_offered
from assistance.models import Enrolment, EnrolmentAct, Measure, MeasureTarget
from assistance.services.enrolling_many import Particulars
from assistance.services.enrolment_desk import NEEDS_REASON
from assistance.services.enrolment_drafts import EnrolmentDraft
from households.forms.changing import RecordForm
from households.forms.fields import DayField, model_field, number_input, reason_field
from households.models import Household, Member
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import PATH_STEP
from jiangjin.common.forms import YuanField

VERBS: dict[str, Any] = {
    EnrolmentAct.APPROVE: _("Approve"),
    EnrolmentAct.SEND_BACK: _("Send back"),
    EnrolmentAct.BEGIN: _("Report the beginning"),
    EnrolmentAct.FINISH: _("Report the end"),
    EnrolmentAct.STOP: _("Stop"),
    EnrolmentAct.CORRECT: _("Correct"),
}


class MeasureChoices(ModelChoiceIterator):
    """The catalogue by batch."""

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        groups: dict[str, list[Any]] = {}
        for measure in self.queryset:
            groups.setdefault(measure.batch_label, []).append(self.choice(measure))
        yield from groups.items()


class MeasureField(forms.ModelChoiceField):
    """A measure on offer."""

    iterator = MeasureChoices

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Measure.objects.none(),
            label=_("Measure"),
            to_field_name="code",
            empty_label=_("choose a measure"),
            **kwargs,
        )


class UnitField(forms.ModelChoiceField):
    """The unit in charge, of the household's district."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Unit.objects.none(), label=_("Unit in charge"), required=False, empty_label=_("none"), **kwargs
        )


def quantity_field(unit: str = "") -> forms.DecimalField:
    """How much, in the measure's unit."""
    return forms.DecimalField(
        label=_("Quantity"),
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=2,
        widget=number_input(unit, mode="decimal"),
    )


def plain_quantity(quantity: Decimal | None) -> str:
    """Without needless zeros."""
    return "" if quantity is None else f"{quantity.normalize():f}"


def amount_field(**kwargs: Any) -> YuanField:
    """An amount in yuan."""
    return YuanField(label=_("Amount"), required=False, min_value=0, **kwargs)


class ProposeForm(ActForm):
    """Propose a measure for one household, or one of its members."""

    measure = MeasureField()
    member = forms.ModelChoiceField(
        label=pgettext_lazy("who is enrolled", "Person"),
        queryset=Member.objects.none(),
        required=False,
        help_text=_("Only where persons are enrolled."),
    )
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    amount_fen = amount_field(help_text=_("Empty: the measure's price, or to be told when it is done."))
    quantity = quantity_field()
    unit = UnitField()
    note = model_field(Enrolment, "note", widget=forms.Textarea(attrs={"rows": 2}))
    on = DayField(label=_("Proposed on"))

    def __init__(
        self, data: Any = None, *, household: Household, today: dt.date, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"on": today, "year": today.year, **(initial or {})})
        self.household = household
        fields: Any = self.fields
        fields["measure"].queryset = Measure.objects.in_force(today)
        fields["member"].queryset = Member.objects.present(today).filter(household=household)
        fields["year"].choices = [(year, str(year)) for year in years_offered(today)[:3]]
        fields["unit"].queryset = units_of(household.village.path)
        fields["on"].latest = today

    def clean(self) -> dict[str, Any]:
        """Somebody named for a whole household is no mistake worth a question."""
        values = super().clean() or {}
        measure = values.get("measure")
        if measure is not None and measure.target == MeasureTarget.HOUSEHOLD:
            values["member"] = None
        elif measure is not None and values.get("member") is None:
            self.add_error("member", ValidationError(_now("Say who is enrolled."), code="person_missing"))
        return values

    def draft(self) -> EnrolmentDraft:
        """What is proposed."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "on"}
        return EnrolmentDraft(household=self.household, **values)


class EnrolmentActForm(ActForm):
    """One act on one enrolment: the day and a word; of the end also what came of it; of some a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))

    def __init__(self, data: Any = None, *, enrolment: Enrolment, act: str, today: dt.date) -> None:
        self.act = act
        super().__init__(data, initial={"version": enrolment.version, "on": today})
        fields: Any = self.fields
        if act != EnrolmentAct.SEND_BACK:
            fields["on"] = DayField(label=DAY_LABELS[act])
            fields["on"].latest = today
        if act == EnrolmentAct.FINISH:
            fields["amount_fen"] = amount_field(help_text=_("What was paid in the end."))
            fields["quantity"] = quantity_field(enrolment.measure.quantity_unit)
            self.initial.update(amount_fen=enrolment.amount_fen, quantity=plain_quantity(enrolment.quantity))
        if act in NEEDS_REASON:
            fields["reason"] = reason_field(length=200)
        else:
            fields["note"] = forms.CharField(
                label=_("Note"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
            )

    def values(self) -> dict[str, Any]:
        """For the service."""
        values = dict(self.cleaned_data)
        if self.act == EnrolmentAct.FINISH:
            values["results"] = {name: values.pop(name) for name in ("amount_fen", "quantity")}
        return values


DAY_LABELS: dict[str, Any] = {
    EnrolmentAct.APPROVE: _("Approved on"),
    EnrolmentAct.BEGIN: _("Begun on"),
    EnrolmentAct.FINISH: _("Done on"),
    EnrolmentAct.STOP: _("Stopped on"),
}


class CorrectEnrolmentForm(RecordForm):
    """Correct what an enrolment says; a proposal that was sent back waits for approval again afterwards."""

    amount_fen = amount_field()
    quantity = quantity_field()
    unit = UnitField()
    note = model_field(Enrolment, "note", widget=forms.Textarea(attrs={"rows": 2}))
    reason = reason_field(length=200, help_text=_("It stands among the steps."))

    def __init__(self, data: Any = None, *, enrolment: Enrolment, today: dt.date) -> None:
        on_file = {name: getattr(enrolment, name) for name in ("amount_fen", "quantity", "unit", "note")}
        super().__init__(data, stored_version=enrolment.version, today=today, on_file=on_file)
        fields: Any = self.fields
        fields["unit"].queryset = units_of(enrolment.household.village.path)
        if enrolment.measure.quantity_unit:
            fields["quantity"].widget.attrs["data-unit"] = enrolment.measure.quantity_unit

    def conflict_text(self, *, who: str, at: str) -> str:
        return _now(
            "%(who)s changed this enrolment at %(at)s, while you had it open. Nothing has been written yet and nothing of "
            "yours is lost: look at the answers again, then save."
        ) % {"who": who, "at": at}


class BulkActForm(forms.Form):
    """What is to be done with the ticked rows of a list, or with all of them."""

    act = forms.ChoiceField()
    everything = forms.BooleanField(required=False)
    ticked = forms.TypedMultipleChoiceField(required=False, coerce=int)
    on = DayField(label=_("On which day"), required=False)
    note = forms.CharField(label=_("Note, or the reason"), required=False, max_length=200)

    def __init__(self, data: Any, *, acts: list[tuple[str, Any]], today: dt.date) -> None:
        super().__init__(data)
        fields: Any = self.fields
        fields["act"].choices = acts
        # Numbers of records: which of them exist within scope, the list says.
        fields["ticked"].choices = [(key, key) for key in data.getlist("ticked") if is_key(key)]
        fields["on"].latest = today

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("act") in NEEDS_REASON and not (values.get("note") or "").strip():
            self.add_error("note", ValidationError(_now("Say why."), code="reason"))
        return values

    def values(self) -> Particulars:
        """The day and the word."""
        return Particulars(on=self.cleaned_data["on"], note=self.cleaned_data["note"])


def is_key(text: str) -> bool:
    """Whether it can be the number of a record."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def units_of(path: str) -> Any:
    """The units of the district of a path."""
    return Unit.objects.filter(county__path=path[:PATH_STEP])
