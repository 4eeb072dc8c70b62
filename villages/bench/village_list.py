"""How fast the pages of the village file are, in this process: 95 of 100 requests, beside what a page may take."""

import datetime as dt
import time
from collections.abc import Callable

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
# What a page may take of a district's households, and of a million (DESIGN 6).
DISTRICT, SECONDS, SECONDS_BEYOND = 10_000, 0.1, 0.2


def run(households: int) -> list[Measure]:
    """The 95th of 100 requests, each page asked REQUESTS times by the district office."""
    fill(households)
    county = Area.objects.get(level=AreaLevel.COUNTY)
    villages = list(Village.objects.order_by("path"))
    _fill_files(villages)
    user = User.objects.create(username="bench", name="bench")
    Grant.objects.create(user=user, role=roles.DISTRICT_OFFICER.code, area=county, valid_from=START)
    limit = SECONDS if households <= DISTRICT else SECONDS_BEYOND
    urls = {
        "list of villages": reverse("villages:list"),
        "list of villages, by incidence": f"{reverse('villages:list')}?sort=-incidence",
        "list of villages not below the limit": f"{reverse('villages:list')}?incidence=not_met",
        "list of villages, a year ago": f"{reverse('villages:list')}?as_of=2014-12-31&sort=-persons",
        "a village": reverse("villages:detail", args=[villages[0].code]),
        "a village, its households": reverse("villages:tab_households", args=[villages[0].code]),
    }
    with clock.pin(TODAY), override_settings(ALLOWED_HOSTS=["testserver"]):
        client = Client()
        client.force_login(user)
        return [
            Measure(what, slowest(lambda url=url: _ask(client, url)), f"{limit} s a page", limit, 1.0)  # type: ignore[misc]
            for what, url in urls.items()
        ]


def slowest(work: Callable[[], None], *, share: float = 0.95) -> float:
    """The time that this share of the requests keep, after one that warms up."""
    work()
    times = []
    for _number in range(REQUESTS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return sorted(times)[int(REQUESTS * share) - 1]


def _ask(client: Client, url: str) -> None:
    if client.get(url).status_code != 200:
        raise AssertionError(f"{url} was refused")


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
