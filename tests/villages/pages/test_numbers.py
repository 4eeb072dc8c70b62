"""Each number of a village's page and of the list is what the list behind it adds up to, for whoever looks."""

import datetime as dt

import pytest

from jiangjin.accounts import roles
from tests import factories
from tests.assistance import situations
from tests.households.rules.test_roll import happened, registered
from tests.supervision.dashboards.crawl import behind, numbers
from tests.villages.village_files import complete, poor, survey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def village():
    """复建村 with a past: on the roll, exited this year and before, returned, removed, with and without a group or a tier."""
    made = factories.village()
    complete(made)
    group = made.children.create(name="1组", level="group")
    factories.household(members=3, tier="A", main_cause="01", group=group)
    factories.household(members=2, tier="B")
    leaves = factories.household(members=2, group=group)
    leaves.members.filter(relation="99").update(left_on=dt.date(2015, 6, 1), left_by="02")
    for on in ("2014-12-01", "2015-06-20", "2015-11-30"):
        happened(registered(), "exited", on)
    back = registered()
    happened(back, "exited", "2015-05-20")
    happened(back, "relapsed", "2015-10-09")
    happened(registered(), "removed", "2015-09-01")
    helper = factories.helper()
    for household in made.households.all()[:4]:
        factories.assignment(household, helper)
    situations.visit(made.households.first(), helper, situations.december(5))
    situations.check(as_of=situations.december(31))
    other = factories.village("高屋村")
    survey(other, agricultural_population=50)
    poor(other)
    factories.household(area=other, members=5)
    happened(registered(), "exited", "2015-12-20")
    return made


USERS = {
    "district": lambda: factories.user(role=roles.DISTRICT_OFFICER),
    "leader": lambda: factories.user(role=roles.DISTRICT_HEAD),
    "finance": lambda: factories.user(role=roles.FINANCE),
    "inspector": lambda: factories.user(role=roles.INSPECTOR),
    "town": lambda: factories.user(role=roles.TOWN_OFFICER, area=factories.town()),
    "team": lambda: factories.user(role=roles.VILLAGE_TEAM, area=factories.village()),
}
PAGES = {
    "": 4,
    "overview/": 4,
    "households/": 15,
}


@pytest.mark.parametrize("who", USERS)
@pytest.mark.parametrize(("page", "least"), PAGES.items())
def test_on_the_page_of_the_village(client, sign_in, village, who, page, least):
    sign_in(USERS[who]())
    response = client.get(f"/villages/{village.code}/{page}")
    assert response.status_code == 200
    found = numbers(response.content.decode())
    assert len(found) >= least, found
    for opened in found:
        assert behind(client, opened.url) == opened.value, opened


@pytest.mark.parametrize("who", ["district", "town", "team"])
@pytest.mark.parametrize("query", ["", "?as_of=2015-06-30", "?as_of=2014-12-31&sort=-persons", "?poor=ever"])
def test_on_the_list(client, sign_in, village, who, query):
    sign_in(USERS[who]())
    found = numbers(client.get(f"/villages/{query}").content.decode())
    assert len(found) >= 7, found
    for opened in found:
        assert behind(client, opened.url) == opened.value, opened


def test_what_happened_opens_whom_it_happened_to(client, district, village):
    events = client.get(f"/villages/{village.code}/").context["events"]
    opened = [event for event in events if event.url]
    assert len(opened) >= 6
    for event in opened:
        count = int("".join(letter for letter in str(event.title).split(":")[1] if letter.isdigit()))
        assert behind(client, event.url) == count, event


def test_the_numbers_are_those_of_the_past(client, district, village):
    response = client.get(f"/villages/{village.code}/")
    told = {str(figure.label): figure.value for figure in response.context["figures"]}
    assert told == {
        "Households on file": 9,
        "Households on the roll": 4,
        "Persons on the roll": 3 + 2 + 1 + 1,
        "Exited in 2015": 4,
        "Visited in 2015-12": 1,
    }
    visited = next(figure for figure in response.context["figures"] if "Visited" in str(figure.label))
    assert visited.note == "of 4 due, 25.0 %"


def test_finance_sees_no_visits(client, sign_in, village):
    sign_in(USERS["finance"]())
    labels = [str(figure.label) for figure in client.get(f"/villages/{village.code}/").context["figures"]]
    assert "Visited in 2015-12" not in labels
