"""The monthly visit (每户每月至少走访一次), as the visit check found it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.models.visit_check import DUE_STATES, VisitState
from assistance.permissions import VIEW_CHECKS
from supervision.indicators.indicator import Indicator, List, Over, Ratio, Unit, indicators

indicators.register(
    Indicator(
        code="visits_due",
        label=_("Households due a visit"),
        definition=_("Households that owe a visit in the month: on the roll and with a helper on enough days."),
        unit=Unit.HOUSEHOLD,
        over=Over.SUM,
        rows=Q(visit_state__in=DUE_STATES),
        order=50,
        list=List("assistance:checks", {"state": "due"}, permission=VIEW_CHECKS),
    )
)
for order, code, state, label, definition in (
    (51, "visits_met", VisitState.MET, _("Households visited"), _("Households due that had a visit that counts.")),
    (
        52,
        "visits_missed",
        VisitState.MISSED,
        _("Households not visited"),
        _("Households due without a visit that counts when the month was over."),
    ),
    (
        53,
        "visits_pending",
        VisitState.PENDING,
        _("Households still to be visited"),
        _("Households due without a visit that counts while the month is running."),
    ),
):
    indicators.register(
        Indicator(
            code=code,
            label=label,
            definition=definition,
            unit=Unit.HOUSEHOLD,
            over=Over.SUM,
            rows=Q(visit_state=state),
            order=order,
            list=List("assistance:checks", {"state": state.name.lower()}, permission=VIEW_CHECKS),
        )
    )
indicators.register(
    Indicator(
        code="visits_made",
        label=_("Visits made"),
        definition=_("All contacts of the month with households on the roll, of whatever method."),
        unit=Unit.VISIT,
        over=Over.SUM,
        rows=Q(visits__gt=0),
        measure="visits",
        order=54,
    )
)
indicators.register(
    Ratio(
        code="visit_rate",
        label=_("Visit rate"),
        definition=_("Households visited ÷ households due a visit, both summed first."),
        numerator="visits_met",
        denominator="visits_due",
        over=Over.SUM,
        order=55,
    )
)
