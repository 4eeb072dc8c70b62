"""When a village counts as lifted out of poverty, by date."""

import datetime as dt
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class VillageStandardQuerySet(models.QuerySet["VillageStandard"]):
    def in_force(self, on: dt.date) -> Self:
        """The standard of a day: the newest that has begun and not ended."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on).order_by("-valid_from", "-pk")


class VillageStandard(models.Model):
    """The limit of poverty incidence (贫困发生率) below which a village may leave the list, from one day to another."""

    valid_from = models.DateField(_("from"), unique=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    incidence_permille = models.PositiveSmallIntegerField(
        _("poverty incidence below (per mille)"),
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("30 is 3 %."),
    )
    basis = models.CharField(_("basis"), max_length=200)
    is_assumption = models.BooleanField(_("project assumption"), default=False)

    objects = VillageStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("village standard")
        verbose_name_plural = _("village standards")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="village_standard_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_to or ''}"
