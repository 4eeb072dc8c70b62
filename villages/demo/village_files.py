"""Village files of the demo: profiles, surveys of two years, rectifications. People and numbers are invented and say so."""

import datetime as dt
import functools
import json
import random
from decimal import Decimal
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from households.demo import naming
from households.demo.pairing import invented_phone
from households.demo.sums import share_out
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant
from jiangjin.areas.demo import PLACEHOLDER, DemoPlaces
from jiangjin.areas.models import Area, under
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts
from jiangjin.common.personal import PHONE, seal
from villages.demo.answers import YEARS, Answers
from villages.demo.known import known
from villages.demo.people import FIRST, LAST, People, draw
from villages.models import Rectification, VillageProfile, VillageSurvey

LAND = ("farmland", "irrigated", "forest", "returned_forest", "orchard", "grassland", "water")
REPORTED = {
    FIRST: (dt.date(2014, 12, 8), dt.date(2014, 12, 24)),
    LAST: (dt.date(2015, 12, 7), dt.date(2015, 12, 18)),
}
BEGUN = (dt.date(2015, 3, 9), dt.date(2015, 4, 17))
CLOSED = (dt.date(2015, 10, 19), dt.date(2015, 11, 27))


def fill(context: DemoContext) -> Counts:
    """Make the files of all the county's villages."""
    places, words, rng = context.get(DemoPlaces), table(), context.rng("village files")
    register, writers = known(places.county, YEARS), _writers(places)
    totals = _shared_out(rng, words, [village.pk for village in places.villages if village.pk in places.poor])
    profiles, surveys, rectifications = [], [], []
    for village in places.villages:
        poor = village.pk in places.poor
        people = draw(context, rng, words, register, village, poor=poor)
        by = writers.get(village.pk)
        terrain = _terrain(words, village, places.county)
        groups = len(places.groups[village.pk])
        profiles.append(_profile(rng, words, village, people[LAST], terrain, groups, places.poor.get(village.pk), by))
        answers = Answers(rng, words, poor=poor)
        for year in YEARS:
            columns = answers.of(year, people[year], register, village, groups) | totals.get((village.pk, year), {})
            columns["tourism_households"] = min(columns["farm_inns"], people[year].households)
            surveys.append(
                VillageSurvey(
                    village=village,
                    year=year,
                    reported_on=_weekday(rng, *REPORTED[year]),
                    source=words["survey_source"],
                    is_demo=True,
                    recorded_by_id=by,
                    **columns,
                )
            )
        if poor:
            rectifications.append(_rectification(rng, words, village, places.town_of(village)))
    VillageProfile.objects.bulk_create(profiles, batch_size=200)
    VillageSurvey.objects.bulk_create(surveys, batch_size=200)
    Rectification.objects.bulk_create(rectifications)
    return {
        "village_profiles": len(profiles),
        "village_surveys": len(surveys),
        "rectifications": len(rectifications),
    }


def foreign(*, first: bool) -> str:
    """Village files that are not the demo's."""
    others = (
        VillageProfile.objects.filter(is_demo=False).exists() or VillageSurvey.objects.filter(is_demo=False).exists()
    )
    return _("village files") if others else ""


def _shared_out(rng: random.Random, words: dict[str, Any], poor: list[int]) -> dict[tuple[int, int], dict[str, int]]:
    """What poor villages have altogether by the last year, shared out among them; less in the year before."""
    columns: dict[tuple[int, int], dict[str, int]] = {}
    for name, total in words["poor_villages"].items():
        if total <= len(poor):  # one in each of so many villages
            chosen = set(rng.sample(poor, total))
            shares = [int(village in chosen) for village in poor]
        else:
            shares = share_out(total, [rng.uniform(0.5, 1.6) for _village in poor])
        for village, part in zip(poor, shares, strict=True):
            columns.setdefault((village, LAST), {})[name] = part
            columns.setdefault((village, FIRST), {})[name] = part // 3
    return columns


def _profile(
    rng: random.Random,
    words: dict[str, Any],
    village: Area,
    people: People,
    terrain: str,
    groups: int,
    evidence: str | None,
    by: int | None,
) -> VillageProfile:
    sex = rng.choice(["1", "1", "1", "2"])
    phone = seal(PHONE, invented_phone(rng))
    told = words["land_mu_a_person"][terrain]
    land = {name: people.agricultural * rng.uniform(*told[name]) for name in LAND if name in told}
    land["irrigated"] = land["farmland"] * rng.uniform(*told["irrigated_of_farmland"])
    land["returned_forest"] = land["forest"] * rng.uniform(*told["returned_of_forest"])
    return VillageProfile(
        village=village,
        terrain=terrain,
        development=rng.choice(words["development"][terrain]),
        head_name=naming.surname(rng) + naming.given_name(rng, sex, "middle"),
        phone=phone.cipher,
        phone_digest=phone.digest,
        phone_masked=phone.masked,
        town_distance_km=Decimal(round(rng.uniform(*words["town_distance_km"][terrain]) * 10)) / 10,
        natural_village_count=round(groups * rng.uniform(1.0, 2.6)),
        group_count=groups,
        note=words["note_invented" if evidence == PLACEHOLDER else "note"],
        is_demo=True,
        recorded_by_id=by,
        **{f"{name}_mu": Decimal(round(amount * 10)) / 10 for name, amount in land.items()},
    )


def _rectification(rng: random.Random, words: dict[str, Any], village: Area, town: Area) -> Rectification:
    told = words["rectification"]
    kind = rng.randrange(len(told["problems"]))
    name = naming.surname(rng) + naming.given_name(rng, rng.choice("12"), "middle")
    return Rectification(
        village=village,
        starts_on=_weekday(rng, *BEGUN),
        ends_on=_weekday(rng, *CLOSED),
        problem=told["problems"][kind],
        measures=told["measures"][kind],
        responsible=told["responsible"].format(town=town.name, name=name),
        result=told["results"][kind],
    )


def _terrain(words: dict[str, Any], village: Area, county: Area) -> str:
    town = village.code[len(county.code) :][:3]
    if town in words["mountain_towns"]:
        return "mountains"
    return "plain" if town in words["flat_towns"] else "hills"


def _writers(places: DemoPlaces) -> dict[int, int]:
    """The user of the village's team, or else of its town's office, by village; of those that have one."""
    writing = Grant.objects.filter(role__in=[roles.TOWN_OFFICER.code, roles.VILLAGE_TEAM.code])
    users = dict(writing.filter(under(places.county.path, "area__path")).order_by("-pk").values_list("area", "user"))
    found = {village.pk: users.get(village.pk) or users.get(places.town_of(village).pk) for village in places.villages}
    return {village: user for village, user in found.items() if user is not None}


def _weekday(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A weekday from `first` to `last`, which are weekdays themselves."""
    day = first + dt.timedelta(days=rng.randint(0, (last - first).days))
    return min(day + dt.timedelta(days=(7 - day.weekday()) * (day.weekday() > 4)), last)


@functools.cache
def table() -> dict[str, Any]:
    """What numbers are drawn from, and what is said."""
    text = resources.files("villages.demo").joinpath("village_files.json").read_text(encoding="utf-8")
    words: dict[str, Any] = json.loads(text)
    return words


parts.register(DemoPart(code="village_files", order=42, fill=fill, foreign=foreign))
