"""Difficulties by household and month, for whoever sums them up."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from assistance.models import Difficulty
from jiangjin.common.clock import month_end


def by_household(*, month: dt.date, as_of: dt.date) -> QuerySet[Difficulty, Any]:
    """One row a household that has any (`household_id`, `raised`, `solved`, `open`): how many it raised in the month that begins on
    the day, how many were solved in it, and how many were neither solved nor closed at its end, or on `as_of` before that.

    What was withdrawn never was; what the household denied was not solved; a village's own difficulties belong to no household.
    Marks of Fact.DIFFICULTY name the earliest month whose row changed: later ones may have changed with it.
    """
    last = min(month_end(month), as_of)
    standing = Difficulty.objects.standing().filter(household__isnull=False, raised_on__lte=last)
    still_open = (Q(solved_on=None) | Q(solved_on__gt=last)) & (Q(closed_on=None) | Q(closed_on__gt=last))
    return (
        standing.order_by()
        .values("household_id")
        .annotate(
            raised=Count("pk", filter=Q(raised_on__gte=month)),
            solved=Count("pk", filter=Q(solved_on__gte=month, solved_on__lte=last)),
            open=Count("pk", filter=still_open),
        )
    )
