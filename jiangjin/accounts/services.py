"""Grants and tokens: the one door for whoever gives and ends access."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiangjin.accounts import roles
from jiangjin.accounts.models import ApiToken, Grant, User
from jiangjin.accounts.models.token import token_digest
from jiangjin.accounts.permissions import MANAGE_ACCOUNTS, MANAGE_TOKENS
from jiangjin.areas.models import Area
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import plain, record, snapshot

# A token makes no accounts and no further tokens.
NOT_FOR_TOKENS = {MANAGE_ACCOUNTS, MANAGE_TOKENS}
LONGEST_TOKEN = dt.timedelta(days=366)


def may_grant(*, by: Any, user: User, area: Area) -> bool:
    """Whether `by` may give, or end, roles of `user` over `area`.

    None (the system itself) and superusers may; account administrators within their own area, and never their own.
    """
    if by is None or by.is_superuser:
        return True
    return by.pk != user.pk and bool(by.scope(MANAGE_ACCOUNTS).covers(area.path))


def may_manage(*, by: Any, user: User) -> bool:
    """Whether `by` may change an account: a new password opens all that its user may, so all of it must lie within
    the administrator's area. Superusers are changed by superusers."""
    if by.is_superuser:
        return True
    if by.pk == user.pk or user.is_superuser:
        return False
    scope = by.scope(MANAGE_ACCOUNTS)
    return not scope.is_empty and all(scope.covers(path) for path in user.grants.values_list("area__path", flat=True))


def grant_role(
    *, user: User, role: str, area: Area, valid_from: dt.date, by: Any, valid_to: dt.date | None = None
) -> Grant:
    """Give a role over an area. Raises PermissionDenied where `by` may not, ValidationError where it makes no sense."""
    if not may_grant(by=by, user=user, area=area):
        raise PermissionDenied
    grant = Grant(user=user, role=role, area=area, valid_from=valid_from, valid_to=valid_to, granted_by=by)
    grant.full_clean()
    with transaction.atomic():
        grant.save()
        record(by=by, action=AuditAction.CREATED, obj=grant, after=snapshot(grant), area_path=area.path)
        if role == roles.ACCOUNT_ADMIN.code:
            _open_admin(user, by=by)
    return grant


def _open_admin(user: User, *, by: Any) -> None:
    """Accounts are kept in the admin, which lets in staff; without the role the mark opens nothing."""
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        record(by=by, action=AuditAction.CHANGED, obj=user, before={"is_staff": False}, after={"is_staff": True})


def end_grant(*, grant: Grant, on: dt.date, by: Any, reason: str) -> Grant:
    """End a grant; `on` is its last day. Raises PermissionDenied where `by` may not, ValidationError for a day before its first."""
    if not may_grant(by=by, user=grant.user, area=grant.area):
        raise PermissionDenied
    before = Grant.objects.values("valid_to").get(pk=grant.pk)
    grant.valid_to = on
    grant.full_clean()
    with transaction.atomic():
        grant.save(update_fields=["valid_to"])
        record(
            by=by,
            action=AuditAction.CHANGED,
            obj=grant,
            before={name: plain(value) for name, value in before.items()},
            after=snapshot(grant, ["valid_to"]),
            reason=reason,
            area_path=grant.area.path,
        )
    return grant


def set_password(*, user: User, password: str, by: Any) -> None:
    """Give a user a password. One that somebody else chose must be changed at the next sign-in.

    The log keeps that it changed, and nothing of the password.
    """
    user.set_password(password)
    user.must_change_password = by is not None and by.pk != user.pk
    with transaction.atomic():
        user.save(update_fields=["password", "must_change_password"])
        record(by=by, action=AuditAction.CHANGED, obj=user, reason="password")


def token_permissions(user: User) -> list[roles.Permission]:
    """What a token of this user may be allowed: what the user may, except making more tokens."""
    return [
        permission
        for permission in roles.permissions
        if permission.code not in NOT_FOR_TOKENS and user.may(permission.code)
    ]


def make_token(
    *, user: User, name: str, area: Area, permissions: Sequence[str], expires_on: dt.date, today: dt.date
) -> tuple[ApiToken, str]:
    """A token of `user`, narrowed to an area and permissions; returns it and its plain text, which is never shown again.

    Raises ValidationError where the token would reach further or last longer than it may.
    """
    allowed = {permission.code for permission in token_permissions(user)}
    if not permissions:
        raise ValidationError({"permissions": _("Choose at least one permission.")})
    if not set(permissions) <= allowed:
        raise ValidationError({"permissions": _("A token cannot do more than its owner.")})
    scope = user.scope()
    if not scope.covers(area.path) and scope.assigned_user_id is None:
        raise ValidationError({"area": _("The area lies outside yours.")})
    if not today < expires_on <= today + LONGEST_TOKEN:
        raise ValidationError({"expires_on": _("A token lasts from one day to one year.")})
    plain = ApiToken.generate()
    lasts = dt.timedelta(days=(expires_on - today).days)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name,
            digest=token_digest(plain),
            hint=plain[:8],
            area=area,
            permissions=sorted(permissions),
            expires_at=timezone.now() + lasts,
        )
        record(
            by=user,
            action=AuditAction.CREATED,
            obj=token,
            after={"name": name, "area": area.code, "permissions": sorted(permissions)},
            area_path=area.path,
        )
    return token, plain


def revoke_token(*, token: ApiToken, by: Any) -> None:
    """End a token at once; twice is harmless."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
            record(by=by, action=AuditAction.REMOVED, obj=token, area_path=token.area.path)
