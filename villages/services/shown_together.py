"""What lists show beside leaders, teams and groups: links, people and units of many rows in one query."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from households.models import Household
from jiangjin.areas.models import Area
from villages.models import (
    DistrictLeader,
    LeaderLink,
    PostKind,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    VillagePost,
)


@dataclass(frozen=True)
class ShownLeader:
    """A leader with what they are linked to."""

    leader: DistrictLeader
    towns: list[Area] = field(default_factory=list)
    villages: list[Area] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)


@dataclass(frozen=True)
class ShownGroup:
    """A group with its units: those of its last day where it has ended."""

    group: SupportGroup
    lead: Any = None
    members: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class ShownTeam:
    """A team with its people on a day: on its last day where it had ended by then."""

    team: ResidentTeam
    leader: VillagePost | None = None
    members: list[VillagePost] = field(default_factory=list)


def links_of(leaders: Iterable[DistrictLeader], links: QuerySet[LeaderLink]) -> list[ShownLeader]:
    """The leaders in their order, each with those of the links that are theirs."""
    shown = {leader.pk: ShownLeader(leader) for leader in leaders}
    rows = links.filter(leader__in=shown).select_related("area__parent", "household__village")
    for link in rows.order_by("area__path", "household__number", "pk"):
        of = shown[link.leader_id]
        if link.household is not None:
            of.households.append(link.household)
        elif link.area is not None:
            (of.towns if link.is_to_town else of.villages).append(link.area)
    return list(shown.values())


def people_of(teams: Iterable[ResidentTeam], *, on: dt.date) -> list[ShownTeam]:
    """The teams in their order, each with its people on the day."""
    shown = {team.pk: ShownTeam(team) for team in teams}
    leaders: dict[int, VillagePost] = {}
    posts = VillagePost.objects.filter(team__in=shown).select_related("unit").order_by("starts_on", "pk")
    for post in posts:
        of = shown[post.team_id or 0]
        if not post.holds(min(on, of.team.ends_on or on)):
            continue
        if post.kind == PostKind.TEAM_LEADER:
            leaders[of.team.pk] = post
        else:
            of.members.append(post)
    return [ShownTeam(each.team, leaders.get(key), each.members) for key, each in shown.items()]


def units_of(groups: Iterable[SupportGroup]) -> list[ShownGroup]:
    """The groups in their order, each with its units."""
    shown = {group.pk: ShownGroup(group) for group in groups}
    rows = SupportGroupMember.objects.filter(group__in=shown).select_related("unit")
    leads = {}
    for member in rows.order_by("starts_on", "pk"):
        of = shown[member.group_id]
        if member.ends_on != of.group.ends_on:
            continue
        if member.is_lead:
            leads[member.group_id] = member.unit
        else:
            of.members.append(member.unit)
    return [ShownGroup(each.group, leads.get(key), each.members) for key, each in shown.items()]
