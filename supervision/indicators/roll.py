"""Who is on the roll (在册), who is still followed, who came and who went."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households.models import HouseholdStatus
from households.models.household import FOLLOWED, REGISTERED
from households.permissions import VIEW
from supervision.indicators.indicator import Indicator, List, Over, Unit, indicators

ON_ROLL = Q(status__in=REGISTERED)

indicators.register(
    Indicator(
        code="households_on_roll",
        label=_("Households on the roll"),
        definition=_(
            "Households that are poor at the end of the month: on the roll, in preparation of exit, or returned to poverty."
        ),
        unit=Unit.HOUSEHOLD,
        over=Over.LAST,
        rows=ON_ROLL,
        order=10,
        list=List("households:list", {"status": "registered"}, now=True, permission=VIEW),
    )
)
indicators.register(
    Indicator(
        code="persons_on_roll",
        label=_("Persons on the roll"),
        definition=_("Members, on the last day of the month, of the households on the roll."),
        unit=Unit.PERSON,
        over=Over.LAST,
        rows=ON_ROLL,
        measure="persons",
        order=11,
    )
)
indicators.register(
    Indicator(
        code="households_followed",
        label=_("Households followed"),
        definition=_("Households on the roll at the end of the month, and those that exited and are still followed."),
        unit=Unit.HOUSEHOLD,
        over=Over.LAST,
        rows=Q(status__in=FOLLOWED),
        order=12,
    )
)
indicators.register(
    Indicator(
        code="registered_households",
        label=_("Households registered"),
        definition=_("Households registered in the month, for the first time or again."),
        unit=Unit.HOUSEHOLD,
        over=Over.SUM,
        rows=Q(registered=1),
        order=13,
    )
)
indicators.register(
    Indicator(
        code="households_without_helper",
        label=_("Households without a helper"),
        definition=_("Households on the roll for which nobody answers on the last day of the month."),
        unit=Unit.HOUSEHOLD,
        over=Over.LAST,
        rows=ON_ROLL & Q(helpers=0),
        order=14,
    )
)
for order, status, definition in (
    (20, HouseholdStatus.ON_ROLL, _("Households that are on the roll, plainly, at the end of the month.")),
    (21, HouseholdStatus.PRE_EXIT, _("Households whose exit is in preparation at the end of the month.")),
    (
        22,
        HouseholdStatus.RELAPSED,
        _("Households that had returned to poverty and are on the roll at the month's end."),
    ),
    (23, HouseholdStatus.EXITED, _("Households that have exited and are followed at the end of the month.")),
):
    indicators.register(
        Indicator(
            code=f"status_{status.value}",
            label=status.label,
            definition=definition,
            unit=Unit.HOUSEHOLD,
            over=Over.LAST,
            rows=Q(status=status),
            order=order,
            list=List("households:list", {"status": status.value}, now=True, permission=VIEW),
        )
    )
# Who went has a row in the month of going and none after it: these are events, not states.
for order, status, definition in (
    (30, HouseholdStatus.REMOVED, _("Households removed after review in the month, and not registered again in it.")),
    (31, HouseholdStatus.DISSOLVED, _("Households dissolved in the month.")),
    (32, HouseholdStatus.MOVED_OUT, _("Households that moved out of the district in the month, and not back in it.")),
):
    indicators.register(
        Indicator(
            code=f"{status.value}_households",
            label=status.label,
            definition=definition,
            unit=Unit.HOUSEHOLD,
            over=Over.SUM,
            rows=Q(status=status),
            order=order,
        )
    )
