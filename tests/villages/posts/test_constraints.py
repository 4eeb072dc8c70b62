"""What the databases themselves refuse, on both, each with a sentence that a person can read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.situations import START, day
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PostKind,
    PublicityEvent,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    TrainedPerson,
    VillagePost,
)

pytestmark = pytest.mark.django_db
SECRETARY = PostKind.FIRST_SECRETARY


def a_leader(**kwargs):
    values = {
        "county": factories.county(),
        "name": "严思远",
        "title": "副区长",
        "office": "government",
        "starts_on": START,
    }
    return DistrictLeader(**{**values, **kwargs})


def a_link(**kwargs):
    kwargs["leader"] = kwargs.get("leader") or situations.leader()
    return LeaderLink(**{"area": factories.village(), "starts_on": START, **kwargs})


def a_post(**kwargs):
    return VillagePost(
        **{"village": factories.village(), "kind": SECRETARY, "name": "冉启明", "starts_on": START, **kwargs}
    )


def a_group(**kwargs):
    return SupportGroup(**{"village": factories.village(), "name": "扶贫集团", "starts_on": START, **kwargs})


def a_member(**kwargs):
    kwargs["group"] = kwargs.get("group") or situations.group()
    return SupportGroupMember(**{"unit": factories.unit("区教委"), "starts_on": START, **kwargs})


def a_team(**kwargs):
    return ResidentTeam(**{"village": factories.village(), "starts_on": START, **kwargs})


def a_trained(**kwargs):
    values = {
        "village": factories.village(),
        "kind": "medic",
        "name": "敖小琴",
        "subject": "急救",
        "finished_on": day(6, 30),
        "recorded_on": day(7, 1),
    }
    return TrainedPerson(**{**values, **kwargs})


def an_event(**kwargs):
    values = {
        "village": factories.village(),
        "kind": "exit_list",
        "topic": "名单",
        "held_by": "村委会",
        "starts_on": START,
        "recorded_on": START,
    }
    return PublicityEvent(**{**values, **kwargs})


def after(make_first, make):
    """A row that would be fine without the one before it."""

    def made():
        first = make_first()
        return make(first)

    return made


REFUSED = {
    "residentteam_ends_after_it_begins": lambda: a_team(ends_on=day(1, 1), end_reason="x"),
    "residentteam_ends_with_a_reason": lambda: a_team(ends_on=day(2, 1)),
    "resident_team_open_once": after(situations.team, lambda _first: a_team()),
    "villagepost_ends_after_it_begins": lambda: a_post(ends_on=day(1, 1), end_reason="x"),
    "villagepost_ends_with_a_reason": lambda: a_post(ends_on=day(2, 1)),
    "village_post_in_a_team": lambda: a_post(kind=PostKind.TEAM_MEMBER),
    "village_post_one_secretary": after(situations.post, lambda _first: a_post(name="别人")),
    "village_post_one_team_leader": after(
        lambda: situations.post(PostKind.TEAM_LEADER, team=situations.team()),
        lambda first: a_post(kind=PostKind.TEAM_LEADER, team=first.team, name="别人"),
    ),
    "supportgroup_ends_after_it_begins": lambda: a_group(ends_on=day(1, 1), end_reason="x"),
    "supportgroup_ends_with_a_reason": lambda: a_group(ends_on=day(2, 1)),
    "support_group_open_once": after(situations.group, lambda _first: a_group()),
    "supportgroupmember_ends_after_it_begins": lambda: a_member(ends_on=day(1, 1), end_reason="x"),
    "supportgroupmember_ends_with_a_reason": lambda: a_member(ends_on=day(2, 1)),
    "support_group_member_open_once": after(
        situations.group, lambda first: a_member(group=first, unit=factories.unit())
    ),
    "support_group_one_lead": after(situations.group, lambda first: a_member(group=first, is_lead=True)),
    "districtleader_ends_after_it_begins": lambda: a_leader(ends_on=day(1, 1), end_reason="x"),
    "districtleader_ends_with_a_reason": lambda: a_leader(ends_on=day(2, 1)),
    "district_leader_open_once": after(situations.leader, lambda _first: a_leader()),
    "leaderlink_ends_after_it_begins": lambda: a_link(ends_on=day(1, 1), end_reason="x"),
    "leaderlink_ends_with_a_reason": lambda: a_link(ends_on=day(2, 1)),
    "leader_link_to_one_thing": lambda: a_link(household=factories.household()),
    "leader_link_area_open_once": after(
        lambda: situations.link(situations.leader(), factories.village()), lambda first: a_link(leader=first.leader)
    ),
    "leader_link_household_open_once": after(
        lambda: situations.link(situations.leader(), factories.household()),
        lambda first: a_link(leader=first.leader, area=None, household=first.household),
    ),
    "trainedperson_withdrawn_with_a_reason": lambda: a_trained(withdrawn_at="2015-07-01T00:00Z"),
    "trained_person_finished_after_start": lambda: a_trained(started_on=day(7, 1)),
    "trained_person_once": after(situations.trained, lambda _first: a_trained()),
    "publicityevent_withdrawn_with_a_reason": lambda: an_event(withdrawn_at="2015-07-01T00:00Z"),
    "publicity_event_ends_after_start": lambda: an_event(ends_on=day(1, 1)),
    "publicity_event_meeting_attended": lambda: an_event(kind="meeting", ends_on=START),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_database_refuses_it(name):
    row = REFUSED[name]()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("name", REFUSED)
def test_and_it_is_said_in_words(name):
    row = REFUSED[name]()
    constraint = next(each for each in row._meta.constraints if each.name == name)
    with translation.override("en"):
        with pytest.raises(ValidationError) as refusal:
            row.validate_constraints()
        assert str(constraint.violation_error_message) in refusal.value.messages


def test_every_constraint_of_these_models_stands_above():
    models = [
        *(DistrictLeader, LeaderLink, VillagePost, ResidentTeam, SupportGroup, SupportGroupMember),
        *(TrainedPerson, PublicityEvent),
    ]
    assert {each.name for model in models for each in model._meta.constraints} == set(REFUSED)


@pytest.mark.parametrize(
    "make",
    [
        lambda: (situations.post(ends_on=day(6, 1)), a_post(name="别人", starts_on=day(6, 2))),
        lambda: (situations.team(ends_on=day(6, 1)), a_team(starts_on=day(6, 2))),
        lambda: (situations.group(ends_on=day(6, 1)), a_group(starts_on=day(6, 2))),
        lambda: (situations.post(village=factories.village("紫荆村")), a_post()),
        lambda: (situations.trained(withdrawn_at="2015-07-01T00:00Z", withdrawn_reason="x"), a_trained()),
        lambda: (situations.trained(), a_trained(kind="entrepreneur")),
    ],
)
def test_what_ended_or_is_elsewhere_leaves_room(make):
    _first, row = make()
    row.validate_constraints()
    row.save(force_insert=True)
