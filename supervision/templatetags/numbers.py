"""Numbers of dashboards."""

from django import template
from django.utils.html import format_html

from supervision.views.links import Number

register = template.Library()


@register.filter
def opened(number: Number) -> str:
    """A number with thousand separators, and the link behind it."""
    if not number.url:
        return f"{number.value:,}"
    return format_html('<a href="{}">{}</a>', number.url, f"{number.value:,}")
