"""Forms of a visit: writing it down, correcting it, taking it back."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.models import Confirmation, DifficultyKind, Trend, Visit, VisitMethod
from assistance.services.difficulties.standards import offered_kinds
from assistance.services.drafts import CONTENT, VisitDraft
from households.forms.changing import ChangeForm
from households.forms.fields import DayField, model_field, reason_field
from households.models import Helper, Household, Member
from jiangjin.common.forms import YuanField

NAMES_JOINED_BY = "、"
TRENDS = ("income_trend", "health_trend", "housing_trend", "schooling_trend")
MONEY = ("money_fen", "goods_value_fen")
# What only some visits have to tell stands folded away.
PARTS = {
    "trends": TRENDS,
    "given": ("policy_explained", "money_fen", "goods", "goods_value_fen"),
    "difficulty": ("difficulty_kind", "difficulty"),
    "promise": ("follow_up", "follow_up_due_on"),
}


def trend(name: str) -> forms.ChoiceField:
    """Better, unchanged or worse; nothing where nobody asked."""
    choices = [("", _("not asked")), *Trend.choices]
    return forms.ChoiceField(label=Visit._meta.get_field(name).verbose_name, required=False, choices=choices)  # type: ignore[union-attr]


def text(name: str, *, rows: int = 2, **kwargs: Any) -> Any:
    """A text of the visit, as long as its column allows."""
    return model_field(Visit, name, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class VisitContent(forms.Form):
    """What a visit says; the fields bear the names of its columns."""

    helper = forms.ModelChoiceField(label=_("Helper"), queryset=Helper.objects.none(), empty_label=None)
    visited_on = DayField(label=_("Visited on"))
    method = forms.ChoiceField(label=_("Method"), choices=VisitMethod.choices, initial=VisitMethod.HOME)
    condition = text(
        "condition",
        rows=4,
        required=True,
        help_text=_("How the family lives, what has changed."),
        error_messages={"required": _("Write down what you saw.")},
    )
    income_trend = trend("income_trend")
    health_trend = trend("health_trend")
    housing_trend = trend("housing_trend")
    schooling_trend = trend("schooling_trend")
    policy_explained = text("policy_explained")
    money_fen = YuanField(label=_("Money given"), required=False, min_value=0)
    goods = model_field(Visit, "goods", help_text=_("Such as rice and oil, a quilt, piglets."))
    goods_value_fen = YuanField(label=_("Value of the goods"), required=False, min_value=0)
    difficulty_kind = forms.ChoiceField(label=_("Kind of difficulty"), required=False)
    difficulty = text("difficulty")
    confirmation = forms.ChoiceField(
        label=_("Confirmed by the household"), choices=Confirmation.choices, initial=Confirmation.NONE
    )

    def offer_helpers(self, helpers: list[Helper]) -> None:
        """Let the user choose among these; without any, the visit is their own."""
        if not helpers:
            del self.fields["helper"]
            return
        field: Any = self.fields["helper"]
        field.queryset = Helper.objects.filter(pk__in=[helper.pk for helper in helpers]).select_related("unit")
        field.label_from_instance = lambda helper: f"{helper} · {helper.unit}" if helper.unit else str(helper)

    def offer_kinds(self, today: Any, *, known: str = "") -> None:
        """The kinds of difficulty that are asked for by now, and the one that stands there."""
        offered = set(offered_kinds(today)) | {known}
        kinds = [(kind.value, kind.label) for kind in DifficultyKind if kind in offered]
        self.fields["difficulty_kind"].choices = [("", _("none raised")), *kinds]  # type: ignore[attr-defined]

    @property
    def open_parts(self) -> set[str]:
        """The folded parts of the page (PARTS) that have something to show."""
        return {part for part, names in PARTS.items() if any(self._says(name) for name in names if name in self.fields)}

    def _says(self, name: str) -> bool:
        return bool(self[name].value() or self[name].errors)


class VisitForm(ActForm, VisitContent):
    """Write a visit down. `client_id` was made with the page, so that a double tap or a second sending is one visit."""

    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    met = forms.MultipleChoiceField(label=_("People met"), required=False, widget=forms.CheckboxSelectMultiple())
    people_met = forms.CharField(
        label=_("Others met"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    follow_up = forms.CharField(
        label=_("What is to be done"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    follow_up_due_on = DayField(label=_("By when"), required=False)

    def __init__(
        self, data: Any = None, *, household: Household, members: list[Member], helpers: list[Helper], today: Any
    ) -> None:
        super().__init__(data, initial={"visited_on": today, "client_id": uuid.uuid4()})
        self.household = household
        self.fields["visited_on"].latest = today  # type: ignore[attr-defined]
        self.fields["met"].choices = [(member.name, member.name) for member in members]  # type: ignore[attr-defined]
        self.offer_helpers(helpers)
        self.offer_kinds(today)
        if helpers:
            self.initial["helper"] = helpers[0].pk

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        names = [*values.get("met", []), (values.get("people_met") or "").strip()]
        joined = NAMES_JOINED_BY.join(dict.fromkeys(name for name in names if name))
        if len(joined) > 120:
            self.add_error(
                "people_met", ValidationError(_now("These are more names than fit here (120 characters)."), "long")
            )
        values["people_met"] = joined
        return values

    def draft(self, *, helper: Helper) -> VisitDraft:
        """The visit that was written; `helper` made it unless the form asked who did."""
        values = self.cleaned_data
        content: dict[str, Any] = {name: values[name] or 0 if name in MONEY else values[name] for name in CONTENT}
        return VisitDraft(
            household=self.household,
            helper=values.get("helper") or helper,
            visited_on=values["visited_on"],
            follow_up=values["follow_up"],
            follow_up_due_on=values["follow_up_due_on"],
            **content,
        )

    def as_another(self) -> None:
        """The next sending is a visit of its own."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("client_id")] = str(uuid.uuid4())  # type: ignore[index]


class CorrectForm(ChangeForm, VisitContent):
    """Change what a visit says; the former version stays on file."""

    people_met = model_field(Visit, "people_met", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    reason = reason_field(length=200, help_text=_("It stands beside the former version."))

    def __init__(self, data: Any = None, *, visit: Visit, helpers: list[Helper], today: Any) -> None:
        self.visit = visit
        on_file = {name: getattr(visit, name) for name in ("visited_on", *CONTENT)}
        on_file |= {name: on_file[name] or None for name in MONEY}
        if helpers:
            on_file["helper"] = visit.helper
        super().__init__(data, household=visit.household, today=today, on_file=on_file)
        self.initial["version"] = visit.version
        self.offer_helpers(helpers)
        self.offer_kinds(today, known=visit.difficulty_kind)

    def changes(self) -> dict[str, Any]:
        changed = super().changes()
        return {name: value or 0 if name in MONEY else value for name, value in changed.items()}

    def merged(self, fresh: Any) -> Any:
        data, taken, disputed = super().merged(fresh)
        data[self.add_prefix("version")] = str(fresh.visit.version)
        return data, taken, disputed

    def conflict_text(self, *, who: str, at: str) -> str:
        return _now(
            "%(who)s changed this visit at %(at)s, while you had it open. Nothing has been written yet and nothing of yours is "
            "lost: look at the answers again, then save."
        ) % {"who": who, "at": at}
