"""Amounts and sizes that are hardly true."""

from django.utils.translation import gettext_lazy as _

from households.imports.findings import warning
from households.imports.roster import SheetHousehold
from jiangjin.common.money import FEN_PER_YUAN, per_capita_fen

PER_HEAD_OUT_OF_RANGE = warning(
    "per_head_out_of_range", _("Net income per head is %(amount)s; above 0 and up to 100,000 is expected.")
)
AMOUNT_OUT_OF_RANGE = warning(
    "amount_out_of_range", _("%(amount)s is unusual here; %(low)s to %(high)s a year is expected.")
)
AMOUNT_TOO_SMALL = warning(
    "amount_too_small", _("%(amount)s is unusually little here; at least %(low)s a year is expected.")
)
FARMLAND_OUT_OF_RANGE = warning("farmland_out_of_range", _("More than %(limit)s mu of farmland per head."))
FOREST_OUT_OF_RANGE = warning("forest_out_of_range", _("More than %(limit)s mu of forest per head."))
ROAD_OUT_OF_RANGE = warning("road_out_of_range", _("The main road is more than %(limit)s km away."))
RETURNED_OVER_FOREST = warning(
    "returned_over_forest", _("More land was returned to forest than there is of forest and pasture.")
)
WAGES_YUAN = (300, 300_000)
AT_LEAST_YUAN = {"allowance_fen": 200, "pension_fen": 88, "family_planning_fen": 100}
FARMLAND_MU = 50
FOREST_MU = 70
ROAD_KM = 50
PER_HEAD_YUAN = 100_000


def per_head(household: SheetHousehold) -> None:
    net = household.net_income_fen
    if net is None or any(code.endswith("_fen") for code in household.unreadable):
        return
    each = per_capita_fen(net, len(household.members))
    if not 0 < each <= PER_HEAD_YUAN * FEN_PER_YUAN:
        household.tell(PER_HEAD_OUT_OF_RANGE, household.first_amount, amount=f"{each / 100:,.2f}")


def amounts(household: SheetHousehold) -> None:
    low, high = WAGES_YUAN
    wages = household.values.get("wages_fen")
    if wages and not low * FEN_PER_YUAN <= wages <= high * FEN_PER_YUAN:
        household.tell(AMOUNT_OUT_OF_RANGE, "wages_fen", amount=f"{wages / 100:,.2f}", low=f"{low:,}", high=f"{high:,}")
    for code, least in AT_LEAST_YUAN.items():
        amount = household.values.get(code)
        if amount and amount < least * FEN_PER_YUAN:
            household.tell(AMOUNT_TOO_SMALL, code, amount=f"{amount / 100:,.2f}", low=f"{least:,}")


def land(household: SheetHousehold) -> None:
    values, persons = household.values, len(household.members)
    if values.get("farmland_mu", 0) > FARMLAND_MU * persons:
        household.tell(FARMLAND_OUT_OF_RANGE, "farmland_mu", limit=FARMLAND_MU)
    if values.get("forest_mu", 0) > FOREST_MU * persons:
        household.tell(FOREST_OUT_OF_RANGE, "forest_mu", limit=FOREST_MU)
    returned = values.get("returned_forest_mu")
    unclear = {"forest_mu", "pasture_mu"} & household.unreadable
    forest_and_pasture = values.get("forest_mu", 0) + values.get("pasture_mu", 0)
    if returned and household.has("forest_mu", "pasture_mu") and not unclear and returned > forest_and_pasture:
        household.tell(RETURNED_OVER_FOREST, "returned_forest_mu")


def road(household: SheetHousehold) -> None:
    if household.values.get("road_distance_m", 0) > ROAD_KM * 1000:
        household.tell(ROAD_OUT_OF_RANGE, "road_distance_m", limit=ROAD_KM)


CHECKS = [per_head, amounts, land, road]
