"""Showing a personal number in full: asked for with a reason, allowed or refused, and written down."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from households import permissions
from households.models import Helper, Household, Member
from jiangjin.accounts.scoping import Scoped
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record

_revealable: dict[type[models.Model], tuple[str, ...]] = {
    Household: ("phone", "bank_account"),
    Member: ("identity", "identity_as_given"),
    Helper: ("phone",),
}


def register(model: type[Scoped], *fields: str) -> None:
    """A higher app's model that has sealed fields."""
    _revealable[model] = fields


def is_revealable(obj: models.Model, field: str) -> bool:
    """Whether it is a sealed field of the record."""
    return field in _revealable.get(type(obj), ())


def reveal(*, obj: Scoped, field: str, by: Any, reason: str) -> str:
    """The number in plain; who saw it, when and why stands in the change log.

    Raises ValidationError without a reason, PermissionDenied without `households.reveal` over the record's area, and
    ValueError for a field that is not sealed.
    """
    if not is_revealable(obj, field):
        raise ValueError(f"{type(obj).__name__}.{field} is not a sealed field")
    reason = reason.strip()
    if not any(character.isalnum() for character in reason):
        raise ValidationError({"reason": _("Say why you need to see the number.")}, code="reason")
    rows: Any = type(obj)._default_manager
    if not rows.visible_to(by, permissions.REVEAL).filter(pk=obj.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        record(by=by, action=AuditAction.REVEALED, obj=obj, after={"field": field}, reason=reason)
    return str(getattr(rows.get(pk=obj.pk), field))
