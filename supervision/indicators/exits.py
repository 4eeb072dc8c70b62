"""Exits from poverty (脱贫) and returns to it (返贫)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from supervision.indicators.indicator import Indicator, Over, Unit, indicators

indicators.register(
    Indicator(
        code="exited_households",
        label=_("Households that exited"),
        definition=_("Households with an exit event in the month, each once, also where they returned later."),
        unit=Unit.HOUSEHOLD,
        over=Over.SUM,
        rows=Q(exited=1),
        order=40,
    )
)
indicators.register(
    Indicator(
        code="exited_persons",
        label=_("Persons who exited"),
        definition=_("Members of the households that exited, as counted when the month's last exit event was written."),
        unit=Unit.PERSON,
        over=Over.SUM,
        rows=Q(exited=1),
        measure="exited_persons",
        order=41,
    )
)
indicators.register(
    Indicator(
        code="relapsed_households",
        label=_("Households that returned to poverty"),
        definition=_("Households with a return to poverty in the month, each once."),
        unit=Unit.HOUSEHOLD,
        over=Over.SUM,
        rows=Q(relapsed=1),
        order=42,
    )
)
