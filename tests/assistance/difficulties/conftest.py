"""People who work with difficulties."""

import pytest
from django.conf import settings
from django.utils import translation

from jiangjin.accounts import roles
from tests import factories
from tests.assistance.situations import held


@pytest.fixture
def town_officer():
    """The town office of 白沙镇."""
    unit = factories.unit("白沙镇人民政府")
    return factories.user("town", name="王学勤", role=roles.TOWN_OFFICER, area=factories.town(), unit=unit)


@pytest.fixture
def second_officer():
    """Another of the town office."""
    unit = factories.unit("白沙镇人民政府")
    return factories.user("second", name="刘副镇", role=roles.TOWN_OFFICER, area=factories.town(), unit=unit)


@pytest.fixture
def water_bureau():
    """An officer of the water bureau, over the district."""
    return factories.user("water", name="汪水生", role=roles.DEPARTMENT_OFFICER, unit=factories.unit("区水务局"))


@pytest.fixture
def team():
    """The resident team of 复建村."""
    return factories.user("team", name="张驻村", role=roles.VILLAGE_TEAM, area=factories.village())


@pytest.fixture
def district_officer():
    """The district office."""
    return factories.user("district", name="周明远", role=roles.DISTRICT_OFFICER, unit=factories.unit("区扶贫办"))


@pytest.fixture
def helper_user():
    """A helper with a login, without households yet."""
    return factories.user("helper", name="袁建平", role=roles.HELPER, unit=factories.unit("区农委"))


@pytest.fixture
def helper(helper_user):
    """The helper record of the user."""
    return factories.helper("袁建平", user=helper_user)


@pytest.fixture
def household(helper):
    """The helper's household in 复建村."""
    return held(who=helper, members=2)[0]


@pytest.fixture
def sign_in(client):
    """Sign somebody in, in English: messages are compared. Returns the user."""

    def do(user):
        client.force_login(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return user

    with translation.override("en"):
        yield do
