"""What templates of widgets draw in one go: a select of three hundred villages would be six hundred templates."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """The attributes of a control; True is one without a value, False none."""
    return flatatt(dict(attrs))


@register.simple_tag
def options(optgroups: Iterable[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select, in their groups."""
    parts = []
    for name, choices, _index in optgroups:
        drawn = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((choice["value"], flatatt(choice["attrs"]), choice["label"]) for choice in choices),
        )
        parts.append(format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn)
    return format_html_join("\n", "{}", ((part,) for part in parts))
