"""A number opens: the page behind it lists as many as it says, under the same access."""

import pytest
from django.urls import reverse

from assistance.models.visit_check import VisitState
from jiangjin.accounts import roles
from supervision.indicators import additive, indicators
from supervision.indicators.indicator import Indicator
from supervision.services import reading
from tests import factories
from tests.supervision.rollups.histories import YEAR_END, checked, happened, month, refresh, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
LISTED = [indicator for indicator in additive() if indicator.list is not None and not indicator.measure]


@pytest.fixture
def district():
    here, there = factories.village("复建村"), factories.village("紫荆村")
    households = [registered(area=(here, there)[number % 2], tier="AB"[number % 2]) for number in range(8)]
    happened(households[0], "exited", "12-05")
    happened(households[1], "exited", "11-05")
    happened(households[1], "relapsed", "12-10")
    happened(households[2], "exit_prepared", "12-10")
    happened(households[3], "removed", "12-10")
    states = [*VisitState, *VisitState]
    for at in ("11", "12"):
        for household, state in zip(households, states, strict=True):
            checked(household, at, state, visits=int(state == VisitState.MET))
        states.reverse()
    refresh()


@pytest.mark.parametrize("indicator", LISTED, ids=lambda indicator: indicator.code)
def test_the_page_lists_as_many_as_the_number_says(client, district, indicator):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    scope = factories.user(role=roles.DISTRICT_OFFICER).scope("rollups.view")
    opened = set()
    for area in (factories.county(), factories.town("白沙镇"), factories.village("紫荆村")):
        for tier in ("", "A"):
            for at in (month("11"), month("12")):
                url = indicator.url(area=area, month=at, tier=tier, today=YEAR_END)
                rows = reading.series(
                    scope=scope,
                    codes=[indicator.code],
                    level=area.level,
                    months=(at, at),
                    area=area,
                    by_tier=bool(tier),
                )
                (row,) = [row for row in rows if row.tier in (None, tier)]
                assert client.get(url).context["page"].paginator.count == row.value, url
                opened.add(url.split("?")[0])
    # What shows households as they are today opens the rows themselves for any other month.
    assert len(opened) == 1 + indicator.list.now


def test_a_share_opens_what_stands_below_its_line():
    url = indicators["visit_rate"].url(area=factories.town("白沙镇"), month=month("11"), tier="A", today=YEAR_END)
    assert url == f"{reverse('assistance:checks')}?area=500116108&state=due&tier=A&month=2015-11"


def test_every_page_named_exists():
    for indicator in additive():
        if isinstance(indicator, Indicator) and indicator.list is not None:
            assert reverse(indicator.list.url_name)
