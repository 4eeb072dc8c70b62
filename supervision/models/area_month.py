"""Roll-ups: one row a village, month, tier and indicator."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.models import Tier
from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class AreaMonth(Scoped):
    """The value of one additive indicator for a village, a month and a tier; higher areas, years and all tiers are sums.

    Villages without any household in a month have no rows; a value of 0 is not stored either. A derived table.
    """

    view_permission: ClassVar[str] = "rollups.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.ForeignKey(
        "areas.Area", models.PROTECT, related_name="+", verbose_name=_("village"), db_constraint=False, db_index=False
    )
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True)
    indicator = models.CharField(_("indicator"), max_length=40)
    value = models.BigIntegerField(_("value"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("area month")
        verbose_name_plural = _("area months")
        ordering = ["-month", "village", "indicator", "tier"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "month", "village", "tier"], name="area_month_once")
        ]
        indexes = [models.Index(fields=["village", "month"], name="area_month_village")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.village} {self.month:%Y-%m}"

    @property
    def audit_area_path(self) -> str:
        return self.village.path


class RollupMonth(models.Model):
    """When a month of a county was last brought up to date, and by which code of the indicators."""

    county = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", verbose_name=_("county"))
    month = models.DateField(_("month"), help_text=_("The first day of the month."))
    as_of = models.DateField(
        _("as of"), help_text=_("The last day of the month, or the day of the refresh before that.")
    )
    basis_digest = models.CharField(_("digest of the basis"), max_length=64)
    refreshed_at = models.DateTimeField(_("refreshed at"))

    class Meta:
        verbose_name = _("month of roll-ups")
        verbose_name_plural = _("months of roll-ups")
        ordering = ["county", "-month"]
        constraints = [models.UniqueConstraint(fields=["county", "month"], name="rollup_month_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.month:%Y-%m}"
