"""Forms as pages show them: a renderer that gives widgets Tabler's classes, the house's fields and widgets.

`{% field form.name %}` (jiangjin.common.templatetags.jiangjin) draws one field with label, help and error.
"""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jiangjin.common.money import fen_to_yuan, yuan_to_fen

CHECKS = {"checkbox", "radio"}
UNSTYLED = {"hidden", "submit", "button", "image", "reset"}


def widget_class(widget: dict[str, Any]) -> str:
    """Tabler's class for a widget's context; empty where it has none."""
    kind = widget.get("type", "")
    if kind in CHECKS:
        return "form-check-input"
    if kind in UNSTYLED:
        return ""
    return "form-select" if "optgroups" in widget else "form-control"


class TablerRenderer(TemplatesSetting):
    """Widgets in the design system wherever `{{ form.field }}` is used; the admin keeps its own."""

    form_template_name = "components/_form.html"
    field_template_name = "components/_field_group.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if widget is not None and template_name.startswith("django/forms/widgets/"):
            for part in _parts(widget):
                _add_class(part["attrs"], widget_class(part))
        return super().render(template_name, context, request)


def _parts(widget: dict[str, Any]) -> list[dict[str, Any]]:
    """The inputs that a widget draws: its sub-widgets, its check boxes or radio buttons, or itself."""
    if "subwidgets" in widget:
        return widget["subwidgets"]
    if widget.get("type") in CHECKS and "optgroups" in widget:
        return [option for _group, options, _index in widget["optgroups"] for option in options]
    return [widget]


def _add_class(attrs: dict[str, Any], name: str) -> None:
    classes = [attrs.get("class", ""), name, "is-invalid" if name and attrs.get("aria-invalid") else ""]
    joined = " ".join(part for part in classes if part)
    if joined:
        attrs["class"] = joined


class DateInput(forms.DateInput):
    """The browser's date picker; it wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MonthInput(forms.TextInput):
    """A month as YYYY-MM."""

    input_type = "month"


class SearchInput(forms.TextInput):
    """A search box: no autocomplete of other people's names."""

    input_type = "search"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "enterkeyhint": "search", **(attrs or {})})


class YuanField(forms.DecimalField):
    """An amount typed in yuan (thousand separators allowed) that cleans to integer 分."""

    default_error_messages: ClassVar = {"fraction": _("An amount has at most two decimals (a fen).")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "data-unit": _("yuan")}))
        super().__init__(max_digits=16, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", "").replace("\N{FULLWIDTH COMMA}", "").strip()
        return super().to_python(value)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if amount is None:
            return None
        try:
            return yuan_to_fen(amount)
        except ValueError as error:
            raise ValidationError(self.error_messages["fraction"], code="fraction") from error

    def prepare_value(self, value: Any) -> Any:
        """Stored 分 are shown as yuan; what was typed is shown as typed."""
        if isinstance(value, int) and not isinstance(value, bool):
            return plain_yuan(fen_to_yuan(value))
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(fen_to_yuan(initial) if isinstance(initial, int) else initial, data)


def plain_yuan(amount: Decimal) -> str:
    """For an input box: no separators, no needless zeros. Decimal('2855.00') → '2855'."""
    return f"{amount:f}".rstrip("0").rstrip(".") if amount == amount.to_integral_value() else f"{amount:.2f}"
