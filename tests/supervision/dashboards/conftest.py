"""A small district with a past: two towns, exits, a return, tiers, a check of two months, what happened this week, a roster."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.utils import timezone

from assistance.models import VisitState
from households.models import RosterImport
from households.services import tiers
from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from tests import factories
from tests.supervision.rollups.histories import checked, day, happened, refresh, registered

MET, MISSED, NOT_DUE = VisitState.MET, VisitState.MISSED, VisitState.NOT_DUE


def group(village, name):
    (made,) = Area.objects.add([Area(parent=village, level=AreaLevel.GROUP, name=name)])
    return made


@pytest.fixture
def district(year_end):
    """复建村 and 高屋村 of 白沙镇, 紫荆村 of 嘉平镇; 复建村 has two groups and a household outside them."""
    fujian, gaowu, zijing = (factories.village(name) for name in ("复建村", "高屋村", "紫荆村"))
    first, second = group(fujian, "1组"), group(fujian, "2组")
    made = SimpleNamespace(
        plain=registered(area=fujian, group=first, tier="A", members=3),
        exits=registered(area=fujian, group=first, tier="B", members=4),
        returns=registered(area=fujian, group=second, tier="B", members=2),
        new=registered("12-28", area=fujian, tier="", members=1),
        next_door=registered("03-10", area=gaowu, tier="C", members=5),
        leaves=registered(area=gaowu, tier="C", members=2),
        far=registered(area=zijing, tier="A", members=2),
        far_exits=registered(area=zijing, tier="C", members=6),
        prepares=registered("2014-06-01", area=zijing, tier="B", members=3),
    )
    helper = factories.helper()
    for household in (made.plain, made.exits, made.returns, made.far, made.far_exits):
        factories.assignment(household, helper, starts_on=day("2014-06-01"))
    factories.assignment(made.next_door, helper, starts_on=day("12-30"))
    happened(made.exits, "exited", "06-20")
    happened(made.returns, "exited", "05-20")
    happened(made.returns, "relapsed", "10-09")
    happened(made.leaves, "removed", "09-01")
    happened(made.far_exits, "exited", "12-29")
    happened(made.prepares, "exit_prepared", "12-26")
    tiers.decide(household=made.far, tier="B", decided_on=day("12-27"), by=None, reason="r")
    for in_month, states in {
        "10": [MET, MET, MISSED, MET, MET],
        "11": [MET, MISSED, MISSED, MISSED, MET],
        "12": [MISSED, MET, MISSED, NOT_DUE, MET],
    }.items():
        visited = (made.plain, made.exits, made.returns, made.far, made.far_exits)
        for household, state in zip(visited, states, strict=True):
            checked(household, in_month, state, visits=int(state == MET))
    refresh()
    for state, days_ago in (("committed", 1), ("committed", 30), ("checked", 1)):
        RosterImport.objects.create(
            area=factories.town("白沙镇"),
            original_name="花名册.xlsx",
            sha256="0",
            state=state,
            committed_at=timezone.now() - dt.timedelta(days=days_ago) if state == "committed" else None,
        )
    return made


@pytest.fixture
def who():
    """Users by where they look from."""
    return {
        "district": factories.user(role=roles.DISTRICT_OFFICER),
        "leader": factories.user(role=roles.DISTRICT_HEAD),
        "finance": factories.user(role=roles.FINANCE),
        "town": factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇")),
        "village": factories.user(role=roles.VILLAGE_TEAM, area=factories.village("复建村")),
    }
