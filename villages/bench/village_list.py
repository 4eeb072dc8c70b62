"""How fast the pages of the village file are, in this process: 95 of 100 requests, in turns with the list of households."""

import datetime as dt
import time

from django.test import Client, override_settings
from django.urls import reverse

from households.bench.population import fill
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, User
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.common.bench import Bench, Measure, benches
from villages.models import PoorVillage, PoorVillageEvidence, Village, VillageSurvey

REQUESTS = 40
TODAY, START = dt.date(2015, 12, 31), dt.date(2014, 1, 1)
POOR = 15
# Of what the list of households takes, which shows as many rows and counts nothing over all villages.
BUDGET = 2.0
# To order by what is counted, everybody is counted: it grows with the households, and beyond a district it is only told.
DISTRICT = 10_000


def run(households: int) -> list[Measure]:
    """The 95th of 100 requests, each page asked REQUESTS times by the district office."""
    fill(households)
    county = Area.objects.get(level=AreaLevel.COUNTY)
    villages = list(Village.objects.order_by("path"))
    _fill_files(villages)
    user = User.objects.create(username="bench", name="bench")
    Grant.objects.create(user=user, role=roles.DISTRICT_OFFICER.code, area=county, valid_from=START)
    listed = reverse("villages:list")
    counted = BUDGET if households <= DISTRICT else None
    pages = [
        ("list of villages", listed, BUDGET),
        ("list of villages, by incidence", f"{listed}?sort=-incidence", counted),
        ("list of villages not below the limit", f"{listed}?incidence=not_met", counted),
        ("list of villages, a year ago, by persons", f"{listed}?as_of=2014-12-31&sort=-persons", counted),
        ("a village", reverse("villages:detail", args=[villages[0].code]), BUDGET),
        ("a village, its households", reverse("villages:tab_households", args=[villages[0].code]), BUDGET),
    ]
    with clock.pin(TODAY), override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(user)
        yardstick, *taken = slowest(client, [reverse("households:list"), *(url for _what, url, _budget in pages)])
    return [
        Measure(what, seconds, "list of households", yardstick, budget)
        for (what, _url, budget), seconds in zip(pages, taken, strict=True)
    ]


def slowest(client: Client, urls: list[str], *, share: float = 0.95) -> list[float]:
    """For each page the seconds that this share of its requests keep: in turns, so that what else the machine does hits all;
    the first turn warms up."""
    times: dict[str, list[float]] = {url: [] for url in urls}
    for _number in range(REQUESTS + 1):
        for url in urls:
            begun = time.perf_counter()
            if client.get(url).status_code != 200:
                raise AssertionError(f"{url} was refused")
            times[url].append(time.perf_counter() - begun)
    return [sorted(taken[1:])[int(REQUESTS * share) - 1] for taken in times.values()]


def _fill_files(villages: list[Village]) -> None:
    PoorVillage.objects.bulk_create(
        PoorVillage(village=village, evidence=PoorVillageEvidence.PLACEHOLDER, listed_on=START)
        for village in villages[:POOR]
    )
    VillageSurvey.objects.bulk_create(
        VillageSurvey(
            village=village,
            year=year,
            reported_on=dt.date(year, 12, 10),
            population=3000,
            agricultural_population=2900,
        )
        for village in villages
        for year in (2014, 2015)
    )


benches.register(Bench("villages", "Village pages", run, order=30))
