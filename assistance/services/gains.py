"""What households gained from businesses in a year: sums, persons behind them, the mean a person."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, QuerySet, Sum

from assistance.models import BusinessGain
from households.models import Member
from jiangjin.common.money import FEN_PER_YUAN


@dataclass(frozen=True)
class Gains:
    """Reported gains of a year. persons: members, on the last day of the year, of the households that reported one."""

    gain_fen: int = 0
    households: int = 0
    persons: int = 0

    @property
    def mean_yuan(self) -> Decimal | None:
        """Yuan a person, half up to the fen; None where nobody reported."""
        if not self.persons:
            return None
        yuan = Decimal(self.gain_fen) / (FEN_PER_YUAN * self.persons)
        return yuan.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def of_year(gains: QuerySet[BusinessGain], year: int) -> Gains:
    """The gains among these that were reported for the year; a household with several ties counts once. Nobody is left of a
    household whose members have gone: it is left out, with its gain."""
    present = Member.objects.present(dt.date(year, 12, 31)).order_by()
    reported = gains.filter(year=year, link__household__in=present.values("household")).order_by()
    totals = reported.aggregate(fen=Sum("gain_fen", default=0), households=Count("link__household", distinct=True))
    persons = present.filter(household__in=reported.values("link__household")).count()
    return Gains(totals["fen"], totals["households"], persons)
