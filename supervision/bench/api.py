"""How fast the roll-up API answers, beside an empty view behind the same sign-in on the same server, in this process."""

import datetime as dt
from collections.abc import Callable

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory, override_settings
from django.utils import timezone

from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, User
from jiangjin.accounts.services import make_token
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.bench import Bench, Measure, benches, best_of
from supervision import permissions
from supervision.bench.population import START, YEAR, fill_history
from supervision.services import rollups

REQUESTS = 200
ROUNDS = 3
# Six tenths of the throughput of the empty view.
BUDGET = 1 / 0.6
TODAY = dt.date(YEAR, 12, 31)
YEAR_OF = f"from={YEAR}-01&to={YEAR}-12"
EMPTY = "/bench/empty/"
QUESTIONS = {
    "one indicator, a year, the county": f"indicator=households_on_roll&level=county&{YEAR_OF}",
    "a share, a year, the county, by tier": f"indicator=visit_rate&level=county&by=tier&{YEAR_OF}",
    "two indicators, a month, all towns": f"indicator=exited_households,visit_rate&level=town&from={YEAR}-12&to={YEAR}-12",
    "one indicator, a year, all villages (a page)": f"indicator=households_on_roll&level=village&{YEAR_OF}",
}


def run(households: int) -> list[Measure]:
    """Seconds of REQUESTS requests each."""
    county = fill_history(households)
    rollups.rebuild(county=county, today=TODAY)
    # The middleware of the product, the addresses of the bench; a fresh user each, so that nobody is throttled.
    with override_settings(ROOT_URLCONF="supervision.bench.urls"), clock.pin(TODAY):
        server = WSGIHandler()
        empty = seconds(server, EMPTY, county)
        limit = f"empty view, {REQUESTS / empty:.0f}/s"
        measures = []
        for what, question in QUESTIONS.items():
            address = f"/api/v1/rollups/?{question}"
            measures.append(Measure(what, seconds(server, address, county), limit, empty, BUDGET))
        address = f"/api/v1/rollups/?{QUESTIONS['one indicator, a year, the county']}"
        unchanged = seconds(server, address, county, again=True)
        measures.append(Measure("the same, not changed since (304)", unchanged, limit, empty, BUDGET))
    return measures


def seconds(server: WSGIHandler, address: str, county: Area, *, again: bool = False) -> float:
    """Seconds of REQUESTS requests; `again` sends the tag of the first answer along."""
    headers = {"Authorization": f"Bearer {token(county)}"}
    factory = RequestFactory(headers=headers, SERVER_NAME="127.0.0.1")
    status, tag = answer(server, factory.get(address).environ)
    if status != 200:
        raise AssertionError(f"{address} answered {status}")
    if again:
        factory = RequestFactory(headers={**headers, "If-None-Match": tag}, SERVER_NAME="127.0.0.1")
    expected = 304 if again else 200

    def many() -> None:
        for environ in environs:
            if answer(server, environ)[0] != expected:
                raise AssertionError(f"{address} did not answer {expected}")

    environs: list[dict] = []

    def prepare() -> None:
        environs[:] = [factory.get(address).environ for _number in range(REQUESTS)]

    return best_of(ROUNDS, many, before=prepare)


def answer(server: Callable, environ: dict) -> tuple[int, str]:
    """Status and tag of one request, read to its end as a server does."""
    told: dict[str, str] = {}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        told.update(headers)
        told["status"] = status

    response = server(environ, start_response)
    for _part in response:
        pass
    response.close()
    return int(told["status"].split()[0]), told.get("ETag", "")


def token(county: Area) -> str:
    """The plain token of a new REST client."""
    user = User.objects.create(username=f"bench{User.objects.count()}", name="bench")
    Grant.objects.create(user=user, role=roles.API_CLIENT.code, area=county, valid_from=START)
    today = timezone.localdate()
    _token, plain = make_token(
        user=user,
        name="bench",
        area=county,
        permissions=[permissions.VIEW_ROLLUPS],
        expires_on=today + dt.timedelta(days=1),
        today=today,
    )
    return plain


benches.register(Bench("api", "Roll-up API", run, order=21))
