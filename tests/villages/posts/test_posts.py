"""Posts: appointing, ending, replacing, correcting; resident teams."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.refusals import refused
from tests.villages.posts.situations import START, TODAY, day
from villages.models import PostKind, ResidentTeam, VillagePost
from villages.services import posts, teams

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
SECRETARY, LEADER, MEMBER = PostKind.FIRST_SECRETARY, PostKind.TEAM_LEADER, PostKind.TEAM_MEMBER
OFFICIAL = PostKind.GRADUATE_OFFICIAL


def appoint(kind=SECRETARY, name="冉启明", starts_on=START, by=None, **kwargs):
    kwargs.setdefault("village", factories.village())
    return posts.appoint(kind=kind, name=name, starts_on=starts_on, by=by, **kwargs)


def end(post, ends_on=TODAY, reason="工作调动", by=None, version=1):
    return posts.end(post=post, ends_on=ends_on, reason=reason, by=by, version=version)


def replace(post, name="蒲正兴", starts_on=TODAY, reason="工作调动", by=None, version=1, **kwargs):
    return posts.replace(post=post, name=name, starts_on=starts_on, reason=reason, by=by, version=version, **kwargs)


def test_somebody_is_appointed_and_it_is_logged_without_the_number(officer):
    unit = factories.unit("区教委")
    post = appoint(name=" 冉启明 ", by=officer, unit=unit, title=" 科长 ", phone="13812345678", is_concurrent=True)
    stored = VillagePost.objects.get(pk=post.pk)
    assert (stored.name, stored.name_pinyin, stored.name_initials) == ("冉启明", "ranqiming", "rqm")
    assert (stored.unit, stored.title, stored.phone_masked) == (unit, "科长", "138****5678")
    assert (stored.phone, stored.is_concurrent, stored.team) == ("13812345678", True, None)
    entry = AuditEntry.objects.get(model="villages.villagepost")
    assert (entry.action, entry.actor_id, entry.area_path) == ("created", officer.pk, stored.village.path)
    assert "13812345678" not in str(entry.after)
    assert entry.after["phone_masked"] == "138****5678"


def test_a_village_has_one_first_secretary_at_a_time():
    first = appoint()
    with refused("starts_on", "taken"):
        appoint(name="别人", starts_on=TODAY)
    end(first, day(6, 30))
    with refused("starts_on", "taken"):
        appoint(name="别人", starts_on=day(6, 30))
    assert appoint(name="别人", starts_on=day(7, 1)).pk
    assert appoint(name="邻村", village=factories.village("紫荆村")).pk


def test_nobody_is_squeezed_in_before_somebody_who_comes_later():
    appoint(starts_on=dt.date(2016, 2, 1))
    with refused("starts_on", "taken"):
        appoint(name="别人", starts_on=START)


def test_several_hold_the_other_posts_but_nobody_holds_one_twice():
    appoint(OFFICIAL, "阳晓雪")
    appoint(OFFICIAL, "殷长青")
    with refused("name", "same_person"):
        appoint(OFFICIAL, "阳晓雪", TODAY)
    assert appoint(OFFICIAL, "阳晓雪", unit=factories.unit("区教委")).pk


def test_leader_and_members_join_the_team_of_the_day():
    with refused("starts_on", "no_team"):
        appoint(MEMBER)
    first = situations.team(ends_on=day(6, 30))
    second = situations.team(starts_on=day(7, 1))
    assert appoint(MEMBER, "甲", day(6, 30)).team == first
    assert appoint(LEADER, "乙", day(7, 1)).team == second
    with refused("starts_on", "taken"):
        appoint(LEADER, "丙", TODAY)
    with refused("starts_on", "no_team"):
        appoint(MEMBER, "丁", dt.date(2014, 12, 31))


@pytest.mark.parametrize("name", ["", "  "])
def test_a_name_is_needed(name):
    with refused("name", "blank"):
        appoint(name=name)


def test_only_villages_have_posts():
    with refused("village", "village"):
        appoint(village=factories.town())


def test_one_ends_with_a_reason_and_its_last_day():
    post = appoint()
    with refused("reason", "reason"):
        end(post, reason=" ")
    with refused("ends_on", "ends_on"):
        end(post, START - dt.timedelta(days=1))
    ended = end(post, reason=" 退休 ")
    assert (ended.ends_on, ended.end_reason, ended.version) == (TODAY, "退休", 2)
    with refused("", "ended"):
        end(post, version=2)
    entry = AuditEntry.objects.filter(model="villages.villagepost").first()
    assert entry.before == {"ends_on": None, "end_reason": ""}
    assert entry.after == {"ends_on": "2015-12-31", "end_reason": "退休"}
    assert entry.reason == "退休"


def test_who_comes_second_is_told():
    post = appoint()
    end(post)
    for act in (end, replace):
        with refused("", "conflict"):
            act(post)
    with refused("", "conflict"):
        posts.correct(post=post, changes={"title": "x"}, by=None, version=1, reason="r")


def test_another_takes_over_and_the_former_ends_the_day_before():
    team = situations.team()
    leader = situations.post(LEADER, team=team)
    made = replace(leader, starts_on=day(7, 1), unit=factories.unit("区教委"))
    leader.refresh_from_db()
    assert (leader.ends_on, leader.end_reason) == (day(6, 30), "工作调动")
    assert (made.kind, made.team, made.starts_on, made.ends_on) == (LEADER, team, day(7, 1), None)
    assert VillagePost.objects.in_post(day(6, 30)).get() == leader
    assert VillagePost.objects.in_post(day(7, 1)).get() == made


def test_nobody_takes_over_before_the_former_began():
    post = appoint()
    for on in (START, START - dt.timedelta(days=1)):
        with refused("starts_on", "too_early"):
            replace(post, starts_on=on)
    post.refresh_from_db()
    assert post.ends_on is None
    assert VillagePost.objects.count() == 1


def test_a_correction_changes_what_was_wrong_and_counts_the_version_up():
    post = appoint(phone="13812345678")
    changes = {"name": "冉启名", "phone": "13900001111", "starts_on": day(1, 5)}
    corrected = posts.correct(post=post, changes=changes, by=None, version=1, reason="笔误")
    assert (corrected.name, corrected.name_initials, corrected.version) == ("冉启名", "rqm", 2)
    assert (corrected.phone, corrected.phone_masked, corrected.starts_on) == ("13900001111", "139****1111", day(1, 5))
    entry = AuditEntry.objects.filter(model="villages.villagepost").first()
    assert entry.before == {"name": "冉启明", "phone_masked": "138****5678", "starts_on": "2015-01-12"}
    assert entry.reason == "笔误"
    untouched = posts.correct(post=corrected, changes={"name": "冉启名"}, by=None, version=2, reason="x")
    assert untouched.version == 2


def test_a_correction_needs_a_reason_and_moves_nobody_into_anothers_time():
    former = appoint(name="前任")
    end(former, day(5, 31))
    post = appoint(starts_on=day(6, 1))
    with refused("reason", "reason"):
        posts.correct(post=post, changes={"title": "科长"}, by=None, version=1, reason=" ")
    with refused("starts_on", "taken"):
        posts.correct(post=post, changes={"starts_on": day(5, 31)}, by=None, version=1, reason="r")
    with pytest.raises(ValueError, match="village"):
        posts.correct(post=post, changes={"village": factories.village()}, by=None, version=1, reason="r")


def test_a_corrected_first_day_finds_its_team():
    situations.team(ends_on=day(6, 30))
    second = situations.team(starts_on=day(7, 1))
    post = appoint(MEMBER, starts_on=day(6, 15))
    assert posts.correct(post=post, changes={"starts_on": day(7, 1)}, by=None, version=1, reason="r").team == second


@pytest.mark.parametrize(
    ("role", "area", "may"),
    [
        (roles.DISTRICT_OFFICER, "江津区", True),
        (roles.TOWN_OFFICER, "白沙镇", True),
        (roles.TOWN_OFFICER, "嘉平镇", False),
        (roles.VILLAGE_TEAM, "复建村", False),
        (roles.DISTRICT_HEAD, "江津区", False),
        (roles.INSPECTOR, "江津区", False),
    ],
)
def test_who_appoints(role, area, may):
    place = {"江津区": factories.county, "复建村": factories.village}.get(area, lambda: factories.town(area))()
    user = factories.user(role=role, area=place)
    team, post = situations.team(), situations.post()
    acts = [
        lambda: appoint(MEMBER, by=user),
        lambda: replace(post, by=user),
        lambda: end(VillagePost.objects.get(kind=SECRETARY, ends_on=None), dt.date(2016, 1, 1), by=user),
        lambda: teams.dissolve(team=team, ends_on=TODAY, reason="r", by=user, version=1),
        lambda: teams.form(village=factories.village(), starts_on=dt.date(2016, 1, 1), by=user),
    ]
    if may:
        for act in acts:
            act()
    else:
        for act in [acts[0], acts[1], acts[3], acts[4], lambda: end(post, by=user)]:
            with pytest.raises(PermissionDenied):
                act()
        with pytest.raises(PermissionDenied):
            posts.correct(post=post, changes={"title": "x"}, by=user, version=1, reason="r")
        assert VillagePost.objects.count() == 1


def test_a_village_has_one_team_at_a_time():
    team = teams.form(village=factories.village(), starts_on=START, by=None)
    with refused("starts_on", "taken"):
        teams.form(village=factories.village(), starts_on=TODAY, by=None)
    teams.dissolve(team=team, ends_on=day(6, 30), reason="期满", by=None, version=1)
    with refused("starts_on", "taken"):
        teams.form(village=factories.village(), starts_on=day(6, 30), by=None)
    assert teams.form(village=factories.village(), starts_on=day(7, 1), by=None) == ResidentTeam.objects.get(
        ends_on=None
    )


def test_a_team_takes_its_people_along():
    team = situations.team()
    leader, member = situations.post(LEADER, team=team), situations.post(MEMBER, "甲", team=team)
    gone = situations.post(MEMBER, "乙", team=team, ends_on=day(3, 31))
    leaving = situations.post(MEMBER, "丙", team=team, ends_on=TODAY, end_reason="退休")
    secretary = situations.post()
    teams.dissolve(team=team, ends_on=day(6, 30), reason="期满", by=None, version=1)
    for post in (leader, member, leaving):
        post.refresh_from_db()
        assert (post.ends_on, post.end_reason, post.version) == (day(6, 30), "期满", 2)
    for post, ends_on in ((gone, day(3, 31)), (secretary, None)):
        post.refresh_from_db()
        assert (post.ends_on, post.version) == (ends_on, 1)


def test_a_team_does_not_end_before_somebody_in_it_begins():
    team = situations.team()
    situations.post(MEMBER, team=team, starts_on=day(9, 1))
    with refused("ends_on", "post"):
        teams.dissolve(team=team, ends_on=day(8, 31), reason="期满", by=None, version=1)
    team.refresh_from_db()
    assert team.ends_on is None


def test_who_is_in_a_team_that_is_gone_holds_no_post():
    """Only past the services could somebody outlast their team."""
    team = situations.team(ends_on=day(6, 30))
    situations.post(MEMBER, team=team)
    assert VillagePost.objects.in_post(day(6, 30)).exists()
    assert not VillagePost.objects.in_post(day(7, 1)).exists()
    assert VillagePost.objects.active(day(7, 1)).exists()
