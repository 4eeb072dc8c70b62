"""The first page by role: each figure opens the list that adds up to it, and what a role has to do stands first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiangjin.accounts import roles
from jiangjin.common.registries import home_cards
from tests import factories
from tests.supervision.dashboards.crawl import behind

pytestmark = pytest.mark.django_db


def cards(client, user, **asked):
    client.force_login(user)
    return {card.code: figures for card, figures in client.get("/", asked).context["cards"]}


@pytest.mark.parametrize("area", ["", "500116108"])
@pytest.mark.parametrize("name", ["district", "leader", "finance", "town", "village"])
def test_each_figure_opens_the_list_that_adds_up_to_it(client, district, who, name, area):
    found = cards(client, who[name], **({"area": area} if area else {}))
    figures = [figure for code in ("year", "behind", "week") for figure in found.get(code, [])]
    assert figures
    for figure in figures:
        assert behind(client, figure.url) == figure.value, figure


def test_a_role_sees_first_what_it_works_with(client, district, who):
    assert list(cards(client, who["district"]))[:3] == ["visits", "behind", "week"]
    assert list(cards(client, who["leader"]))[:4] == ["year", "visits", "behind", "week"]
    assert list(cards(client, who["town"]))[:3] == ["visits", "behind", "week"]
    assert "year" not in cards(client, who["town"])
    assert "behind" not in cards(client, who["village"])
    helper = factories.user(role=roles.HELPER)
    factories.assignment(district.plain, factories.helper("徐兴", user=helper))
    assert not {"year", "behind", "week"} & set(cards(client, helper))


def test_the_year_and_the_towns_behind_are_those_of_the_history(client, district, who):
    found = cards(client, who["leader"])
    assert [figure.value for figure in found["year"]] == [3, 12, 1]
    assert [(figure.label, figure.value) for figure in found["behind"]] == [("白沙镇", 2)]
    assert "33.3" in found["behind"][0].note


def test_nothing_counted_nothing_shown(client, year_end, who):
    assert not {"year", "behind", "week"} & set(cards(client, who["leader"]))


@pytest.mark.parametrize("code", ["year", "behind", "week"])
def test_a_card_asks_little(rf, district, who, code):
    request = rf.get("/")
    request.user = who["leader"]
    request.user.scope()
    with CaptureQueriesContext(connection) as captured:
        assert home_cards[code].figures(request)
    assert len(captured) <= 4
