"""Figures of the annual report that are counted from household files."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Q, Sum

from households.models import Helper, Household, LivingConditions, StatusEvent
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures
from jiangjin.common.money import FEN_PER_YUAN


def exited_households(year: int, scope: Scope) -> int | None:
    """Households whose exit of the year stands."""
    count = StatusEvent.objects.within(scope).exits_in(year).count()
    return count if count or Household.objects.within(scope).exists() else None


def exited_persons(year: int, scope: Scope) -> int | None:
    """Persons of these households, as counted on the day of the exit."""
    persons = StatusEvent.objects.within(scope).exits_in(year).aggregate(persons=Sum("persons", default=0))["persons"]
    return persons if persons or Household.objects.within(scope).exists() else None


def exited_income_per_capita(year: int, scope: Scope) -> Decimal | None:
    """Mean disposable income of the year, in yuan, over the persons of exited households that were asked for it."""
    exits = StatusEvent.objects.within(scope).exits_in(year)
    asked = exits.filter(household__incomes__year=year, household__incomes__disposable_income_fen__isnull=False)
    totals = asked.aggregate(fen=Sum("household__incomes__disposable_income_fen"), persons=Sum("persons"))
    if not totals["persons"]:
        return None
    yuan = Decimal(totals["fen"]) / FEN_PER_YUAN / totals["persons"]
    return yuan.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def helpers(year: int, scope: Scope) -> int | None:
    """Persons who answer for at least one household on the last day of the year."""
    count = Helper.objects.within(scope).answering(dt.date(year, 12, 31)).count()
    return count if count or Helper.objects.within(scope).exists() else None


def cooperative_households(year: int, scope: Scope) -> int | None:
    """Households on file that the year's survey found in a farmers' cooperative."""
    surveys = LivingConditions.objects.within(scope).filter(year=year)
    counts = surveys.aggregate(surveyed=Count("pk"), members=Count("pk", filter=Q(in_cooperative=True)))
    return counts["members"] if counts["surveyed"] else None


for order, (code, compute, query) in enumerate(
    [
        ("exited_households", exited_households, "status-events/?exited_in={year}"),
        ("exited_persons", exited_persons, "status-events/?exited_in={year}"),
        ("exited_income_per_capita", exited_income_per_capita, "incomes/?year={year}&exited_in={year}"),
        ("helpers", helpers, "helpers/?answering_on={year}-12-31"),
        ("coop_households", cooperative_households, "conditions/?year={year}&in_cooperative=true"),
    ]
):
    figures.register(Figure(code=code, order=order, compute=compute, query=query))
