"""What counts as a monthly visit, by date."""

import datetime as dt
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class VisitStandardQuerySet(models.QuerySet["VisitStandard"]):
    def in_force(self, on: dt.date) -> Self:
        """The standard of a day: the newest that has begun and not ended."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on).order_by("-valid_from", "-pk")


class VisitStandard(models.Model):
    """The rule of the monthly visit from one day to another (reference data, kept by the district office)."""

    valid_from = models.DateField(_("from"), unique=True)
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    counts_home = models.BooleanField(_("home visits count"), default=True)
    counts_field = models.BooleanField(_("visits in the field count"), default=True)
    counts_meeting = models.BooleanField(_("talks at meetings count"), default=False)
    counts_phone = models.BooleanField(_("phone calls count"), default=False)
    counts_other = models.BooleanField(_("other contacts count"), default=False)
    least_days = models.PositiveSmallIntegerField(
        _("least days"),
        default=15,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
        help_text=_("A household is due in a month in which it had a helper on at least so many days."),
    )
    late_after_days = models.PositiveSmallIntegerField(
        _("late after days"), default=3, help_text=_("A visit written down more days later is marked as entered late.")
    )
    follows_exited = models.BooleanField(
        _("exited households are due"), default=True, help_text=_("As long as somebody answers for them.")
    )
    basis = models.CharField(_("basis"), max_length=200)
    is_assumption = models.BooleanField(_("project assumption"), default=False)

    objects = VisitStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit standard")
        verbose_name_plural = _("visit standards")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="visit_standard_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from} – {self.valid_to or ''}"

    @property
    def counted_methods(self) -> list[str]:
        """The methods of visit that count."""
        return [
            field.name.removeprefix("counts_")
            for field in self._meta.concrete_fields
            if field.name.startswith("counts_") and getattr(self, field.name)
        ]
