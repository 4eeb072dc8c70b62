"""District leaders: on file, linked, handed over, leaving; who sees them."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.refusals import refused
from tests.villages.posts.situations import START, TODAY, day
from villages.models import DistrictLeader, LeaderLink, LeaderOffice
from villages.services import leaders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def add(name="严思远", by=None, **kwargs):
    values = {"office": LeaderOffice.PARTY, "title": "区委常委", "starts_on": dt.date(2014, 1, 1), **kwargs}
    return leaders.add(county=factories.county(), name=name, by=by, **values)


def link(leader, to=None, starts_on=START, by=None, **kwargs):
    target = kwargs or {"area": to or factories.village()}
    return leaders.link(leader=leader, starts_on=starts_on, by=by, **target)


def test_a_leader_is_put_on_file_once(officer):
    leader = add(by=officer)
    assert (leader.name_pinyin, leader.version) == ("yansiyuan", 1)
    assert AuditEntry.objects.get(model="villages.districtleader").actor_id == officer.pk
    with refused(""):
        add()
    assert add(title="副区长").pk
    with refused("office"):
        add("别人", office="king")


def test_one_is_linked_to_town_village_and_household():
    leader, household = situations.leader(), factories.household()
    made = [link(leader, factories.town()), link(leader, factories.village()), link(leader, household=household)]
    assert [each.target for each in made] == [factories.town(), factories.village(), household]
    assert [each.is_to_town for each in made] == [True, False, False]
    entry = AuditEntry.objects.filter(model="villages.leaderlink").first()
    assert (entry.household_id, entry.area_path) == (household.pk, household.village.path)


def test_nobody_is_linked_twice_at_the_same_time():
    leader, household = situations.leader(), factories.household()
    first = link(leader)
    link(leader, household=household)
    with refused("area", "linked"):
        link(leader, starts_on=TODAY)
    with refused("household", "linked"):
        link(leader, household=household)
    leaders.unlink(link=first, ends_on=day(6, 30), reason="调整", by=None, version=1)
    with refused("area", "linked"):
        link(leader, starts_on=day(6, 30))
    assert link(leader, starts_on=day(7, 1)).pk


def test_links_lie_within_the_time_in_office_and_the_district():
    leader = situations.leader(starts_on=START, ends_on=day(6, 30))
    for on in (START - dt.timedelta(days=1), day(7, 1)):
        with refused("starts_on", "not_in_office"):
            link(leader, starts_on=on)
    with refused("area", "area"):
        link(leader, factories.county())
    household = factories.household(registered_on=day(3, 1))
    with refused("starts_on", "not_registered"):
        link(leader, household=household)
    elsewhere = type(factories.county()).objects.create(level="county", name="邻县", code="990099")
    with refused("area", "area"):
        link(leader, elsewhere)
    with refused(""):
        leaders.link(leader=leader, area=factories.village(), household=household, starts_on=day(3, 1), by=None)


def test_a_link_ends_once_and_with_a_reason():
    made = link(situations.leader())
    with refused("reason", "reason"):
        leaders.unlink(link=made, ends_on=TODAY, reason="", by=None, version=1)
    ended = leaders.unlink(link=made, ends_on=TODAY, reason="调整", by=None, version=1)
    assert (ended.ends_on, ended.version) == (TODAY, 2)
    with refused("", "conflict"):
        leaders.unlink(link=made, ends_on=TODAY, reason="调整", by=None, version=1)
    with refused("", "ended"):
        leaders.unlink(link=made, ends_on=TODAY, reason="调整", by=None, version=2)


def test_a_successor_takes_all_links_over():
    former, successor = situations.leader(), situations.leader("段立诚", title="区长")
    town, village, household = factories.town(), factories.village(), factories.household()
    for target in (town, village):
        link(former, target)
    link(former, household=household)
    link(successor, village)
    ended = link(former, factories.village("紫荆村"))
    leaders.unlink(link=ended, ends_on=day(2, 28), reason="调整", by=None, version=1)
    made = leaders.hand_over(leader=former, to=successor, starts_on=day(7, 1), reason="工作调动", by=None, version=1)
    assert {each.target for each in made} == {town, household}
    assert not former.links.active(day(7, 1)).exists()
    assert former.links.active(day(6, 30)).count() == 3
    assert {each.target for each in successor.links.active(day(7, 1)).select_related("area", "household")} == {
        *(town, village, household)
    }


def test_nothing_is_handed_over_halfway():
    former, successor = situations.leader(), situations.leader("段立诚", title="区长")
    link(former, factories.town())
    link(former, starts_on=day(9, 1))
    with refused("starts_on", "too_early"):
        leaders.hand_over(leader=former, to=successor, starts_on=day(7, 1), reason="r", by=None, version=1)
    assert not LeaderLink.objects.exclude(ends_on=None).exists()
    with refused("to", "same_leader"):
        leaders.hand_over(leader=former, to=former, starts_on=TODAY, reason="r", by=None, version=1)
    successor.ends_on, successor.end_reason = day(11, 30), "退休"
    successor.save()
    with refused("starts_on", "not_in_office"):
        leaders.hand_over(leader=former, to=successor, starts_on=TODAY, reason="r", by=None, version=1)
    assert not LeaderLink.objects.exclude(ends_on=None).exists()


def test_who_leaves_leaves_their_links():
    leader = situations.leader()
    first = link(leader)
    later = link(leader, factories.town(), starts_on=day(9, 1))
    with refused("ends_on", "link"):
        leaders.leave(leader=leader, ends_on=day(8, 31), reason="退休", by=None, version=1)
    left = leaders.leave(leader=leader, ends_on=day(10, 31), reason="退休", by=None, version=1)
    assert (left.ends_on, left.version) == (day(10, 31), 2)
    for each in (first, later):
        each.refresh_from_db()
        assert (each.ends_on, each.end_reason) == (day(10, 31), "退休")


def test_a_correction():
    leader = situations.leader()
    link(leader)
    changes = {"title": "区委常委、副区长", "name": "严思源"}
    row = leaders.correct(leader=leader, changes=changes, by=None, version=1, reason="笔误")
    assert (row.title, row.name_pinyin, row.version) == ("区委常委、副区长", "yansiyuan", 2)
    with refused("starts_on", "links"):
        leaders.correct(leader=row, changes={"starts_on": day(2, 1)}, by=None, version=2, reason="r")
    with refused("", "conflict"):
        leaders.correct(leader=leader, changes={"title": "x"}, by=None, version=1, reason="r")
    with refused("reason", "reason"):
        leaders.correct(leader=row, changes={"title": "x"}, by=None, version=2, reason="")


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.VILLAGE_TEAM, roles.DISTRICT_HEAD, roles.INSPECTOR])
def test_only_the_district_office_links(role):
    user, leader = factories.user(role=role), situations.leader()
    made = link(leader)
    acts = [
        lambda: add("别人", by=user),
        lambda: link(leader, factories.town(), by=user),
        lambda: leaders.unlink(link=made, ends_on=TODAY, reason="r", by=user, version=1),
        lambda: leaders.leave(leader=leader, ends_on=TODAY, reason="r", by=user, version=1),
        lambda: leaders.correct(leader=leader, changes={"title": "x"}, by=user, version=1, reason="r"),
        lambda: leaders.hand_over(leader=leader, to=leader, starts_on=TODAY, reason="r", by=user, version=1),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()


def test_a_leader_is_seen_by_whoever_sees_what_they_are_linked_to():
    here, there, nowhere = (situations.leader(name) for name in ("严思远", "段立诚", "符昌言"))
    mine = factories.household()
    situations.link(here, mine)
    situations.link(there, factories.village("紫荆村"))
    helper = factories.user(role=roles.HELPER)
    factories.assignment(mine, factories.helper(user=helper))
    seen = {
        "district": (factories.user(role=roles.DISTRICT_OFFICER), {here, there, nowhere}),
        "town": (factories.user(role=roles.TOWN_OFFICER, area=factories.town()), {here}),
        "other town": (factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")), {there}),
        "village": (factories.user(role=roles.VILLAGE_TEAM, area=factories.village("紫荆村")), {there}),
        "helper": (helper, {here}),
        "nobody": (factories.user(), set()),
        "superuser": (factories.user(is_superuser=True), set()),
    }
    for who, (user, expected) in seen.items():
        assert set(DistrictLeader.objects.visible_to(user)) == expected, who
    assert list(LeaderLink.objects.visible_to(helper)) == [here.links.get()]
    assert not LeaderLink.objects.visible_to(helper, "villages.view").exists()
