"""A page of a list in parts is the same piece of the whole list, wherever one looks."""

import datetime as dt

import pytest
from django.db.models import F

from assistance.services import waiting
from assistance.services.parts import InParts
from households.models import Household
from tests import factories
from tests.assistance.situations import check, december, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
ON = december(31)


@pytest.fixture
def district():
    """Households of four villages in two towns: visited, waiting, never visited, not due, filed after the check."""
    who = factories.helper()
    for place, name in enumerate(("复建村", "河口村", "紫荆村", "高屋村")):
        area = factories.village(name)
        for number in range(4 + place):
            household = factories.household(area=area)
            factories.assignment(household, who, **({"starts_on": december(28)} if number == 3 else {}))
            if number % 2:
                visit(household, who, december(3 + number) if place % 2 else dt.date(2015, 10, 3 + number))
    check(month=dt.date(2015, 11, 1), as_of=dt.date(2015, 11, 30))
    check(as_of=december(30))
    for name in ("复建村", "紫荆村"):
        factories.household(area=factories.village(name))


def everybody():
    return waiting.households(Household.objects.all(), on=ON)


@pytest.mark.parametrize("part", ["", "village", "village__parent"])
@pytest.mark.parametrize("ranks", [[0, 1, 2, 3], [0], [1, 3]])
def test_each_piece_is_that_of_the_whole(district, part, ranks):
    rows = waiting.in_order(everybody().filter(), on=ON)
    first = [f"{part}__path"] if part else []
    rows = rows.filter(rank__in=ranks).order_by(*first, "rank", F("last_visit_on").asc(nulls_first=True), "pk")
    whole = list(rows.values_list("pk", flat=True))
    standings = waiting.standing_by(everybody(), part) if part else {None: waiting.standing(everybody())}
    found = InParts(rows, part=part, standings=standings, ranks=ranks)
    assert len(found) == len(whole) > 0
    for start in range(len(whole) + 1):
        for size in (1, 3, 7, 100):
            assert found[start : start + size] == whole[start : start + size], (start, size)
    assert [found[number] for number in range(len(found))] == whole


def test_parts_add_up_and_stand_in_the_order_of_their_paths(district):
    total = waiting.standing(everybody())
    assert total.households == 24
    assert min(total.by_rank) > 0
    for part in ("village", "village__parent"):
        standings = waiting.standing_by(everybody(), part)
        assert waiting.Standing.sum_of(standings.values()) == total
        for key, standing in standings.items():
            assert standing == waiting.standing(everybody().filter(**{part: key}))
        ordered = everybody().order_by(f"{part}__path").values_list(part, flat=True)
        assert list(standings) == list(dict.fromkeys(ordered))


def test_of_nobody_there_is_nothing(year_end):
    found = InParts(everybody(), part="", standings={}, ranks=[0])
    assert (len(found), found[0:25]) == (0, [])
    assert waiting.Standing.sum_of([]).households == 0
