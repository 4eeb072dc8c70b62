"""Who works with the pages of measures, in English: messages are compared."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.utils import translation

from tests.assistance.measures.situations import district, team, town


@pytest.fixture(autouse=True)
def _forgetful():
    """What was counted in another test is not remembered."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sign_in(client):
    """Sign somebody in; returns the user."""

    def do(user):
        client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return user

    with translation.override("en"):
        yield do


@pytest.fixture
def office(sign_in):
    """The town office of 白沙镇, signed in."""
    return sign_in(town())


@pytest.fixture
def village_team(sign_in):
    """The resident team of 复建村, signed in."""
    return sign_in(team())


@pytest.fixture
def district_office(sign_in):
    """The district office, signed in."""
    return sign_in(district())
