"""Which households there are, and in which village each stands."""

import random
from itertools import accumulate

from households.demo.planned import PlannedHousehold
from households.demo.sums import draw_sizes
from households.demo.tables import Urn, table
from households.models import HouseholdStatus
from jiangjin.areas.demo import DemoPlaces, is_community
from jiangjin.areas.models import Area
from jiangjin.common.demo import DemoContext

# Faults that only a family with children of school age can have.
SCHOOL_FAULTS = {"out_of_school", "schooling_unknown"}


def draw_households(context: DemoContext, rng: random.Random) -> list[PlannedHousehold]:
    """Households with their situation and size, in no order. The exits' numbers are the targets'."""
    targets, sizes = table("targets"), table("families")["sizes"]
    urns = {name: Urn({int(size): weight for size, weight in weights.items()}) for name, weights in sizes.items()}
    households = context.part_of(targets["exited"]["households"])
    persons = context.part_of(targets["exited"]["persons"])
    net_households = context.part_of(targets["safety_net"]["households"])
    net_persons = context.part_of(targets["safety_net"]["persons"])
    drawn = []
    for safety_net, count, total in (
        (True, net_households, net_persons),
        (False, households - net_households, persons - net_persons),
    ):
        for size in draw_sizes(rng, count=count, total=total, urn=urns["safety_net" if safety_net else "other"]):
            drawn.append(PlannedHousehold("exited", HouseholdStatus.EXITED, note="", size=size, safety_net=safety_net))
    for name, row in table("situations").items():
        faults = frozenset(row["faults"])
        for _number in range(max(1, context.part_of(row["count"]))):
            size = urns["staying"].draw(rng)
            if name == "dissolved":
                size = 1
            elif faults & SCHOOL_FAULTS:
                size = max(3, size)
            drawn.append(PlannedHousehold(name, row["status"], note=row["note"], size=size, faults=faults))
    return drawn


def place(rng: random.Random, households: list[PlannedHousehold], places: DemoPlaces) -> list[PlannedHousehold]:
    """Give each household its village, group and number; returns them in the order of their numbers."""
    exits = list(accumulate(_weights(places, "poor_village_weight")))
    stays = list(accumulate(_weights(places, "poor_village_weight_staying")))
    by_village: dict[int, list[PlannedHousehold]] = {village.pk: [] for village in places.villages}
    for household in rng.sample(households, len(households)):
        staying = household.status in (HouseholdStatus.ON_ROLL, HouseholdStatus.PRE_EXIT, HouseholdStatus.RELAPSED)
        village = rng.choices(places.villages, cum_weights=stays if staying else exits)[0]
        household.village = village
        by_village[village.pk].append(household)
    placed = []
    for village in places.villages:
        groups: list[Area] = places.groups[village.pk]
        for sequence, household in enumerate(by_village[village.pk], start=1):
            household.group = rng.choice(groups)
            household.number = f"{village.code}{sequence:04d}"
            placed.append(household)
    return placed


def _weights(places: DemoPlaces, poor_village_weight: str) -> list[float]:
    """How many poor households a village has relative to others: more in the southern mountains, few in communities."""
    weights = table("places")
    result = []
    for village in places.villages:
        weight: float = weights["town_weights"].get(places.town_of(village).code[6:], 1.0)
        if is_community(village):
            weight *= weights["community_weight"]
        if village.pk in places.poor:
            weight *= weights[poor_village_weight]
        result.append(weight)
    return result
