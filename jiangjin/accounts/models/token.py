"""API tokens: hashed, expiring, limited to an area and to permissions."""

import hashlib
import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

PREFIX = "jj_"


def token_digest(plain: str) -> str:
    """SHA-256 of a token; tokens are 256 random bits, so no salt and no slow hash is needed."""
    return hashlib.sha256(plain.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self) -> Self:
        """Not expired, not revoked, of an active user."""
        return self.filter(expires_at__gt=timezone.now(), revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A token of a user. The plain text is shown once, when it is made."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=60, help_text=_("What the token is used for."))
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("first characters"), max_length=12, editable=False)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="tokens", verbose_name=_("area"))
    permissions = models.JSONField(_("permissions"), default=list)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="token_expires_after_it_is_made",
                violation_error_message=_("The token would expire before it is made."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @staticmethod
    def generate() -> str:
        """A new plain token."""
        return PREFIX + secrets.token_urlsafe(32)
