"""Situations of villages and whoever answers for them, by name, written past the services."""

import datetime as dt
from typing import Any

from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from jiangjin.common.personal import PHONE, seal
from tests import factories
from villages.models import (
    DistrictLeader,
    LeaderLink,
    LeaderOffice,
    PoorVillage,
    PostKind,
    PublicityEvent,
    PublicityKind,
    ResidentTeam,
    SupportGroup,
    SupportGroupMember,
    TrainedPerson,
    TrainingKind,
    VillagePost,
)
from villages.services.records import named

START = dt.date(2015, 1, 12)
TODAY = dt.date(2015, 12, 31)


def day(month: int, number: int) -> dt.date:
    """A day of 2015."""
    return dt.date(2015, month, number)


def ended(kwargs: dict[str, Any]) -> dict[str, Any]:
    """A last day brings its reason along."""
    if kwargs.get("ends_on") is not None:
        kwargs.setdefault("end_reason", "工作调动")
    return kwargs


def poor(name: str = "复建村", **kwargs: Any) -> PoorVillage:
    """A village on the list of poor villages since the autumn of 2014."""
    kwargs.setdefault("listed_on", dt.date(2014, 10, 10))
    kwargs.setdefault("evidence", "certain")
    if kwargs.get("delisted_on") is not None:
        kwargs.setdefault("delisted_reason", "整村脱贫")
    return PoorVillage.objects.create(village=factories.village(name), **kwargs)


def leader(name: str = "严思远", **kwargs: Any) -> DistrictLeader:
    """A leader of the district, in office."""
    kwargs.setdefault("starts_on", dt.date(2013, 1, 5))
    kwargs.setdefault("office", LeaderOffice.GOVERNMENT)
    kwargs.setdefault("title", "副区长")
    return DistrictLeader.objects.create(county=factories.county(), **named(name), **ended(kwargs))


def link(of: DistrictLeader, to: Any, **kwargs: Any) -> LeaderLink:
    """The leader answers for an area or a household."""
    kwargs.setdefault("starts_on", START)
    target = {"area": to} if isinstance(to, Area) else {"household": to}
    return LeaderLink.objects.create(leader=of, **target, **ended(kwargs))


def team(village: Area | None = None, **kwargs: Any) -> ResidentTeam:
    """A resident team."""
    kwargs.setdefault("starts_on", START)
    return ResidentTeam.objects.create(village=village or factories.village(), **ended(kwargs))


def post(kind: str = PostKind.FIRST_SECRETARY, name: str = "冉启明", **kwargs: Any) -> VillagePost:
    """Somebody in a post; of a team if one is given."""
    kwargs.setdefault("starts_on", START)
    kwargs.setdefault("unit", factories.unit())
    if kwargs.get("team") is not None:
        kwargs.setdefault("village", kwargs["team"].village)
    kwargs.setdefault("village", factories.village())
    sealed = seal(PHONE, kwargs.pop("phone", ""))
    phone = {"phone": sealed.cipher, "phone_digest": sealed.digest, "phone_masked": sealed.masked}
    return VillagePost.objects.create(kind=kind, **named(name), **phone, **ended(kwargs))


def group(
    village: Area | None = None, *, lead: Unit | None = None, others: tuple[Unit, ...] = (), **kwargs: Any
) -> SupportGroup:
    """A support group with its lead unit and others."""
    kwargs.setdefault("starts_on", START)
    kwargs.setdefault("name", "区农委扶贫集团")
    made = SupportGroup.objects.create(village=village or factories.village(), **ended(kwargs))
    for unit in (lead or factories.unit(), *others):
        SupportGroupMember.objects.create(
            group=made, unit=unit, is_lead=unit == (lead or factories.unit()), starts_on=made.starts_on
        )
    return made


def trained(kind: str = TrainingKind.MEDIC, name: str = "敖小琴", **kwargs: Any) -> TrainedPerson:
    """Somebody who was trained in the year."""
    kwargs.setdefault("village", factories.village())
    kwargs.setdefault("subject", "乡村医生业务培训")
    kwargs.setdefault("finished_on", day(6, 30))
    kwargs.setdefault("recorded_on", day(7, 1))
    return TrainedPerson.objects.create(kind=kind, **named(name), **kwargs)


def meeting(**kwargs: Any) -> PublicityEvent:
    """A village meeting."""
    kwargs.setdefault("village", factories.village())
    kwargs.setdefault("topic", "扶贫政策宣讲")
    kwargs.setdefault("starts_on", day(5, 8))
    kwargs.setdefault("attendance", 46)
    kwargs.setdefault("held_by", "驻村工作队")
    kwargs.setdefault("recorded_on", kwargs["starts_on"])
    return PublicityEvent.objects.create(kind=PublicityKind.MEETING, ends_on=kwargs["starts_on"], **kwargs)


def board(kind: str = PublicityKind.EXIT_LIST, **kwargs: Any) -> PublicityEvent:
    """Something on the board."""
    kwargs.setdefault("village", factories.village())
    kwargs.setdefault("topic", "2015年脱贫对象名单公示")
    kwargs.setdefault("starts_on", day(12, 7))
    kwargs.setdefault("held_by", "村委会")
    kwargs.setdefault("recorded_on", kwargs["starts_on"])
    return PublicityEvent.objects.create(kind=kind, **kwargs)


def complete(name: str = "复建村") -> PoorVillage:
    """A poor village that has all that is asked for."""
    made = PoorVillage.objects.filter(village=factories.village(name)).first() or poor(name)
    village = made.village
    for who in ("严思远", "段立诚"):
        link(DistrictLeader.objects.filter(name=who).first() or leader(who), village)
    formed = team(village)
    group(village, name=f"{name}扶贫集团")
    for kind, who, of in (
        (PostKind.FIRST_SECRETARY, "冉启明", None),
        (PostKind.TEAM_LEADER, "冉启明", formed),
        (PostKind.TEAM_MEMBER, "蒲正兴", formed),
        (PostKind.GRADUATE_OFFICIAL, "阳晓雪", None),
        (PostKind.TECHNOLOGY_COMMISSIONER, "殷长青", None),
    ):
        post(kind, who, village=village, team=of)
    return made
