"""Who works with the pages of exit channels, in English: messages are compared."""

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
    """The district office, signed in."""
    return sign_in(factories.user(name="区办", role=roles.DISTRICT_OFFICER))


@pytest.fixture
def town(sign_in):
    """The town office of 白沙镇, signed in."""
    return sign_in(factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town()))
