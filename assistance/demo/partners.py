"""Households that may take part in the demo's businesses."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q

from assistance.demo.known import YEAR
from households.models import Household, IncomeStatement, LivingConditions
from households.models.household import FOLLOWED
from jiangjin.areas.models import Area, under
from jiangjin.common.money import FEN_PER_YUAN

LAST_DAY = dt.date(YEAR, 12, 31)
# Where nobody has reported an income.
ORDINARY_YUAN = 3000


@dataclass(frozen=True, slots=True, eq=False)
class Partner:
    """A household. `surveyed_on`: the day on which a survey found it in a cooperative; None where none did."""

    pk: int
    village: int
    registered_on: dt.date
    persons: int
    net_yuan: int
    surveyed_on: dt.date | None


def partners_in(county: Area) -> list[Partner]:
    """The households that are followed, in the order of their numbers, with what is known of the year."""
    below = under(county.path, "household__village__path")
    surveys = LivingConditions.objects.filter(below, year=YEAR, in_cooperative=True).order_by()
    surveyed = dict(surveys.values_list("household_id", "surveyed_on"))
    incomes = dict(
        IncomeStatement.objects.filter(below, year=YEAR).order_by().values_list("household_id", "net_income_fen")
    )
    present = Q(members__joined_on__lte=LAST_DAY) & (Q(members__left_on=None) | Q(members__left_on__gt=LAST_DAY))
    rows = Household.objects.in_area(county).filter(status__in=FOLLOWED).order_by("number")
    rows = rows.annotate(persons=Count("members", filter=present))
    return [
        Partner(
            pk=pk,
            village=village,
            registered_on=registered_on,
            persons=persons,
            net_yuan=incomes[pk] // FEN_PER_YUAN if pk in incomes else ORDINARY_YUAN * persons,
            surveyed_on=surveyed.get(pk),
        )
        for pk, village, registered_on, persons in rows.values_list("pk", "village_id", "registered_on", "persons")
        if persons
    ]
