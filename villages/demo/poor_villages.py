"""Which villages stood on the municipal list, and when they were struck off.

Eight of the fifteen are named or implied by a source and carry its evidence; the other seven are invented and say so.
"""

import datetime as dt
import random

from django.utils.translation import gettext as _

from jiangjin.areas.demo import PLACEHOLDER, DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from villages.models import PoorVillage

# The municipal list was drawn up with the registration of 2014.
LISTED_FROM, LISTED_TO = dt.date(2014, 9, 15), dt.date(2014, 11, 28)
# Villages follow their households, the last of which exit on 18 December.
STRUCK_OFF_FROM, STRUCK_OFF_TO = dt.date(2015, 12, 21), dt.date(2015, 12, 30)
REASON = "贫困户脱贫后贫困发生率低于标准，基础设施和公共服务达标，公示无异议，整村脱贫销号"
SOURCES = {
    "certain": "关于江津区2015年扶贫工作的文章点名",
    "confirmed": "公开资料确认曾为市级贫困村",
    "implied": "关于江津区2015年扶贫工作的文章图片说明提及",
    PLACEHOLDER: "虚构的演示村，名单尚待区扶贫办核定",
}


def fill(context: DemoContext) -> Counts:
    """Put the county's poor villages on the list, and strike them off in the last days of 2015."""
    places = context.get(DemoPlaces)
    rng = context.rng("villages")
    poor = [village for village in places.villages if village.pk in places.poor]
    rows = PoorVillage.objects.bulk_create(_poor_village(rng, village, places.poor[village.pk]) for village in poor)
    return {"poor_villages": len(rows)}


def foreign(*, first: bool) -> str:
    """Poor villages that were listed before the demo."""
    return _("poor villages") if first and PoorVillage.objects.exists() else ""


def _poor_village(rng: random.Random, village: Area, evidence: str) -> PoorVillage:
    return PoorVillage(
        village=village,
        evidence=evidence,
        source=SOURCES[evidence],
        listed_on=_day(rng, LISTED_FROM, LISTED_TO),
        delisted_on=_day(rng, STRUCK_OFF_FROM, STRUCK_OFF_TO),
        delisted_reason=REASON,
        planned_exit_year=STRUCK_OFF_TO.year,
    )


def _day(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A weekday from `first` to `last`, which are weekdays themselves."""
    day = first + dt.timedelta(days=rng.randint(0, (last - first).days))
    return min(day + dt.timedelta(days=(7 - day.weekday()) * (day.weekday() > 4)), last)


parts.register(DemoPart(code="villages", order=40, fill=fill, foreign=foreign))
