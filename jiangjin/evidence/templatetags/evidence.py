"""`{% load evidence %}{% evidence record.evidence.all %}`: what proves a record."""

from collections.abc import Iterable
from typing import Any

from django import template

from jiangjin.evidence.models import EvidenceFile

register = template.Library()


@register.inclusion_tag("evidence/_files.html")
def evidence(files: Iterable[EvidenceFile], small: bool = False) -> dict[str, Any]:
    """Thumbnails with name, what they show, the day and who uploaded them; nothing where there are none.

    Views prefetch them with `jiangjin.evidence.models.shown_evidence`. `small` for rows of a list: the thumbnails alone.
    """
    return {"files": list(files), "small": small}
