"""How long the server needs for each page: every named address that answers with a page, asked as somebody who is signed in."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.test import RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from jiangjin.accounts.models import User
from jiangjin.accounts.scoping import Scoped
from jiangjin.common.bench import Asked, AtHand, PageMeasure, Skipped, benches, percentile, samples

EMPTY = "/bench/page/"
WARM_UP = 2
HOST = "bench.localhost"
# Django's own pages, and what programs ask.
LEFT_OUT = {"admin", "api"}
OPEN_TO_ALL = "django.contrib.auth.backends.ModelBackend"


def run(asked: Asked) -> list[PageMeasure | Skipped]:
    """Every page as each of the users, in the database that is there: what is written meanwhile is taken back.

    Raises LookupError for a name that nobody has.
    """
    users = {user.username: user for user in User.objects.filter(username__in=asked.users)}
    if missing := [name for name in asked.users if name not in users]:
        raise LookupError(f"There is no user {', '.join(missing)}.")
    return [result for name in asked.users for result in pages_of(users[name], asked)]


def pages_of(user: User, asked: Asked) -> list[PageMeasure | Skipped]:
    """The pages of one user, in the order of the project's addresses."""
    found: list[PageMeasure | Skipped] = []
    own_addresses = override_settings(ROOT_URLCONF="jiangjin.accounts.bench.urls", ALLOWED_HOSTS=[HOST])
    with own_addresses, connection_kept(), signed_in(user) as browser:
        limit = percentile(browser.seconds(EMPTY, requests=3 * asked.requests), 50)
        for view, pattern in views():
            if not asked.pages or view in asked.pages:
                with taken_back():
                    found.append(measured(browser, view, address_of(view, pattern, user), user, asked, limit))
    return found


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written within the block is not kept: some answers write something down, as who exported what."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def connection_kept() -> Iterator[None]:
    """The server does not look after its connection at the end of each request, which would end the transaction around it."""
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def measured(
    browser: "Browser", view: str, address: str, user: User, asked: Asked, limit: float
) -> PageMeasure | Skipped:
    """One page, beside the seconds of an empty one. address: "" where the user has no record to ask about."""
    why = browser.refusal(address) if address else "there is nothing to ask about"
    if why:
        return Skipped(view, user.username, why)
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
        queries = len(captured)
    seconds = browser.seconds(address, requests=asked.requests)
    return PageMeasure(
        what=view,
        user=user.username,
        address=address,
        p50=percentile(seconds, 50),
        p95=percentile(seconds, 95),
        queries=queries,
        limit_seconds=limit,
        budget_seconds=asked.budget_seconds,
    )


class Browser:
    """Asks the server within this process, as one user, and reads answers to their end."""

    def __init__(self, session: str) -> None:
        self._server: Callable[..., Any] = WSGIHandler()
        self._requests = RequestFactory(SERVER_NAME=HOST)
        self._requests.cookies[settings.SESSION_COOKIE_NAME] = session

    def get(self, address: str) -> tuple[int, str]:
        """The status of an answer, and the kind of its content."""
        told: dict[str, str] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
            told.update(headers)
            told["status"] = status

        response = self._server(self._requests.get(address, secure=True).environ, start_response)
        for _part in response:
            pass
        response.close()
        return int(told["status"].split()[0]), told.get("Content-Type", "")

    def refusal(self, address: str) -> str:
        """Why there is no page at an address; "" where there is one."""
        status, kind = self.get(address)
        if status >= 500:
            raise AssertionError(f"{address} answered {status}")
        if status != 200:
            return f"answers {status}"
        return "" if kind.startswith("text/html") else f"answers {kind}"

    def seconds(self, address: str, *, requests: int) -> list[float]:
        """What each of some requests took, after a few that nobody counts."""
        for _number in range(WARM_UP):
            self.get(address)
        return [self._timed(address) for _number in range(requests)]

    def _timed(self, address: str) -> float:
        begun = time.perf_counter()
        status, _kind = self.get(address)
        seconds = time.perf_counter() - begun
        if status != 200:
            raise AssertionError(f"{address} answered {status}")
        return seconds


@contextmanager
def signed_in(user: User) -> Iterator[Browser]:
    """A browser with a session of the user's, which no sign-in is written down for."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = OPEN_TO_ALL
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    try:
        yield Browser(session.session_key or "")
    finally:
        session.delete()


def views(resolver: URLResolver | None = None, namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of the named addresses that may answer a GET."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            if not LEFT_OUT & set(inner):
                yield from views(entry, inner)
        elif entry.name and "get" in getattr(getattr(entry.callback, "view_class", None), "http_method_names", ["get"]):
            yield ":".join((*namespaces, entry.name)), entry


def address_of(view: str, pattern: URLPattern, user: User) -> str:
    """An address of a view that the user may open; "" where there is no record for one of its arguments.

    Arguments come from the samples that apps registered; what none of them names and reads like a model is one of its records.
    """
    arguments = list(pattern.pattern.regex.groupindex)
    known: dict[str, Any] = {}
    query: dict[str, Any] = {}
    for sample in samples:
        if view in sample.views:
            values = sample.values(user)
            known.update({name: value for name, value in values.items() if name in arguments})
            query.update({name: value for name, value in values.items() if name not in arguments})
        elif not sample.views and sample.code in arguments:
            known = {**sample.values(user), **known}
    for name in arguments:
        if name not in known and (record := record_named(name, user)) is not None:
            known[name] = record.pk
    try:
        address = reverse(view, kwargs={name: known[name] for name in arguments})
    except (KeyError, NoReverseMatch):
        return ""
    return f"{address}?{urlencode(query)}" if query else address


def record_named(name: str, user: User) -> Any:
    """The first record that the user may see of the model of that name; None where there is neither."""
    for model in apps.get_models():
        if issubclass(model, Scoped) and model.__name__.lower() == name.replace("_", ""):
            return model.objects.visible_to(user).order_by("pk").first()
    return None


benches.register(AtHand("pages", "Pages", run, order=90))
