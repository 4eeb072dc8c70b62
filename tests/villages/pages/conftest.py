"""Who works with the pages of villages, in English: messages are compared."""

import pytest
from django.conf import settings
from django.utils import translation

from jiangjin.accounts import roles
from tests import factories


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
def district(sign_in):
    """The district poverty office, signed in."""
    return sign_in(factories.user(name="周明远", role=roles.DISTRICT_OFFICER))


@pytest.fixture
def town(sign_in):
    """The office of 白沙镇, signed in."""
    return sign_in(factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town()))


@pytest.fixture
def team(sign_in):
    """The resident team of 复建村, signed in."""
    return sign_in(factories.user(name="张驻村", role=roles.VILLAGE_TEAM, area=factories.village()))
