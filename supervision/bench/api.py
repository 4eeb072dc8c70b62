"""How fast the roll-up API answers, beside an empty view behind the same sign-in on the same server, in this process."""

import datetime as dt
import statistics
import time
from collections.abc import Callable

from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory, override_settings
from django.utils import timezone

from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, User
from jiangjin.accounts.services import make_token
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.bench import Bench, Measure, benches
from supervision import permissions
from supervision.bench.population import START, YEAR, fill_history
from supervision.services import rollups

REQUESTS = 500
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
    """Seconds of REQUESTS requests each (the median of one, times their number), in turns with as many of the empty view."""
    county = fill_history(households)
    rollups.rebuild(county=county, today=TODAY)
    # The middleware of the product, the addresses of the bench.
    with override_settings(ROOT_URLCONF="supervision.bench.urls"), clock.pin(TODAY):
        server = WSGIHandler()
        measures = [compared(server, county, what, address(question)) for what, question in QUESTIONS.items()]
        first, *_others = QUESTIONS
        asked = address(QUESTIONS[first])
        measures.append(compared(server, county, f"{first}, not changed since (304)", asked, again=True))
        measures.append(
            compared(server, county, f"{first}, never asked before", asked, before=cache.clear, budget=None)
        )
    return measures


def address(question: str) -> str:
    return f"/api/v1/rollups/?{question}"


def compared(
    server: WSGIHandler,
    county: Area,
    what: str,
    asked: str,
    *,
    again: bool = False,
    before: Callable[[], None] = lambda: None,
    budget: float | None = BUDGET,
) -> Measure:
    """An address beside the empty view. `again` sends the tag of the first answer along; `before` is done before each request.

    A fresh user each, so that nobody is throttled.
    """
    headers = {"Authorization": f"Bearer {token(county)}"}
    status, tag = answer(server, request(asked, headers))
    if status != 200:
        raise AssertionError(f"{asked} answered {status}")
    if again:
        headers["If-None-Match"] = tag
    times: list[float] = []
    empty_times: list[float] = []
    for _number in range(REQUESTS):
        empty_times.append(one(server, request(EMPTY, headers), lambda: None, 200))
        times.append(one(server, request(asked, headers), before, 304 if again else 200))
    empty = statistics.median(empty_times) * REQUESTS
    return Measure(what, statistics.median(times) * REQUESTS, f"empty view, {REQUESTS / empty:.0f}/s", empty, budget)


def one(server: WSGIHandler, environ: dict, before: Callable[[], None], expected: int) -> float:
    """Seconds of one request."""
    before()
    begun = time.perf_counter()
    status, _tag = answer(server, environ)
    seconds = time.perf_counter() - begun
    if status != expected:
        raise AssertionError(f"{environ['PATH_INFO']} answered {status}")
    return seconds


def request(asked: str, headers: dict[str, str]) -> dict:
    return RequestFactory(headers=headers, SERVER_NAME="127.0.0.1").get(asked).environ


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
