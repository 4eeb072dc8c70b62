"""Figures of the annual report about business entities: how many there are at the year's end, what cooperatives brought."""

import datetime as dt
import functools
from decimal import Decimal

from assistance.models import Business, BusinessGain, BusinessKind
from assistance.services import gains
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures

FIRST_ORDER = 220
COUNTED = {
    "cooperatives": BusinessKind.COOPERATIVE,
    "mutual_aid_associations": BusinessKind.MUTUAL_AID,
    "farm_inns": BusinessKind.FARM_INN,
    "lead_firms": BusinessKind.LEAD_FIRM,
}


def active(year: int, scope: Scope, *, kind: BusinessKind) -> int | None:
    """Businesses of a kind that exist on the last day of the year."""
    businesses = Business.objects.within(scope).order_by()
    count = businesses.filter(kind=kind).active(dt.date(year, 12, 31)).count()
    return count if count or businesses.exists() else None


def income_gain(year: int, scope: Scope) -> Decimal | None:
    """Mean gain a person, in yuan, over the households that reported what they gained from a cooperative in the year."""
    reported = BusinessGain.objects.within(scope).filter(link__business__kind=BusinessKind.COOPERATIVE)
    return gains.of_year(reported, year).mean_yuan


for order, (code, each) in enumerate(COUNTED.items(), start=FIRST_ORDER):
    figures.register(
        Figure(
            code=code,
            order=order,
            compute=functools.partial(active, kind=each),
            query=f"businesses/?kind={each.value}&active_on={{year}}-12-31",
        )
    )
figures.register(
    Figure(
        code="income_gain_coop",
        order=FIRST_ORDER + len(COUNTED),
        compute=income_gain,
        query="business-gains/?kind=cooperative&year={year}",
    )
)
