"""Income that does not go together with what else is known."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from households.models import PovertyAttribute

ON_ALLOWANCE = {PovertyAttribute.ALLOWANCE, PovertyAttribute.ALLOWANCE_ONLY}

GENERAL_WITH_ALLOWANCE = warning(
    "general_with_allowance",
    _("A general or ordinary household with subsistence allowance or five-guarantees support."),
)
BOTH_ALLOWANCES = warning("both_allowances", _("Subsistence allowance and five-guarantees support at the same time."))
ALLOWANCE_WITHOUT_MONEY = warning(
    "allowance_without_money", _("A household on subsistence allowance that received none.")
)
FIVE_GUARANTEES_WITHOUT_MONEY = warning(
    "five_guarantees_without_money", _("A five-guarantees household that received no support.")
)
WAGES_WITHOUT_WORKER = warning(
    "wages_without_worker", _("The household has wages, but nobody has a place or months of work.")
)
WORKER_WITHOUT_WAGES = warning("worker_without_wages", _("%(name)s worked, but the household has no wages."))
BUSINESS_WITHOUT_COST = warning("business_without_cost", _("The household has business income without any cost."))
ECOLOGICAL_WITHOUT_LAND = warning(
    "ecological_without_land", _("Ecological compensation without farmland returned to forest.")
)
NET_INCOME_DIFFERS = warning(
    "net_income_differs", _("The sheet says %(stated)s of net income; its items make %(right)s, which is taken.")
)


def allowances(household: SheetHousehold) -> None:
    values = household.values
    attribute = values.get("attribute")
    allowance, support = values.get("allowance_fen"), values.get("five_guarantees_fen")
    if attribute in {PovertyAttribute.GENERAL, PovertyAttribute.ORDINARY} and (allowance or support):
        household.tell(GENERAL_WITH_ALLOWANCE, "allowance_fen" if allowance else "five_guarantees_fen")
    if allowance and support:
        household.tell(BOTH_ALLOWANCES, "five_guarantees_fen")
    if household.is_blank_of_income():
        return
    if attribute in ON_ALLOWANCE and household.is_nothing("allowance_fen"):
        household.tell(ALLOWANCE_WITHOUT_MONEY, "allowance_fen")
    if attribute == PovertyAttribute.FIVE_GUARANTEES and household.is_nothing("five_guarantees_fen"):
        household.tell(FIVE_GUARANTEES_WITHOUT_MONEY, "five_guarantees_fen")


def wages(household: SheetHousehold) -> None:
    """Who works has a place or months of work, whichever the sheet asks for."""
    asked = next((code for code in ("work_place", "work_months") if household.has(code)), None)
    if asked is None or household.is_blank_of_income():
        return
    workers = [m for m in household.members if m.values.get("work_place") or m.values.get("work_months")]
    unclear = any(m.unreadable & {"work_place", "work_months"} for m in household.members)
    if household.values.get("wages_fen") and not workers and not unclear:
        household.tell(WAGES_WITHOUT_WORKER, "wages_fen")
    if workers and household.is_nothing("wages_fen"):
        household.tell_of(workers[0], WORKER_WITHOUT_WAGES, asked)


def business(household: SheetHousehold) -> None:
    if household.values.get("business_fen") and household.is_nothing("business_cost_fen"):
        household.tell(BUSINESS_WITHOUT_COST, "business_cost_fen")


def ecological(household: SheetHousehold) -> None:
    if household.values.get("ecological_fen") and household.is_nothing("returned_forest_mu"):
        household.tell(ECOLOGICAL_WITHOUT_LAND, "ecological_fen")


def stated_net_income(household: SheetHousehold) -> None:
    stated, right = household.values.get("net_income"), household.net_income_fen
    if stated is not None and right is not None and abs(stated - right) >= 100:
        household.tell(NET_INCOME_DIFFERS, "net_income", stated=f"{stated / 100:,.2f}", right=f"{right / 100:,.2f}")


CHECKS = [allowances, wages, business, ecological, stated_net_income]
