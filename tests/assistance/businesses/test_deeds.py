"""Businesses at work under the measures by which they are promoted; each number opens its list."""

import datetime as dt

import pytest

from assistance.deeds.businesses import businesses_at_work
from jiangjin.accounts import roles
from jiangjin.common.deeds import Asked
from tests import factories
from tests.assistance.businesses.situations import business

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def counted(user, *, place=None, year=2015, **kwargs):
    return {deed.measure: deed for deed in businesses_at_work(Asked(user, place or factories.county(), year, **kwargs))}


@pytest.fixture
def some():
    business()
    business(area=factories.village("紫荆村"))
    business(closed_on=dt.date(2015, 6, 1), close_reason="x")
    business(kind="farm_inn", founded_on=dt.date(2015, 3, 1))


def test_what_exists_at_the_years_end_is_counted_and_opens_its_list(client, some):
    user = factories.user(role=roles.DISTRICT_OFFICER)
    client.force_login(user)
    for year, expected in ((2015, [2, 1, 0]), (2014, [3, 0, 0])):
        found = counted(user, year=year)
        assert [found[code].value for code in ("cooperative-share", "farm-inn", "mutual-aid")] == expected
        for deed in found.values():
            assert client.get(deed.url).context["page"].paginator.count == deed.value


def test_only_what_may_be_seen_and_what_was_asked_for(some):
    town = factories.user(role=roles.TOWN_OFFICER, area=factories.town())
    assert counted(town)["cooperative-share"].value == 1
    assert set(counted(town, measures=frozenset({"farm-inn", "planting"}))) == {"farm-inn"}
    assert counted(town, measures=frozenset({"planting"})) == {}
