"""Sign-in, sign-out and refusals go to the audit log."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record


@receiver(user_logged_in)
def log_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    record(by=user, action=AuditAction.SIGNED_IN, obj=user)


@receiver(user_logged_out)
def log_sign_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(by=user, action=AuditAction.SIGNED_OUT, obj=user)


@receiver(user_locked_out)
def log_lockout(sender: Any, username: str, **kwargs: Any) -> None:
    record(by=None, action=AuditAction.REFUSED, model="accounts.user", label=username, reason="locked out")
