"""What the list of households is asked by pages that count: the roll on a day, a group, without a tier, how many people."""

import datetime as dt

import pytest

from tests import factories
from tests.households.rules.test_roll import happened, registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer", "year_end")]


@pytest.fixture
def households():
    """One on the roll in a group, one that exited in November, one that came in December."""
    group = factories.village().children.create(name="1组", level="group")
    stays = factories.household(members=3, tier="A", main_cause="01", group=group, registered_on=dt.date(2014, 6, 1))
    leaves = registered("2014-06-01")
    happened(leaves, "exited", "2015-11-30")
    new = factories.household(members=2, registered_on=dt.date(2015, 12, 1), status_on=dt.date(2015, 12, 1))
    return {"stays": stays, "leaves": leaves, "new": new}


def found(client, households, query):
    response = client.get(f"/households/?{query}")
    by_key = {household.pk: name for name, household in households.items()}
    return response, {by_key[household.pk] for household in response.context["page"].object_list}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("roll_on=2015-12-31", {"stays", "new"}),
        ("roll_on=2015-11-29", {"stays", "leaves"}),
        ("roll_on=2014-05-31", set()),
        ("roll_on=soon", set()),
        ("group=none", {"leaves", "new"}),
        ("group=x", set()),
        ("tier=none", {"leaves", "new"}),
        ("cause=none&roll_on=2015-12-31", {"new"}),
        ("cause=01", {"stays"}),
    ],
)
def test_filters(client, households, query, names):
    assert found(client, households, query)[1] == names


def test_a_group_is_named_by_a_chip(client, households):
    group = households["stays"].group
    response, names = found(client, households, f"group={group.pk}")
    assert names == {"stays"}
    assert [str(chip.text) for chip in response.context["chips"]] == ["1组"]
    response, _names = found(client, households, "group=none")
    assert [str(chip.text) for chip in response.context["chips"]] == ["without a group"]
    response, names = found(client, households, "group=999999")
    assert names == set()
    assert [str(chip.text) for chip in response.context["chips"]] == ["unknown"]


def test_a_helper_is_named_by_a_chip(client, households):
    helper = factories.helper("徐兴")
    factories.assignment(households["new"], helper)
    response, names = found(client, households, f"helper={helper.pk}")
    assert names == {"new"}
    assert [str(chip.text) for chip in response.context["chips"]] == ["徐兴"]


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("sum=persons", 6),
        ("sum=persons&roll_on=2015-12-31", 5),
        ("sum=persons&roll_on=2015-11-29", 4),
        ("sum=persons&status=exited", 1),
        ("", None),
        ("sum=pigs", None),
    ],
)
def test_how_many_people_they_have(client, households, query, total):
    response = client.get(f"/households/?{query}")
    assert response.context["total"] == total
    assert ("Persons in these households" in response.content.decode()) == (total is not None)
