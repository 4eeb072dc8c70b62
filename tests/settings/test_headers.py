"""What every answer carries: a policy without inline script, no frames, no sniffing."""

import re

import pytest

from jiangjin.accounts import roles
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
SIGNED_IN = [
    "/",
    "/account/",
    "/account/tokens/",
    "/households/",
    "/jobs/",
    "/password/",
    "/api/docs/",
    "/no-such-page/",
]
OPEN = ["/login/", "/healthz", "/readyz", "/households/", "/no-such-page/", "/api/v1/households/"]
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=.application/json)[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE)


def policy(answer) -> dict[str, list[str]]:
    """The directives of an answer."""
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def officer(client):
    """The district officer's browser."""
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    return client


def check_policy(answer) -> None:
    directives = policy(answer)
    scripts = directives.get("script-src", directives["default-src"])
    styles = directives.get("style-src", directives["default-src"])
    assert scripts == ["'self'"]
    assert styles == ["'self'"]
    assert directives["object-src"] == ["'none'"]
    assert directives["frame-ancestors"] == ["'none'"]
    assert directives["base-uri"] == directives["form-action"] == ["'self'"]
    assert not {"*", "https:", "http:", "'unsafe-eval'"} & {value for values in directives.values() for value in values}
    assert not [name for name, values in directives.items() if "'unsafe-inline'" in values and name != "style-src-attr"]


@pytest.mark.parametrize("address", OPEN)
def test_the_policy_stands_on_every_answer_to_a_stranger(client, address):
    check_policy(client.get(address))


@pytest.mark.parametrize("address", SIGNED_IN)
def test_pages_keep_to_the_policy(officer, address):
    answer = officer.get(address)
    check_policy(answer)
    body = answer.content.decode()
    assert not INLINE_SCRIPT.findall(body)
    assert not HANDLER.findall(body)
    assert "javascript:" not in body
    assert not re.search(r"<style[\s>]", body)


def test_a_crash_keeps_the_policy_and_tells_nothing(officer, monkeypatch):
    officer.raise_request_exception = False

    def crash(*args, **kwargs):
        raise RuntimeError("a detail that nobody needs to know")

    monkeypatch.setattr("jiangjin.accounts.views.Me.get", crash)
    answer = officer.get("/account/")
    assert answer.status_code == 500
    check_policy(answer)
    assert "a detail that nobody" not in answer.content.decode()


@pytest.mark.parametrize("address", ["/login/", "/households/"])
def test_the_other_headers(officer, address):
    answer = officer.get(address)
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize("address", SIGNED_IN)
def test_after_signing_out_the_back_button_shows_nobodys_file(officer, address):
    assert "no-store" in officer.get(address)["Cache-Control"]


def test_what_says_how_it_may_be_kept_is_left_alone(client):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    assert client.get("/api/v1/households/")["Cache-Control"] == "private, no-cache"


def test_the_session_cookie_is_not_for_scripts(client):
    factories.user("zhengli")
    answer = client.post("/login/", {"username": "zhengli", "password": factories.PASSWORD})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert int(cookie["max-age"]) == 12 * 60 * 60


def test_under_production_settings_it_travels_over_https_only(client, settings):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    factories.user("zhengli")
    body = {"username": "zhengli", "password": factories.PASSWORD}
    plain = client.get("/login/")
    assert plain["Location"] == "https://testserver/login/"
    answer = client.post("/login/", body, headers={"X-Forwarded-Proto": "https"})
    assert answer.cookies["sessionid"]["secure"] is True
    page = client.get("/account/", headers={"X-Forwarded-Proto": "https"})
    assert page.cookies["csrftoken"]["secure"] is True
