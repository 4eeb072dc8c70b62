"""Who works with the pages, in English: messages are compared."""

import pytest
from django.conf import settings
from django.utils import translation

from jiangjin.accounts import roles
from tests import factories


@pytest.fixture
def officer(client):
    """The town office of 白沙镇, signed in."""
    user = factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())
    client.force_login(user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with translation.override("en"):
        yield user


@pytest.fixture
def family():
    """A household of head, wife and son, with the head's number shown masked."""
    household = factories.household(number="5001161080010001")
    factories.member(household, relation="01", name="陈建国")
    factories.member(household, relation="02", name="李秀英", sex="2")
    factories.member(household, relation="03", name="陈小龙")
    return household
