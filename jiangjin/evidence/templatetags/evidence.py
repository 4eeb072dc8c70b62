"""`{% load evidence %}{% evidence record.evidence.all %}`: what proves a record."""

from collections.abc import Iterable
from typing import Any

from django import template

from jiangjin.evidence.models import EvidenceFile

register = template.Library()


@register.inclusion_tag("evidence/_files.html")
def evidence(files: Iterable[EvidenceFile]) -> dict[str, Any]:
    """Thumbnails with name, what they show, the day and who uploaded them; nothing where there are none. In rows of a table the
    thumbnails alone.

    Views prefetch the files with `jiangjin.evidence.models.shown_evidence`.
    """
    return {"files": list(files)}
