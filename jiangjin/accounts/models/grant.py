"""Grants: a role over an area for a time."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts import roles


class GrantQuerySet(models.QuerySet["Grant"]):
    def active(self, on: dt.date) -> Self:
        """Grants in force on the day; `valid_to` is the last day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Grant(models.Model):
    """Gives one user one role over one area. Ended by its last day, never deleted: who had access when stays known."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=roles.CHOICES)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="grants", verbose_name=_("area"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="grants_given",
        verbose_name=_("granted by"),
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["user", "valid_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="grant_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.UniqueConstraint(
                fields=["user", "role", "area"],
                condition=Q(valid_to=None),
                name="grant_open_once",
                violation_error_message=_("The user holds this role over this area already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.area}"
