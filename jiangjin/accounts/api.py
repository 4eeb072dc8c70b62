"""REST sign-in by token, and the permission class that every view of the API stands behind."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from jiangjin.accounts.models import ApiToken, User
from jiangjin.accounts.models.token import token_digest

# The last use is kept to the minute: a write on every request would make readers wait for the database.
LAST_USE_STEP = dt.timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer jj_…`"""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword.lower().encode():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("The Authorization header must read: Bearer TOKEN."))
        try:
            digest = token_digest(parts[1].decode())
        except UnicodeDecodeError as error:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked.")) from error
        token = ApiToken.objects.usable().select_related("user", "area").filter(digest=digest).first()
        if token is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        now = timezone.now()
        if token.last_used_at is None or now - token.last_used_at > LAST_USE_STEP:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        token.user.token = token
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class MayUse(BasePermission):
    """The user holds the permission that the view names; a view that names none is closed.

    `permission` serves reading; `write_permission` everything else (default: closed).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated or getattr(request.user, "must_change_password", False):
            return False
        if request.method in {"GET", "HEAD", "OPTIONS"}:
            needed = getattr(view, "permission", "")
        else:
            needed = getattr(view, "write_permission", "")
        return bool(needed) and request.user.may(needed)


class TokenScheme(OpenApiAuthenticationExtension):
    """Describes the token in the API schema."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token made on the page API tokens."}
