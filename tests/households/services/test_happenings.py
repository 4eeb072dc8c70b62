"""What happened to households between two days: counts, and the list that they open."""

import datetime as dt

import pytest

from households.models import Household
from households.services import happenings, statuses, tiers
from jiangjin.accounts import roles
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
FIRST, LAST = dt.date(2015, 12, 25), dt.date(2015, 12, 31)


def event(household, kind, on):
    household.refresh_from_db()
    statuses.record_event(household=household, kind=kind, occurred_on=on, by=None, reason="r")


@pytest.fixture
def week():
    """Two households of 复建村 and one of 紫荆村; things happen on the first day, the last, and just outside."""
    one, two, far = (factories.household(area=factories.village(name)) for name in ("复建村", "复建村", "紫荆村"))
    event(one, "exit_prepared", FIRST)
    event(one, "exit_withdrawn", dt.date(2015, 12, 26))
    event(one, "exit_prepared", dt.date(2015, 12, 27))
    event(two, "exit_prepared", FIRST - dt.timedelta(days=1))
    event(two, "exited", LAST)
    event(far, "exited", dt.date(2015, 12, 28))
    tiers.decide(household=one, tier="A", decided_on=LAST, by=None, reason="r")
    factories.assignment(two, factories.helper(), starts_on=FIRST)
    factories.assignment(far, factories.helper(), starts_on=LAST + dt.timedelta(days=1))
    return one, two, far


def counted(area):
    scope = factories.user(role=roles.DISTRICT_OFFICER).scope("households.view")
    return happenings.counts(scope=scope, area=area, since=FIRST, until=LAST)


def test_households_are_counted_once_each_in_the_area_and_the_days(week):
    expected = {"exit_prepared": 1, "exit_withdrawn": 1, "exited": 1, "tier": 1, "helper": 1}
    assert counted(factories.town("白沙镇")) == expected
    assert counted(factories.county()) == {**expected, "exited": 2}
    assert counted(factories.village("紫荆村")) == {"exited": 1}
    assert counted(factories.village("高屋村")) == {}


def test_only_what_is_asked_for_is_counted(week, django_assert_num_queries):
    scope = factories.user(role=roles.DISTRICT_OFFICER).scope("households.view")

    def counts(*only):
        return happenings.counts(scope=scope, area=factories.county(), since=FIRST, until=LAST, only=only)

    assert counts("exited", "tier") == {"exited": 2, "tier": 1}
    assert counts("helper") == {"helper": 1}
    county = factories.county()
    with django_assert_num_queries(1):
        happenings.counts(scope=scope, area=county, since=FIRST, until=LAST, only=["exited", "relapsed"])
    with django_assert_num_queries(0):
        assert happenings.counts(scope=scope, area=county, since=FIRST, until=LAST, only=[]) == {}


def test_the_condition_of_the_list_finds_the_same_households(week):
    one, two, far = week

    def found(what, since=FIRST, until=LAST):
        return set(happenings.happened_to(Household.objects.all(), what, since=since, until=until))

    assert found("exit_prepared") == {one}
    assert found("exit_prepared", since=None) == {one, two}
    assert found("exited") == {two, far}
    assert found(happenings.TIER) == {one}
    assert found(happenings.HELPER) == {two}
    assert found(happenings.HELPER, until=None) == {two, far}
    assert found("relapsed") == set()


def test_the_list_filters_by_what_happened_and_says_so(client, week):
    client.force_login(factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")))
    asked = {"happened": "exited", "since": "2015-12-25", "until": "2015-12-31"}
    response = client.get("/households/", asked)
    assert [household.pk for household in response.context["page"]] == [week[1].pk]
    assert {chip.param for chip in response.context["chips"]} == {"happened", "since", "until"}


def test_days_without_what_happened_are_refused(client, week):
    client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
    response = client.get("/households/", {"since": "2015-12-25"})
    assert "happened" in response.context["form"].errors
    assert response.context["page"].paginator.count == 0
