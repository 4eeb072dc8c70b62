"""Forms of the acts on a difficulty; what a service refuses is shown at its field."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.models import Confirmation, Difficulty, Visit
from assistance.services.difficulties.rights import proving_visits
from assistance.services.difficulties.working import Charge, Solution
from households.forms.fields import DayField, model_field, reason_field
from households.models import Helper
from jiangjin.accounts.models import Unit, UnitKind, User
from jiangjin.common.forms import YuanField


class UnitChoices(forms.models.ModelChoiceIterator):
    """Units below their kinds, departments first."""

    def __iter__(self) -> Any:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        by_kind: dict[str, list[Any]] = {}
        for unit in self.queryset:
            by_kind.setdefault(unit.kind, []).append(self.choice(unit))
        for kind in UnitKind:
            if kind in by_kind:
                yield kind.label, by_kind[kind]


class UnitField(forms.ModelChoiceField):
    """A unit of those that the form offers, listed by kind."""

    iterator = UnitChoices


class StepForm(ActForm):
    """Base: says which version of the difficulty was read. `on_file` is the difficulty as it stands."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))

    def __init__(self, data: Any = None, *, difficulty: Difficulty, today: dt.date, **initial: Any) -> None:
        super().__init__(data, initial={"version": difficulty.version, **initial})
        self.difficulty, self.today = difficulty, today

    def read_again(self) -> None:
        """After somebody else was faster: the next sending is over the difficulty as it stands now."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("version")] = str(self.difficulty.version)  # type: ignore[index]


class ChargeForm(StepForm):
    """To whom, by when."""

    unit = UnitField(
        label=_("Unit in charge"),
        queryset=Unit.objects.none(),
        empty_label=_("choose"),
        error_messages={"required": _("Choose the unit.")},
    )
    due_on = DayField(label=_("To be solved by"))
    responsible = forms.ModelChoiceField(
        label=_("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("whoever the unit names"),
        help_text=_("Somebody of the unit who has an account here."),
    )
    helper = forms.ModelChoiceField(
        label=_("Helper in charge"), queryset=Helper.objects.none(), required=False, empty_label=_("no helper")
    )
    note = forms.CharField(
        label=_("Note for the unit"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def offer(self, *, units: Any, people: Any, helpers: Any) -> None:
        """Who can be chosen."""
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        responsible: Any = self.fields["responsible"]
        responsible.queryset = people
        responsible.label_from_instance = lambda user: f"{user} · {user.unit}"
        helper: Any = self.fields["helper"]
        helper.queryset = helpers
        helper.label_from_instance = lambda each: f"{each} · {each.unit}" if each.unit else str(each)
        for name, queryset in (("responsible", people), ("helper", helpers)):
            if not queryset.exists():
                del self.fields[name]

    def charge(self) -> Charge:
        """What the service takes."""
        values = self.cleaned_data
        return Charge(
            unit=values["unit"],
            due_on=values.get("due_on") or self.difficulty.due_on,
            responsible=values.get("responsible"),
            helper=values.get("helper"),
            note=values["note"],
        )


class TransferForm(ChargeForm):
    """To another unit, or with another day, and why."""

    note = reason_field(help_text=_("Such as: not the work of this unit."))
    field_order = ["unit", "due_on", "responsible", "helper", "note"]

    def take(self, refusal: Any) -> None:
        if hasattr(refusal, "error_dict") and "reason" in refusal.error_dict:
            refusal.error_dict["note"] = refusal.error_dict.pop("reason")
        super().take(refusal)

    def keep_day(self) -> None:
        """The user's unit passes its own on; the day stays."""
        del self.fields["due_on"]


class BeginForm(StepForm):
    """Nothing but the version."""


class ReportForm(StepForm):
    """How far it is."""

    note = forms.CharField(
        label=_("How far is it?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say how far it is.")},
    )


class SolveForm(StepForm):
    """How it was solved, and what was given."""

    solution = model_field(
        Difficulty,
        "solution",
        required=True,
        label=_("How was it solved?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say how it was solved.")},
    )
    solved_on = DayField(label=_("Solved on"))
    money_fen = YuanField(label=_("Money given"), required=False, min_value=0)
    goods = model_field(Difficulty, "goods", help_text=_("Such as water pipes, a pump, school things."))
    goods_value_fen = YuanField(label=_("Value of the goods"), required=False, min_value=0)

    def __init__(self, data: Any = None, *, difficulty: Difficulty, today: dt.date, **others: Any) -> None:
        initial = {
            "solved_on": today,
            "money_fen": difficulty.money_fen or None,
            "goods": difficulty.goods,
            "goods_value_fen": difficulty.goods_value_fen or None,
        }
        super().__init__(data, difficulty=difficulty, today=today, **initial)
        self.fields["solved_on"].latest = today  # type: ignore[attr-defined]

    @property
    def gave(self) -> bool:
        """Whether the folded part has something to show."""
        names = ("money_fen", "goods", "goods_value_fen")
        return any(self[name].value() or self[name].errors for name in names)

    def solved(self) -> Solution:
        """What the service takes."""
        values = self.cleaned_data
        return Solution(
            solution=values["solution"],
            solved_on=values["solved_on"],
            money_fen=values["money_fen"] or 0,
            goods=values["goods"],
            goods_value_fen=values["goods_value_fen"] or 0,
        )


class ConfirmForm(StepForm):
    """Who of the household confirms it, and how; or the visit on which it signed."""

    visit = forms.ModelChoiceField(
        label=_("Signed on a visit"),
        queryset=Visit.objects.none(),
        required=False,
        empty_label=_("none of these"),
        help_text=_("Visits since the solution on which the household signed."),
    )
    confirmed_with = forms.CharField(
        label=_("Who confirms it?"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say who confirmed it.")},
    )
    confirmation = forms.ChoiceField(
        label=_("How"),
        required=False,
        choices=[choice for choice in Confirmation.choices if choice[0] != Confirmation.NONE],
    )
    confirmed_on = DayField(label=_("On which day"), required=False)

    def __init__(
        self, data: Any = None, *, difficulty: Difficulty, today: dt.date, is_solver: bool = False, head: str = ""
    ) -> None:
        super().__init__(data, difficulty=difficulty, today=today, confirmed_on=today, confirmed_with=head)
        self.fields["confirmed_on"].latest = today  # type: ignore[attr-defined]
        visit: Any = self.fields["visit"]
        visit.queryset = proving_visits(difficulty)
        visit.label_from_instance = lambda row: (
            f"{row.visited_on:%Y-%m-%d} {row.get_method_display()} · {row.get_confirmation_display()}"
        )
        if is_solver:  # nothing but paper counts
            visit.required, visit.empty_label = True, None
            del self.fields["confirmation"], self.fields["confirmed_on"]
        elif not visit.queryset.exists():
            del self.fields["visit"]
            self.fields["confirmation"].required = self.fields["confirmed_on"].required = True
        else:
            self.fields["confirmation"].help_text = _("Not asked where a visit is named above.")

    def confirmed(self) -> dict[str, Any]:
        """What the service takes."""
        values = self.cleaned_data
        return {
            "visit": values.get("visit"),
            "confirmation": values.get("confirmation") or Confirmation.NONE,
            "confirmed_with": values["confirmed_with"],
            "confirmed_on": values.get("confirmed_on") or self.today,
        }


class ReasonForm(StepForm):
    """Why: denied, opened again, closed, withdrawn."""

    reason = reason_field()
