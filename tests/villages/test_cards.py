"""What villages put on the first page and into the inbox; each number opens its list."""

import pytest

from jiangjin.accounts import roles
from jiangjin.common.registries import inbox
from tests import factories
from tests.supervision.dashboards.crawl import behind
from tests.villages.village_files import december, poor, survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def villages():
    """Three poor villages: over the limit, struck off, without this year's survey."""
    made = [factories.village(name) for name in ("复建村", "紫荆村", "关胜村")]
    for village, day in zip(made, (None, december(28), None), strict=True):
        poor(village, struck_off=day)
    for village in made[:2]:
        survey(village, agricultural_population=100)
    survey(made[2], 2014, agricultural_population=100)
    factories.household(members=4)
    return made


def figures(client, *, url="/", code="villages"):
    cards = client.get(url).context["cards"]
    return next((shown for card, shown in cards if card.code == code), [])


@pytest.mark.parametrize(
    ("role", "area", "values"),
    [
        (roles.DISTRICT_OFFICER, None, [3, 2, 1, 1, 1]),
        (roles.DISTRICT_HEAD, None, [3, 2, 1, 1, 1]),
        (roles.TOWN_OFFICER, "白沙镇", [1, 1, 0, 1, 0]),
        (roles.TOWN_OFFICER, "西湖镇", [1, 1, 0, 0, 1]),
        (roles.TOWN_OFFICER, "几江街道", []),
    ],
)
def test_the_poor_villages_of_ones_area(client, villages, role, area, values):
    client.force_login(factories.user(role=role, area=factories.town(area) if area else None))
    shown = figures(client)
    assert [figure.value for figure in shown] == values
    for figure in shown:
        assert behind(client, figure.url) == figure.value, figure


def test_the_card_follows_the_chosen_area(client, villages):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    shown = figures(client, url="/?area=500116114")
    assert [figure.value for figure in shown] == [1, 0, 1, 0, 0]
    for figure in shown:
        assert behind(client, figure.url) == figure.value, figure


@pytest.mark.parametrize(
    ("role", "area", "count"),
    [
        (roles.TOWN_OFFICER, "西湖镇", 1),
        (roles.TOWN_OFFICER, "白沙镇", 0),
        (roles.DISTRICT_OFFICER, None, None),
        (roles.INSPECTOR, None, None),
    ],
)
def test_who_writes_surveys_is_told_which_are_missing(client, villages, role, area, count):
    user = factories.user(role=role, area=factories.town(area) if area else None)
    client.force_login(user)
    entry = inbox["village_surveys"]
    assert user.may(entry.permission) is (count is not None)
    if count is not None:
        assert entry.count(user) == count
        page = client.get(f"/villages/?{entry.query}").context["page"]
        assert page.paginator.count == count


def test_the_frame_finds_villages_and_has_them_in_its_menu(client, villages):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    page = client.get("/").content.decode()
    assert 'formaction="/villages/"' in page
    assert 'href="/villages/"' in page
    client.force_login(factories.user(role=roles.HELPER))
    assert 'href="/villages/"' not in client.get("/").content.decode()
