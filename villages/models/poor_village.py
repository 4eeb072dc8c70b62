"""Poor-village status (市级贫困村)."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.accounts.scoping import Scoped, ScopedQuerySet


class PoorVillageEvidence(models.TextChoices):
    """How well it is established that the village was on the list."""

    CERTAIN = "certain", _("Certain")
    CONFIRMED = "confirmed", _("Confirmed by a second source")
    IMPLIED = "implied", _("Implied")
    UNKNOWN = "unknown", _("Unknown")
    PLACEHOLDER = "placeholder", _("Placeholder in the demo")


class PoorVillageQuerySet(ScopedQuerySet):
    def listed(self, on: dt.date) -> Self:
        """Villages that stand on the list on a day; the day of striking off is the first on which they do not."""
        return self.filter(Q(delisted_on=None) | Q(delisted_on__gt=on), listed_on__lte=on)

    def in_year(self, year: int) -> Self:
        """Villages that stood on the list in a year, or were struck off in it."""
        return self.filter(Q(delisted_on=None) | Q(delisted_on__year__gte=year), listed_on__year__lte=year)

    def delisted_in(self, year: int) -> Self:
        """Villages struck off the list (销号) in a year."""
        return self.filter(delisted_on__year=year)


class PoorVillage(Scoped):
    """A village on the municipal list of poor villages, from the day it was listed until it was struck off (整村脱贫销号)."""

    view_permission: ClassVar[str] = "villages.view"
    area_lookup: ClassVar[str] = "village__path"

    village = models.OneToOneField("areas.Area", models.PROTECT, related_name="poor_village", verbose_name=_("village"))
    evidence = models.CharField(pgettext_lazy("poor village", "evidence"), max_length=11, choices=PoorVillageEvidence)
    source = models.CharField(_("source"), max_length=200, blank=True)
    listed_on = models.DateField(_("listed on"))
    delisted_on = models.DateField(_("struck off on"), null=True, blank=True)
    planned_exit_year = models.PositiveSmallIntegerField(
        _("planned exit year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    delisted_reason = models.CharField(_("reason for striking off"), max_length=200, blank=True)

    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("listed by"),
    )
    delisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("struck off by"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = PoorVillageQuerySet.as_manager()

    class Meta:
        verbose_name = _("poor village")
        verbose_name_plural = _("poor villages")
        ordering = ["village"]
        constraints = [
            models.CheckConstraint(
                condition=Q(delisted_on=None) | Q(delisted_on__gte=F("listed_on")) & ~Q(delisted_reason=""),
                name="poor_village_delisted_with_reason",
                violation_error_message=_("A village is struck off after it was listed, and with a reason."),
            )
        ]

    def __str__(self) -> str:
        return str(self.village)

    @property
    def audit_area_path(self) -> str:
        return self.village.path
