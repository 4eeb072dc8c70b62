"""Which kinds of difficulties are asked for, and how soon they are to be solved, by date."""

import datetime as dt
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.models.visit import DifficultyKind


class DifficultyStandardQuerySet(models.QuerySet["DifficultyStandard"]):
    def in_force(self, on: dt.date) -> Self:
        """The standards of a day, the newest of a kind first."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on).order_by(
            "kind", "-valid_from", "-pk"
        )


class DifficultyStandard(models.Model):
    """The rule of one kind of difficulty from one day to another (reference data, kept by the district office).

    八难 is not listed by the source: six kinds are confirmed, the others an assumption. Which of the kinds the district counts is
    said here (`is_offered`), so that it can be changed from a day on; what was raised before keeps its kind.
    """

    kind = models.CharField(_("kind"), max_length=14, choices=DifficultyKind)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    is_offered = models.BooleanField(
        _("offered"), default=True, help_text=_("Whether difficulties of this kind can be raised.")
    )
    due_days = models.PositiveSmallIntegerField(
        _("days until due"),
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("To be solved so many days after it was raised, unless another day is set."),
    )
    town_after_days = models.PositiveSmallIntegerField(
        _("to the town after days"),
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Escalated to the town office when it is so many days late."),
    )
    district_after_days = models.PositiveSmallIntegerField(
        _("to the district after days"),
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Escalated to the district office when it is so many days late."),
    )
    basis = models.CharField(_("basis"), max_length=200)
    is_assumption = models.BooleanField(_("project assumption"), default=False)

    objects = DifficultyStandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("difficulty standard")
        verbose_name_plural = _("difficulty standards")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="difficulty_standard_once",
                violation_error_message=_("This kind has a standard from that day on already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="difficulty_standard_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(district_after_days__gt=F("town_after_days")),
                name="difficulty_standard_town_before_district",
                violation_error_message=_("The town is told before the district is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from} – {self.valid_to or ''}"
