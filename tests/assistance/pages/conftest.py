"""Who works with the pages of visits, in English: messages are compared."""

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
def officer(sign_in):
    """The town office of 白沙镇, signed in."""
    return sign_in(factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town()))


@pytest.fixture
def helper(sign_in):
    """A helper with a login, signed in."""
    user = sign_in(factories.user(name="袁建", role=roles.HELPER))
    return factories.helper("袁建", user=user)


@pytest.fixture
def family():
    """A household of head, wife and son."""
    household = factories.household(number="5001161080010001")
    factories.member(household, relation="01", name="陈建国")
    factories.member(household, relation="02", name="李秀英", sex="2")
    factories.member(household, relation="03", name="陈小龙")
    return household
