"""Support groups, resident teams and posts of the county's poor villages, with the hand-overs of a year; who was trained."""

import datetime as dt
import random
from dataclasses import dataclass, field

from django.utils import timezone

from households.demo.pairing import invented_phone
from jiangjin.accounts import roles
from jiangjin.accounts.demo import DemoAccounts
from jiangjin.accounts.models import Grant, Unit, User
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext
from jiangjin.common.personal import PHONE, seal
from villages.demo.village_tables import day, invented_name, table, weekday
from villages.models import (
    PostKind,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    TrainedPerson,
    VillagePost,
)
from villages.models.village_post import TEAM_KINDS
from villages.services.records import named


@dataclass
class Staff:
    """Everything that is made for the county's poor villages, before it is written."""

    groups: list[SupportGroup] = field(default_factory=list)
    members: list[SupportGroupMember] = field(default_factory=list)
    teams: list[ResidentTeam] = field(default_factory=list)
    posts: list[VillagePost] = field(default_factory=list)


class Staffing:
    """Draws who helps each poor village."""

    def __init__(self, context: DemoContext, places: DemoPlaces) -> None:
        self.rng, self.words = context.rng("village posts"), table("village_posts")
        self.accounts, self.places = context.get(DemoAccounts), places
        self.is_shipped = context.number == 0
        self.villages = [village for village in places.villages if village.pk in places.poor]
        self.users = _village_users(self.villages)
        self.staff = Staff()

    def fill(self) -> Counts:
        leads = self._leads()
        changing = self._chosen(self.words["changed_groups"])
        for village in self.villages:
            units = self._group(village, leads[village.pk], changes=village.pk in changing)
            self._posts(village, units)
        staff = self.staff
        for number in self._chosen(self.words["replaced_secretaries"]):
            self._hand_over(number, PostKind.FIRST_SECRETARY)
        for number in self._chosen(self.words["replaced_members"]):
            self._hand_over(number, PostKind.TEAM_MEMBER)
        SupportGroup.objects.bulk_create(staff.groups)
        ResidentTeam.objects.bulk_create(staff.teams)
        for member in staff.members:
            member.group = member.group  # it has its key now
        for post in staff.posts:
            post.team = post.team
        SupportGroupMember.objects.bulk_create(staff.members)
        VillagePost.objects.bulk_create(staff.posts)
        return {
            "support_groups": len(staff.groups),
            "support_group_members": len(staff.members),
            "resident_teams": len(staff.teams),
            "village_posts": len(staff.posts),
        }

    def _chosen(self, count: int) -> list[int]:
        """Some of the villages, by number."""
        return [village.pk for village in self.rng.sample(self.villages, min(count, len(self.villages)))]

    def _leads(self) -> dict[int, Unit]:
        """The lead unit of each village: as the sources name it, the unit of the demo's village team, else one of the rest."""
        by_name = {unit.name: unit for unit in self.accounts.departments}
        known = self.words["known_leads"] if self.is_shipped else {}
        leads = {village.pk: by_name[known[village.name]] for village in self.villages if village.name in known}
        for village in self.villages:
            user = self.users.get(village.pk)
            if village.pk not in leads and user is not None and user.unit is not None:
                leads[village.pk] = user.unit
        taken = {unit.pk for unit in leads.values()}
        barred = self.words["not_leading"]
        rest = [unit for unit in self.accounts.departments if unit.pk not in taken and unit.name not in barred]
        self.rng.shuffle(rest)
        for village in self.villages:
            if village.pk not in leads:
                leads[village.pk] = rest.pop()
        self.others = [unit for unit in self.accounts.departments if unit.pk not in {u.pk for u in leads.values()}]
        return leads

    def _group(self, village: Area, lead: Unit, *, changes: bool) -> list[Unit]:
        """The village's group; returns its units, the lead first."""
        rng, is_known = self.rng, self.is_shipped and village.name in self.words["known_leads"]
        group = SupportGroup(
            village=village,
            name=self.words["group_name"].format(unit=lead.name),
            basis=self.words["known_basis" if is_known else "invented_basis"],
            starts_on=weekday(rng, "01-05", "01-23"),
        )
        self.staff.groups.append(group)
        units = rng.sample(self.others, rng.randint(2, 4) + changes)
        rows = [SupportGroupMember(group=group, unit=lead, is_lead=True, starts_on=group.starts_on)]
        rows += [SupportGroupMember(group=group, unit=unit, starts_on=group.starts_on) for unit in units]
        if changes:
            last = weekday(rng, "06-01", "07-31")
            rows[-2].ends_on, rows[-2].end_reason = last, self.words["unit_left"]
            rows[-1].starts_on = last + dt.timedelta(days=1)
            units.remove(rows[-2].unit)
        self.staff.members += rows
        return [lead, *units]

    def _posts(self, village: Area, units: list[Unit]) -> None:
        rng, user = self.rng, self.users.get(village.pk)
        lead, *others = units
        town = self.accounts.town_units[village.parent_id or 0]
        team = ResidentTeam(village=village, starts_on=weekday(rng, "01-12", "02-06"))
        self.staff.teams.append(team)
        secretary = self._post(village, PostKind.FIRST_SECRETARY, lead, weekday(rng, "01-07", "02-03"))
        if user is not None:
            self._post(village, PostKind.TEAM_LEADER, lead, team.starts_on, team=team, user=user)
        elif rng.randrange(100) < 40:
            leader = self._post(village, PostKind.TEAM_LEADER, lead, team.starts_on, team=team, name=secretary.name)
            leader.is_concurrent = True
            leader.starts_on = max(leader.starts_on, secretary.starts_on)
            leader.title = secretary.title
            leader.phone, leader.phone_digest = secretary.phone, secretary.phone_digest
            leader.phone_masked = secretary.phone_masked
        else:
            self._post(village, PostKind.TEAM_LEADER, rng.choice(others), team.starts_on, team=team)
        for unit in [town, *rng.sample(others, min(len(others), rng.randint(1, 2)))]:
            self._post(village, PostKind.TEAM_MEMBER, unit, team.starts_on, team=team)
        self._post(village, PostKind.GRADUATE_OFFICIAL, town, weekday(rng, "01-05", "03-20"), young=True)
        named_units = [unit for unit in self.accounts.departments if unit.name in self.words["commissioners_from"]]
        unit = rng.choice(named_units)
        self._post(village, PostKind.TECHNOLOGY_COMMISSIONER, unit, weekday(rng, "02-02", "04-10"))

    def _post(
        self,
        village: Area,
        kind: PostKind,
        unit: Unit,
        since: dt.date,
        *,
        team: ResidentTeam | None = None,
        user: User | None = None,
        name: str = "",
        young: bool = False,
    ) -> VillagePost:
        name = user.name if user is not None else name or invented_name(self.rng, young=young)
        sealed = seal(PHONE, invented_phone(self.rng))
        post = VillagePost(
            village=village,
            kind=kind,
            team=team if kind in TEAM_KINDS else None,
            unit=unit,
            title=self.rng.choice(self.words["titles"][kind]),
            user=user,
            starts_on=since,
            phone=sealed.cipher,
            phone_digest=sealed.digest,
            phone_masked=sealed.masked,
            **named(name),
        )
        self.staff.posts.append(post)
        return post

    def _hand_over(self, village: int, kind: PostKind) -> None:
        """Somebody else held one of the village's posts first."""
        present = next(
            post for post in self.staff.posts if post.village_id == village and post.kind == kind and post.user is None
        )
        last = weekday(self.rng, "05-04", "10-16")
        former = self._post(
            present.village, kind, present.unit or self.accounts.departments[0], present.starts_on, team=present.team
        )
        former.ends_on, former.end_reason = last, self.rng.choice(self.words["end_reasons"])
        present.starts_on = last + dt.timedelta(days=1)


def fill_trained(context: DemoContext, places: DemoPlaces) -> Counts:
    """People of the poor villages who were trained in the year; a few records were taken back."""
    rng, words = context.rng("trained people"), table("village_posts")
    officer = context.get(DemoAccounts).officer
    people: list[TrainedPerson] = []
    for village in places.villages:
        if village.pk in places.poor:
            for kind, how in words["trained"].items():
                for name in _names(rng, rng.randint(how["least"], how["most"])):
                    people.append(_trained(rng, village, kind, name, officer, len(people) + 1))
    for wrong in rng.sample(people, words["withdrawn"]):
        again = _trained(rng, wrong.village, wrong.kind, invented_name(rng), officer, len(people) + 1)
        again.withdrawn_at = timezone.make_aware(dt.datetime.combine(again.recorded_on, dt.time(16, 20)))
        again.withdrawn_by, again.withdrawn_reason = officer, words["withdrawn_reason"]
        people.append(again)
    TrainedPerson.objects.bulk_create(people)
    return {"trained_people": len(people)}


def _names(rng: random.Random, count: int) -> list[str]:
    """Different names."""
    names: set[str] = set()
    while len(names) < count:
        names.add(invented_name(rng, women=45))
    return sorted(names)


def _trained(
    rng: random.Random, village: Area, kind: str, name: str, officer: User | None, number: int
) -> TrainedPerson:
    words = table("village_posts")
    how = words["trained"][kind]
    finished_on = weekday(rng, "03-20", "11-27")
    return TrainedPerson(
        village=village,
        kind=kind,
        subject=rng.choice(how["subjects"]),
        place=rng.choice(how["places"]),
        started_on=finished_on - dt.timedelta(days=rng.randint(1, 12)),
        finished_on=finished_on,
        certificate=words["certificates"][kind].format(number=number),
        recorded_by=officer,
        recorded_on=min(finished_on + dt.timedelta(days=rng.randint(0, 20)), day("12-18")),
        **named(name),
    )


def _village_users(villages: list[Area]) -> dict[int, User]:
    """The user of a village's team, by village."""
    grants = Grant.objects.filter(role=roles.VILLAGE_TEAM.code, area__in=villages)
    return {grant.area_id: grant.user for grant in grants.select_related("user__unit").order_by("-pk")}
