"""Figures of the annual report that are counted from visits."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from assistance.models import VisitCheck
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures


def visits_per_household_month(year: int, scope: Scope) -> Decimal | None:
    """Visits ÷ household months in which one was due, both summed over the year first."""
    months = (dt.date(year, 1, 1), dt.date(year, 12, 1))
    due = VisitCheck.objects.within(scope).due().filter(month__range=months)
    totals = due.aggregate(due=Count("pk"), visits=Sum("visits", default=0))
    if not totals["due"]:
        return None
    return (Decimal(totals["visits"]) / totals["due"]).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


figures.register(
    Figure(
        code="visits_per_household_month",
        order=200,
        compute=visits_per_household_month,
        query="rollups/?indicator=visits_made&level=county&from={year}-01&to={year}-12",
    )
)
