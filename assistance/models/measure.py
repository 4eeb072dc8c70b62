"""The catalogue of measures, by the six batches (六个一批)."""

import datetime as dt
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Batch(models.TextChoices):
    """六个一批. Channels overlap: figures of different batches are never added up."""

    INDUSTRY = "industry", _("Industry development")
    EMPLOYMENT = "employment", _("Transfer to employment")
    RELOCATION = "relocation", _("Relocation")
    EDUCATION = "education", _("Education")
    MEDICAL = "medical", _("Medical aid")
    SAFETY_NET = "safety_net", _("Safety net")


# Batches whose result is reported by persons only: the households behind them are derived and named as such.
COUNTED_BY_PERSON = [Batch.MEDICAL]


class MeasureTarget(models.TextChoices):
    """Who is enrolled."""

    HOUSEHOLD = "household", _("Whole household")
    PERSON = "person", _("Single persons")


class Recurrence(models.TextChoices):
    """How often somebody may be enrolled."""

    ONCE = "once", _("Once")
    YEARLY = "yearly", _("Once a year")
    REPEATED = "repeated", _("Several times a year")


class MeasureDetail(models.TextChoices):
    """What an enrolment has to tell besides its own columns."""

    NONE = "", _("Nothing further")
    BUSINESS = "business", _("The business that takes part")
    COURSE = "course", _("The course")
    RELOCATION = "relocation", _("Where and when the household moved")
    HOUSE_REPAIR = "house_repair", _("The house, its grade and its acceptance")


class MeasureQuerySet(models.QuerySet["Measure"]):
    def in_force(self, on: dt.date) -> Self:
        """Measures on offer on a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lte=on)


class Measure(models.Model):
    """One measure of the catalogue, and the clause it rests on.

    eligibility: the code of an entry of `assistance.rules.eligibility`; empty: nobody qualifies by rule alone.
    mandatory_tiers: tiers, as "AB", whose households must have it if they qualify.
    amount_fen: the price of one unit of quantity, or of the whole where there is no quantity; None: as decided case by case.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    batch = models.CharField(_("batch"), max_length=10, choices=Batch)
    target = models.CharField(_("enrols"), max_length=9, choices=MeasureTarget)
    recurrence = models.CharField(_("how often"), max_length=8, choices=Recurrence, default=Recurrence.YEARLY)
    detail = models.CharField(_("further facts"), max_length=12, choices=MeasureDetail, blank=True, default="")
    clause = models.ForeignKey(
        "assistance.PolicyClause", models.PROTECT, related_name="measures", verbose_name=_("policy clause")
    )
    description = models.CharField(_("description"), max_length=300, blank=True)
    quantity_unit = models.CharField(_("unit of quantity"), max_length=10, blank=True)
    amount_fen = models.BigIntegerField(_("amount"), null=True, blank=True)
    eligibility = models.CharField(_("who qualifies"), max_length=40, blank=True)
    mandatory_tiers = models.CharField(_("mandatory for tiers"), max_length=3, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True, help_text=_("The last day; empty: open."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("support measure")
        verbose_name_plural = _("support measures")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
                name="measure_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0),
                name="measure_amount_not_negative",
                violation_error_message=_("An amount cannot be less than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
