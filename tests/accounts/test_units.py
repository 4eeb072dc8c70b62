"""The role bound to a unit: its grants open no area, only what was given to the unit within it."""

import pytest

from assistance.models import Difficulty
from assistance.models import DifficultyState as S
from households.models import Household
from jiangjin.accounts import roles
from jiangjin.accounts.frame import own_area
from jiangjin.accounts.models import ApiToken, Grant
from tests import factories
from tests.assistance.situations import difficulty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def water():
    return factories.unit("区水务局")


@pytest.fixture
def rows(water):
    """What the unit was given in two towns, and what others were."""
    roads = factories.unit("区交通局")
    return {
        "here": difficulty(state=S.ASSIGNED, owner_unit=water),
        "solved": difficulty(state=S.SOLVED, owner_unit=water),
        "there": difficulty(state=S.ASSIGNED, owner_unit=water, village=factories.village("紫荆村")),
        "others": difficulty(state=S.ASSIGNED, owner_unit=roads),
        "nobody's": difficulty(),
    }


def seen(user, rows):
    visible = set(Difficulty.objects.visible_to(user))
    return {name for name, row in rows.items() if row in visible}


def test_it_opens_what_was_given_to_the_unit(water, rows):
    user = factories.user(role=roles.DEPARTMENT_OFFICER, unit=water)
    factories.household()
    assert seen(user, rows) == {"here", "solved", "there"}
    assert not Household.objects.visible_to(user, "difficulties.view").exists()
    assert not user.may("households.view")
    assert user.scope("difficulties.view").paths == ()
    assert own_area(user) is None


def test_within_the_area_of_the_grant(water, rows):
    user = factories.user(role=roles.DEPARTMENT_OFFICER, area=factories.town("嘉平镇"), unit=water)
    assert seen(user, rows) == {"there"}
    Grant.objects.create(
        user=user, role=roles.DEPARTMENT_OFFICER.code, area=factories.village(), valid_from=factories.START
    )
    user = type(user).objects.get(pk=user.pk)
    assert seen(user, rows) == {"here", "solved", "there"}


def test_without_a_unit_there_is_nothing(rows):
    user = factories.user(role=roles.DEPARTMENT_OFFICER)
    assert seen(user, rows) == set()
    assert not user.may("difficulties.view")


def test_without_the_role_the_unit_opens_nothing(water, rows):
    assert seen(factories.user(unit=water), rows) == set()
    assert seen(factories.user(unit=water, role=roles.FINANCE), rows) == set()


def test_beside_another_role_it_adds(water, rows):
    user = factories.user(role=roles.VILLAGE_TEAM, area=factories.village(), unit=water)
    assert seen(user, rows) == {"here", "solved", "others", "nobody's"}
    Grant.objects.create(
        user=user, role=roles.DEPARTMENT_OFFICER.code, area=factories.county(), valid_from=factories.START
    )
    user = type(user).objects.get(pk=user.pk)
    assert seen(user, rows) == {"here", "solved", "others", "nobody's", "there"}


@pytest.mark.parametrize(
    ("area", "permissions", "names"),
    [
        ("嘉平镇", ["difficulties.view"], {"there"}),
        ("白沙镇", ["difficulties.view"], {"here", "solved"}),
        ("白沙镇", [], set()),
    ],
)
def test_a_token_narrows_it(water, rows, area, permissions, names):
    user = factories.user(role=roles.DEPARTMENT_OFFICER, unit=water)
    user.token = ApiToken(area=factories.town(area), permissions=permissions)
    assert seen(user, rows) == names
