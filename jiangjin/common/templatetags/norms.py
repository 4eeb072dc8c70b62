"""Where a norm stands written: a small link beside what was decided by it."""

from typing import Any

from django import template
from django.template import Context

from jiangjin.common.norms import bases_of

register = template.Library()


@register.inclusion_tag("components/_basis.html", takes_context=True)
def basis(context: Context, norm: str, path: str = "") -> dict[str, Any]:
    """Links to the clauses of a norm: in the district of `path`, or of the area that the page shows. Nothing where there is none."""
    area = context.get("current_area")
    return {"bases": bases_of(context["request"], norm, path or (area.path if area else ""))}
