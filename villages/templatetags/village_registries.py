"""The tabs of the village file, from their registry."""

from typing import Any

from django import template
from django.template import Context

from jiangjin.common.registries import village_tabs as registry
from jiangjin.common.templatetags.jiangjin import tabs

register = template.Library()


@register.inclusion_tag("components/_tabs.html", takes_context=True)
def village_tabs(context: Context, key: Any) -> dict[str, Any]:
    """Tabs of the village with the code `key`."""
    return tabs(context, registry, key)
