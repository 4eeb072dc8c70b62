"""Where the yearly survey and the ties do not agree about who is in a farmers' cooperative.

How many households are in one is counted from the survey (households.figures); ties say in which, since when, and what it
brought. These lists are what keeps the two together.
"""

import datetime as dt
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assistance.models import BusinessKind, BusinessLink
from households.models import Household, LivingConditions


class Disagreement(StrEnum):
    UNTIED = "untied"  # surveyed in a cooperative, no tie to one in the year
    DENIED = "denied"  # tied to one at the year's end, the survey says no
    UNASKED = "unasked"  # tied to one at the year's end, nobody surveyed it


def with_survey(households: QuerySet[Household], year: int) -> QuerySet[Household]:
    """Adds `in_cooperative` and `surveyed_on` of the year's survey, and whether there is a tie: `tied_in` the year, `tied_at` its
    end."""
    survey = LivingConditions.objects.filter(household=OuterRef("pk"), year=year).order_by()
    ties = BusinessLink.objects.filter(household=OuterRef("pk"), business__kind=BusinessKind.COOPERATIVE).order_by()
    return households.annotate(
        in_cooperative=Subquery(survey.values("in_cooperative")[:1]),
        surveyed_on=Subquery(survey.values("surveyed_on")[:1]),
        tied_in=Exists(ties.held_in(year)),
        tied_at=Exists(ties.active(dt.date(year, 12, 31))),
    )


CONDITIONS = {
    Disagreement.UNTIED: Q(in_cooperative=True, tied_in=False),
    Disagreement.DENIED: Q(in_cooperative=False, tied_at=True),
    Disagreement.UNASKED: Q(in_cooperative=None, tied_at=True),
}


def disagreeing(households: QuerySet[Household], *, year: int, kind: str = "") -> QuerySet[Household]:
    """Households of which the survey of the year and the ties do not agree, in one way or in any."""
    wanted = [Disagreement(kind)] if kind else list(Disagreement)
    condition = Q()
    for each in wanted:
        condition |= CONDITIONS[each]
    return with_survey(households, year).filter(condition)


def kind_of(household: Household) -> Disagreement | None:
    """How a row of `with_survey` disagrees."""
    row: object = household
    in_cooperative, tied_in, tied_at = (getattr(row, name) for name in ("in_cooperative", "tied_in", "tied_at"))
    if in_cooperative:
        return None if tied_in else Disagreement.UNTIED
    if not tied_at:
        return None
    return Disagreement.UNASKED if in_cooperative is None else Disagreement.DENIED
