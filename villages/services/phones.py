"""Showing the phone of somebody in a post in full: asked for with a reason, and written down."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from villages.models import VillagePost
from villages.permissions import REVEAL_PHONE


def reveal(*, post: VillagePost, by: Any, reason: str) -> str:
    """The number in plain; who saw it, when and why stands in the change log. Raises ValidationError without a reason,
    PermissionDenied without the permission over the village."""
    reason = reason.strip()
    if not any(character.isalnum() for character in reason):
        raise ValidationError({"reason": _("Say why you need to see the number.")}, code="reason")
    if not VillagePost.objects.visible_to(by, REVEAL_PHONE).filter(pk=post.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        record(by=by, action=AuditAction.REVEALED, obj=post, after={"field": "phone"}, reason=reason)
    return str(VillagePost.objects.get(pk=post.pk).phone)
