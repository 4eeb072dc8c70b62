"""How invented households live: one survey a year."""

import datetime as dt
import random
from dataclasses import dataclass

from households.models import Fuel, HouseGrade, RoadKind


@dataclass(slots=True)
class Survey:
    """The fields of LivingConditions; land in tenths of a mu."""

    surveyed_on: dt.date
    food_secure: bool | None = True
    clothing_secure: bool | None = True
    house_grade: str = HouseGrade.B
    house_area_m2: int | None = None
    water_safe: bool | None = True
    water_difficult: bool | None = False
    power_for_living: bool | None = True
    power_for_production: bool | None = True
    broadcast: bool | None = True
    sanitary_toilet: bool | None = False
    in_cooperative: bool | None = False
    road_kind: str = RoadKind.GRAVEL
    road_distance_m: int | None = None
    fuel: str = Fuel.WOOD
    farmland: int = 0
    irrigated: int = 0
    forest: int = 0
    returned_forest: int = 0


def draw_survey(
    rng: random.Random, *, surveyed_on: dt.date, persons: int, farmland: int, returned_forest: int
) -> Survey:
    """A house in which every guarantee is met; situations change it afterwards."""
    dice = rng.randrange
    return Survey(
        surveyed_on=surveyed_on,
        house_grade=HouseGrade.A if dice(100) < 34 else HouseGrade.B,
        house_area_m2=24 + persons * rng.randint(14, 30),
        power_for_production=dice(100) < 92,
        broadcast=dice(100) < 97,
        sanitary_toilet=dice(100) < 58,
        road_kind=rng.choices(RoadKind.values, weights=(12, 38, 46, 4))[0],
        road_distance_m=rng.choice((20, 50, 80, 100, 150, 200, 300, 500, 800, 1200, 1800)),
        fuel=rng.choices((Fuel.WOOD, Fuel.COAL, Fuel.CLEAN), weights=(56, 9, 35))[0],
        farmland=farmland,
        irrigated=farmland * rng.randint(10, 70) // 100,
        forest=returned_forest + rng.randint(0, 45),
        returned_forest=returned_forest,
    )


def year_before(rng: random.Random, survey: Survey, *, surveyed_on: dt.date) -> Survey:
    """The same house a year earlier, when some were dangerous and some had no safe water."""
    dice = rng.randrange(100)
    unsafe = rng.randrange(100) < 13
    return Survey(
        surveyed_on=surveyed_on,
        food_secure=rng.randrange(100) < 97,
        clothing_secure=True,
        house_grade=HouseGrade.D if dice < 2 else HouseGrade.C if dice < 7 else survey.house_grade,
        house_area_m2=survey.house_area_m2,
        water_safe=not unsafe,
        water_difficult=unsafe,
        power_for_living=True,
        power_for_production=survey.power_for_production,
        broadcast=survey.broadcast,
        sanitary_toilet=bool(survey.sanitary_toilet) and rng.randrange(100) < 80,
        in_cooperative=False,
        road_kind=survey.road_kind if rng.randrange(100) < 70 else RoadKind.DIRT,
        road_distance_m=survey.road_distance_m,
        fuel=survey.fuel,
        farmland=survey.farmland,
        irrigated=survey.irrigated,
        forest=survey.forest,
        returned_forest=survey.returned_forest,
    )
