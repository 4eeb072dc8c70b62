"""Tier decisions."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models.household import Tier
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class TierDecision(Scoped):
    """Which tier a household was put into, when, by whom and why. Kept for ever; the latest stands on the household too."""

    view_permission: ClassVar[str] = "households.view"
    scoped_through: ClassVar[str] = "household"

    household = models.ForeignKey(
        "households.Household",
        models.PROTECT,
        related_name="tier_decisions",
        verbose_name=_("household"),
        db_index=False,  # a composite index begins with it
    )
    tier = models.CharField(_("tier"), max_length=1, choices=Tier)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier decision")
        verbose_name_plural = _("tier decisions")
        ordering = ["household", "-decided_on", "-pk"]
        indexes = [
            models.Index(fields=["household", "decided_on"], name="tier_household_day"),
            models.Index(fields=["decided_on"], name="tier_day"),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.tier} {self.decided_on}"

    @property
    def audit_household_id(self) -> int:
        return self.household_id

    @property
    def audit_area_path(self) -> str:
        return self.household.village.path
