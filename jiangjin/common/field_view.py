"""One form field as the template draws it: which kind of control, its choices, its unit."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

BUTTON_LIMIT = 6  # fewer choices than this are shown side by side as buttons
NO_ANSWER = "---------"


@dataclass(frozen=True)
class Choice:
    """One button or box."""

    id: str
    value: str
    label: Any
    checked: bool
    attrs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldView:
    """`kind` is control, choices, checkbox or file; choices are `stacked` where there are many."""

    bound: BoundField
    kind: str
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    stacked: bool = False
    unit: Any = ""

    @property
    def group_role(self) -> str:
        return "group" if self.multiple else "radiogroup"


def field_view(bound: BoundField) -> FieldView:
    """How to draw a field. A select of few fixed choices becomes buttons unless it has `data-select`."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return FieldView(bound, "checkbox")
    if isinstance(widget, forms.FileInput):
        return FieldView(bound, "file")
    if isinstance(widget, forms.widgets.ChoiceWidget) and _as_choices(bound, widget):
        multiple = bool(widget.allow_multiple_selected)
        choices = _choices(bound, multiple=multiple)
        return FieldView(bound, "choices", choices, multiple=multiple, stacked=len(choices) >= BUTTON_LIMIT)
    return FieldView(bound, "control", unit=widget.attrs.get("data-unit", ""))


def _as_choices(bound: BoundField, widget: forms.widgets.ChoiceWidget) -> bool:
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return True
    if isinstance(bound.field, forms.ModelChoiceField) or "data-select" in widget.attrs:
        return False
    flat = [value for value, label in _flat(widget.choices) if value not in ("", None)]
    return 0 < len(flat) < BUTTON_LIMIT


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat: list[tuple[Any, Any]] = []
    for value, label in choices:
        flat.extend(label if isinstance(label, list | tuple) else [(value, label)])
    return flat


def _choices(bound: BoundField, *, multiple: bool) -> tuple[Choice, ...]:
    """The options. A blank one is offered (as "not stated") only where the answer may stay open."""
    choices = []
    for index, option in enumerate(bound.subwidgets):
        data = option.data
        value = "" if data["value"] is None else str(data["value"])
        label = data["label"]
        if value == "":
            if bound.field.required or multiple:
                continue
            label = _("not stated") if label in (NO_ANSWER, "") else label
        attrs = {name: text for name, text in data["attrs"].items() if name.startswith("data-")}
        choices.append(Choice(f"{bound.auto_id}_{index}", value, label, bool(data["selected"]), attrs))
    return tuple(choices)
