"""Records that somebody writes down, corrects, and takes back if they were wrong."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class WithdrawableQuerySet(ScopedQuerySet):
    def standing(self) -> Self:
        """Records that nobody has taken back."""
        return self.filter(withdrawn_at=None)


class Withdrawable(Scoped):
    """Who wrote it down and when; taken back with a reason, never deleted. What a correction changed stands in the change log."""

    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_on = models.DateField(_("recorded on"), editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
                name="%(class)s_withdrawn_with_a_reason",
                violation_error_message=_("What is withdrawn needs a reason."),
            )
        ]
