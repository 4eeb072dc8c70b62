"""Poverty lines."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IncomeMeasure(models.TextChoices):
    NET = "net", _("Net income per head")
    DISPOSABLE = "disposable", _("Disposable income per head")


class PovertyLine(models.Model):
    """The line of one income year. Without an area it is the national one; a district may add its own, which then holds there."""

    area = models.ForeignKey(
        "areas.Area",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="poverty_lines",
        verbose_name=_("district"),
        help_text=_("Empty: the national line."),
    )
    year = models.PositiveSmallIntegerField(_("income year"))
    measure = models.CharField(_("measure"), max_length=10, choices=IncomeMeasure, default=IncomeMeasure.NET)
    amount_fen = models.BigIntegerField(_("amount per head and year"))
    basis = models.CharField(_("basis"), max_length=200)
    confidence = models.CharField(_("confidence"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("poverty line")
        verbose_name_plural = _("poverty lines")
        ordering = ["-year", "measure", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "measure"],
                condition=Q(area=None),
                name="line_national_once",
                violation_error_message=_("The national line of this year is on file already."),
            ),
            models.UniqueConstraint(
                fields=["area", "year", "measure"],
                condition=Q(area__isnull=False),
                name="line_district_once",
                violation_error_message=_("The district's line of this year is on file already."),
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0),
                name="line_positive",
                violation_error_message=_("A poverty line is a positive amount."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount_fen // 100}"
