"""Figures of the annual report about who answers for villages: as they stand at the year's end, within a scope."""

import datetime as dt

import pytest

from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import figures
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.situations import TODAY, day
from villages.models import TrainingKind

pytestmark = pytest.mark.django_db
CODES = [
    *("district_leaders", "leaders_per_village", "support_groups", "first_secretaries", "resident_teams"),
    *("prosperity_leaders_per_village", "entrepreneurs_per_village", "medics_per_village"),
    "preschool_teachers_per_village",
]


def scope(area=None) -> Scope:
    """An area (default: the county) as a user of it sees it."""
    return Scope(on=TODAY, paths=((area or factories.county()).path,))


def value(code, year=2015, area=None):
    return figures[code].compute(year, scope(area))


def test_where_there_is_nothing_nothing_is_reported():
    assert {value(code) for code in CODES} == {None}


def test_leaders_count_once_and_while_they_are_linked():
    leader, former, unlinked = (situations.leader(name) for name in ("严思远", "段立诚", "符昌言"))
    for target in (factories.town(), factories.village(), factories.household()):
        situations.link(leader, target)
    situations.link(former, factories.village(), ends_on=day(12, 30))
    assert unlinked.pk
    assert [value("district_leaders", year) for year in (2014, 2015)] == [0, 1]
    assert value("district_leaders", area=factories.town()) == 1
    assert value("district_leaders", area=factories.town("嘉平镇")) is None


def test_the_village_with_the_fewest_leaders_counts():
    for name, count in (("复建村", 3), ("紫荆村", 2)):
        poor = situations.poor(name)
        for number in range(count):
            situations.link(situations.leader(f"{name}{number}"), poor.village)
    assert value("leaders_per_village") == 2
    assert value("leaders_per_village", area=factories.town()) == 3
    situations.poor("关胜村")
    assert value("leaders_per_village") == 0
    assert value("leaders_per_village", area=factories.town("几江街道")) is None


def test_a_village_counts_while_it_was_poor_in_the_year():
    gone = situations.poor("关胜村", listed_on=dt.date(2013, 5, 1), delisted_on=dt.date(2014, 12, 31))
    left = situations.poor("复建村", delisted_on=day(1, 1))
    situations.link(situations.leader(), left.village)
    assert value("leaders_per_village") == 1
    assert value("leaders_per_village", 2014) == 0
    assert value("leaders_per_village", 2016) is None
    assert gone.pk


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("support_groups", situations.group),
        ("resident_teams", situations.team),
        ("first_secretaries", lambda village, **kwargs: situations.post(village=village, **kwargs)),
    ],
)
def test_what_is_in_force_at_the_years_end(code, make):
    make(factories.village("复建村"))
    make(factories.village("紫荆村"), ends_on=day(12, 30))
    make(factories.village("关胜村"), ends_on=day(12, 31))
    make(factories.village("龙山村"), starts_on=dt.date(2016, 1, 1))
    assert value(code) == 2
    assert value(code, 2014) == 0
    assert value(code, area=factories.town("嘉平镇")) == 0
    assert value(code, area=factories.town("几江街道")) is None


def test_other_posts_are_no_first_secretaries():
    situations.post("graduate_official")
    assert value("first_secretaries") == 0


@pytest.mark.parametrize("kind", TrainingKind)
def test_people_trained_by_the_years_end(kind):
    code = {
        TrainingKind.PROSPERITY_LEADER: "prosperity_leaders_per_village",
        TrainingKind.ENTREPRENEUR: "entrepreneurs_per_village",
        TrainingKind.MEDIC: "medics_per_village",
        TrainingKind.PRESCHOOL_TEACHER: "preschool_teachers_per_village",
    }[kind]
    here, there = situations.poor(), situations.poor("紫荆村")
    for number in range(3):
        situations.trained(kind, f"人{number}", village=here.village)
    situations.trained(kind, village=there.village, finished_on=day(12, 31))
    situations.trained(kind, "明年的", village=there.village, finished_on=dt.date(2016, 1, 1))
    situations.trained(kind, "撤销的", village=there.village, withdrawn_at="2015-07-02T00:00Z", withdrawn_reason="r")
    other = next(each for each in TrainingKind if each != kind)
    situations.trained(other, "别类的", village=there.village)
    situations.trained(kind, "外村的", village=factories.village("高屋村"))
    assert value(code) == 1
    assert value(code, area=factories.town()) == 3
    assert value(code, 2014) == 0


@pytest.mark.parametrize("code", CODES)
def test_each_takes_one_query(code, django_assert_num_queries):
    made = situations.complete()
    for kind in TrainingKind:
        situations.trained(kind, village=made.village)
    within = scope()
    with django_assert_num_queries(1):
        assert figures[code].compute(2015, within) > 0
