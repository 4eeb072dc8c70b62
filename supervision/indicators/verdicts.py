"""What the exit evaluation says of the households that are followed."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models import Verdict
from households.models.household import FOLLOWED
from supervision.indicators.indicator import Indicator, Over, Ratio, Unit, indicators

indicators.register(
    Indicator(
        code="households_judged",
        label=_("Households evaluated"),
        definition=_("Households followed at the end of the month that were evaluated in the year."),
        unit=Unit.HOUSEHOLD,
        over=Over.LAST,
        rows=Q(status__in=FOLLOWED, verdict__isnull=False),
        order=60,
    )
)
for order, verdict, label, definition in (
    (61, Verdict.MET, _("Meets every condition"), _("Households evaluated that meet every condition of exit.")),
    (62, Verdict.NOT_MET, _("Misses a condition"), _("Households evaluated that miss at least one condition of exit.")),
    (
        63,
        Verdict.NOT_VERIFIED,
        _("Not verified"),
        _("Households evaluated of which a required answer is missing, and that miss no condition."),
    ),
):
    indicators.register(
        Indicator(
            code=f"verdict_{verdict.name.lower()}",
            label=label,
            definition=definition,
            unit=Unit.HOUSEHOLD,
            over=Over.LAST,
            rows=Q(status__in=FOLLOWED, verdict=verdict),
            order=order,
        )
    )
indicators.register(
    Ratio(
        code="verdict_met_rate",
        label=_("Share that meets every condition"),
        definition=_("Households that meet every condition ÷ households evaluated, both summed first."),
        numerator="verdict_met",
        denominator="households_judged",
        over=Over.LAST,
        order=64,
    )
)
