"""Counting the month: in all, by area, by unit, by helper, from the same rows and within the same scope."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import VisitCheck
from assistance.services import tallies
from assistance.services.tallies import Tally
from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from tests import factories
from tests.assistance.situations import MONTH, check, december, held, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def checks():
    return VisitCheck.objects.of_month(MONTH)


@pytest.fixture
def district():
    """Two towns, three villages; each household has one helper. Some are visited, one has nobody, one had too little time."""
    first = factories.helper("徐兴")
    second = factories.helper("李珍", area=factories.town("嘉平镇"))
    second.unit = factories.unit("区教委")
    second.save()
    for village, helper, visited in [
        ("复建村", first, True),
        ("复建村", first, False),
        ("宝珠村", first, True),
        ("紫荆村", second, True),
        ("紫荆村", second, False),
        ("紫荆村", second, False),
    ]:
        household, _helper = held(area=factories.village(village), who=helper)
        if visited:
            visit(household, helper, december(8))
    factories.household(area=factories.village("宝珠村"))
    short = factories.household(area=factories.village("紫荆村"))
    factories.assignment(short, second, starts_on=december(30))
    check()


def sums(rows):
    return tuple(sum(getattr(row.tally, name) for row in rows) for name in ("met", "missed", "not_due"))


def named(rows):
    return {row.name: (row.tally.met, row.tally.missed, row.tally.not_due) for row in rows}


def test_in_all(district):
    tally = tallies.in_all(checks())
    assert tally == Tally(met=3, missed=3, not_due=2)
    assert (tally.due, tally.households, tally.rate) == (6, 8, (3, 6))
    assert tally.as_json() == {"households": 8, "due": 6, "met": 3, "missed": 3, "pending": 0, "not_due": 2}


def test_by_town_and_by_village(district):
    towns = tallies.by_area(checks(), area=factories.county())
    assert named(towns) == {"白沙镇": (2, 1, 1), "嘉平镇": (1, 2, 1)}
    assert [row.code for row in towns] == sorted(row.code for row in towns)
    villages = tallies.by_area(checks(), area=factories.town("白沙镇"))
    assert named(villages) == {"复建村": (1, 1, 0), "宝珠村": (1, 0, 1)}


def test_by_group(district):
    village = factories.village("复建村")
    group = Area.objects.create(level=AreaLevel.GROUP, name="1组", parent=village)
    village.households.filter(pk=village.households.first().pk).update(group=group)
    rows = tallies.by_area(checks(), area=village)
    assert {row.name: row.tally.households for row in rows} == {"": 1, "1组": 1}
    assert next(row.key for row in rows if not row.name) is None


def test_every_sum_is_the_same(district):
    """Each household has one helper, so that the helpers' sums are the area's, but for the one that has nobody."""
    whole = tallies.in_all(checks())
    assert sums(tallies.by_area(checks(), area=factories.county())) == (whole.met, whole.missed, whole.not_due)
    by_helper = tallies.by_helper(checks())
    assert named(by_helper) == {"徐兴": (2, 1, 0), "李珍": (1, 2, 1)}
    assert sums(by_helper) == (whole.met, whole.missed, whole.not_due - 1)
    assert named(tallies.by_unit(checks())) == {"区农委": (2, 1, 0), "区教委": (1, 2, 1)}


def test_two_helpers_answer_both_and_their_unit_once():
    household, first = held()
    second = factories.helper("李珍")
    factories.assignment(household, second)
    visit(household, second, december(8))
    check()
    assert named(tallies.by_helper(checks())) == {first.name: (1, 0, 0), "李珍": (1, 0, 0)}
    assert named(tallies.by_unit(checks())) == {"区农委": (1, 0, 0)}


def test_who_holds_the_household_at_the_end_answers_for_the_month():
    household = factories.household()
    former, present = factories.helper("徐兴"), factories.helper("李珍")
    factories.assignment(household, former, ends_on=december(12))
    factories.assignment(household, present, starts_on=december(13))
    visit(household, former, december(5))
    check()
    assert named(tallies.by_helper(checks())) == {"李珍": (1, 0, 0)}


def test_a_later_hand_over_changes_nothing():
    household, former = held()
    check()
    household.assignments.update(ends_on="2016-02-28")
    factories.assignment(household, factories.helper("李珍"), starts_on="2016-03-01")
    assert named(tallies.by_helper(checks())) == {former.name: (0, 1, 0)}


def test_a_helper_without_unit_stands_in_a_row_of_its_own():
    household = factories.household()
    helper = factories.helper("志愿者")
    helper.unit = None
    helper.save()
    factories.assignment(household, helper)
    check()
    (row,) = tallies.by_unit(checks())
    assert (row.key, row.name, row.tally.missed) == (None, "", 1)


def test_nobody_counts_what_they_may_not_see(district):
    officer = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
    mine = checks().visible_to(officer)
    assert tallies.in_all(mine) == Tally(met=2, missed=1, not_due=1)
    assert set(named(tallies.by_area(mine, area=factories.county()))) == {"白沙镇"}
    assert set(named(tallies.by_helper(mine))) == {"徐兴"}
    assert tallies.in_all(checks().visible_to(factories.user())) == Tally()


@pytest.mark.parametrize(
    "count",
    [
        tallies.in_all,
        tallies.by_unit,
        tallies.by_helper,
        lambda rows: tallies.by_area(rows, area=factories.county()),
    ],
)
def test_each_is_one_query(district, count):
    rows = checks()
    factories.county()
    with CaptureQueriesContext(connection) as queries:
        count(rows)
    tallied = [query for query in queries if "visitcheck" in query["sql"]]
    assert len(tallied) == 1
    assert len(queries) <= 3  # the county itself, where it is asked for, and what its villages belong to
