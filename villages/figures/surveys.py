"""Figures of the annual report that are counted from village surveys: of the poor villages, by the year's survey."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, Sum

from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures
from villages.models import PoorVillage, VillageSurvey
from villages.models.survey import VillageSurveyQuerySet


def service_centre_rate(year: int, scope: Scope) -> Decimal | None:
    """Percent of the poor villages whose service centre is standardised; one that nobody asked counts as not."""
    return _rate("service_centre_standardised", year, scope)


def clinic_rate(year: int, scope: Scope) -> Decimal | None:
    """Percent of the poor villages whose clinic is standardised; one that nobody asked counts as not."""
    return _rate("clinic_standardised", year, scope)


def waste_treatment(year: int, scope: Scope) -> Decimal | None:
    """Percent of the poor villages' waste that was treated harmlessly, over the villages that told both."""
    told = _surveys(year, scope).filter(waste_treated_t__isnull=False, waste_produced_t__isnull=False)
    sums = told.aggregate(treated=Sum("waste_treated_t"), produced=Sum("waste_produced_t"))
    return _percent(sums["treated"], sums["produced"]) if sums["produced"] else None


def _rate(name: str, year: int, scope: Scope) -> Decimal | None:
    villages = PoorVillage.objects.within(scope).in_year(year).count()
    counts = _surveys(year, scope).aggregate(
        told=Count("pk", filter=Q(**{f"{name}__isnull": False})), yes=Count("pk", filter=Q(**{name: True}))
    )
    return _percent(counts["yes"], villages) if counts["told"] else None


def _surveys(year: int, scope: Scope) -> VillageSurveyQuerySet:
    return VillageSurvey.objects.within(scope).filter(year=year).of_poor_villages(year)


def _percent(part: int, whole: int) -> Decimal:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


for place, (code, compute) in enumerate(
    [
        ("service_centre_rate", service_centre_rate),
        ("clinic_rate", clinic_rate),
        ("waste_treatment", waste_treatment),
    ]
):
    figures.register(Figure(code=code, order=110 + place, compute=compute, query="surveys/?year={year}&poor_in={year}"))
