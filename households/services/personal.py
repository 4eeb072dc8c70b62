"""Showing a personal number in full: asked for with a reason, allowed or refused, and written down."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from households import permissions
from households.models import Helper, Household, Member
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record

REVEALABLE: dict[type[models.Model], tuple[str, ...]] = {
    Household: ("phone", "bank_account"),
    Member: ("identity", "identity_as_given"),
    Helper: ("phone",),
}


def reveal(*, obj: Household | Member | Helper, field: str, by: Any, reason: str) -> str:
    """The number in plain; who saw it, when and why stands in the change log.

    Raises ValidationError without a reason, PermissionDenied without `households.reveal` over the record's area, and
    ValueError for a field that is not sealed.
    """
    if field not in REVEALABLE[type(obj)]:
        raise ValueError(f"{type(obj).__name__}.{field} is not a sealed field")
    reason = reason.strip()
    if not any(character.isalnum() for character in reason):
        raise ValidationError({"reason": _("Say why you need to see the number.")}, code="reason")
    if not type(obj).objects.visible_to(by, permissions.REVEAL).filter(pk=obj.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        record(by=by, action=AuditAction.REVEALED, obj=obj, after={"field": field}, reason=reason)
    return str(getattr(type(obj).objects.get(pk=obj.pk), field))
