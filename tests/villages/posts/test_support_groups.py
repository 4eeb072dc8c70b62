"""Support groups: formed, changed, dissolved; units join, leave, lead."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages.posts import situations
from tests.villages.posts.refusals import refused
from tests.villages.posts.situations import START, TODAY, day
from villages.models import SupportGroup
from villages.services import support_groups

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def unit(name):
    return factories.unit(name)


def form(village=None, lead="区农委", members=("区教委",), starts_on=START, by=None, **kwargs):
    kwargs.setdefault("name", "区农委扶贫集团")
    return support_groups.form(
        village=village or factories.village(),
        lead=unit(lead),
        members=[unit(name) for name in members],
        starts_on=starts_on,
        by=by,
        **kwargs,
    )


def units(group, on=TODAY):
    """(name, whether it leads) of the units of a day."""
    return [(row.unit.name, row.is_lead) for row in group.members.active(on).order_by("-is_lead", "unit__name")]


def test_a_group_is_formed_of_a_lead_and_members(officer):
    group = form(members=("区教委", "区教委", "区农委"), by=officer, basis="江扶组〔2015〕1号")
    assert units(group) == [("区农委", True), ("区教委", False)]
    assert AuditEntry.objects.filter(actor_id=officer.pk).count() == 3
    assert str(group) == "区农委扶贫集团"


def test_a_village_has_one_group_at_a_time():
    group = form()
    with refused("village", "taken"):
        form(lead="区教委", starts_on=TODAY)
    assert form(factories.village("紫荆村")).pk
    support_groups.dissolve(group=group, ends_on=day(6, 30), reason="调整", by=None, version=1)
    with refused("village", "taken"):
        form(lead="区教委", starts_on=day(6, 30))
    assert form(lead="区教委", members=(), starts_on=day(7, 1)).pk
    with refused("village", "village"):
        form(factories.town())
    with refused("name", "blank"):
        form(factories.village("关胜村"), name=" ")


def test_units_join_and_leave():
    group = form()
    joined = support_groups.join(group=group, unit=unit("区残联"), starts_on=day(5, 1), by=None, version=1)
    with refused("unit", "joined"):
        support_groups.join(group=group, unit=unit("区教委"), starts_on=TODAY, by=None, version=1)
    with refused("starts_on", "not_there"):
        before = START - dt.timedelta(days=1)
        support_groups.join(group=group, unit=unit("区妇联"), starts_on=before, by=None, version=1)
    support_groups.part(member=joined, ends_on=day(9, 30), reason="职能调整", by=None, version=1)
    assert units(group, day(9, 30)) == [("区农委", True), ("区教委", False), ("区残联", False)]
    assert units(group, day(10, 1)) == [("区农委", True), ("区教委", False)]
    assert support_groups.join(group=group, unit=unit("区残联"), starts_on=day(10, 1), by=None, version=1).pk


def test_the_lead_does_not_leave_before_another_leads():
    group = form()
    lead = group.members.get(is_lead=True)
    with refused("", "lead"):
        support_groups.part(member=lead, ends_on=TODAY, reason="r", by=None, version=1)


@pytest.mark.parametrize("new_lead", ["区教委", "区残联"])
def test_another_unit_leads_and_the_former_stays(new_lead):
    group = form()
    change = {"group": group, "starts_on": day(7, 1), "by": None, "version": 1}
    support_groups.change_lead(unit=unit(new_lead), reason="调整牵头单位", **change)
    assert units(group, day(6, 30)) == [("区农委", True), ("区教委", False)]
    assert (new_lead, True) in units(group, day(7, 1))
    assert ("区农委", False) in units(group, day(7, 1))
    assert sum(is_lead for _name, is_lead in units(group, day(7, 1))) == 1
    assert len(units(group, day(7, 1))) == len({"区农委", "区教委", new_lead})
    with refused("unit", "same_unit"):
        support_groups.change_lead(unit=unit(new_lead), reason="r", **change)
    with refused("reason", "reason"):
        support_groups.change_lead(unit=unit("区妇联"), reason="", **change)
    with refused("starts_on", "too_early"):
        support_groups.change_lead(unit=unit("区妇联"), reason="r", **change)


def test_a_group_ends_with_all_its_units():
    group = form()
    with refused("reason", "reason"):
        support_groups.dissolve(group=group, ends_on=TODAY, reason="", by=None, version=1)
    support_groups.join(group=group, unit=unit("区残联"), starts_on=day(9, 1), by=None, version=1)
    with refused("ends_on", "member"):
        support_groups.dissolve(group=group, ends_on=day(8, 31), reason="调整", by=None, version=1)
    assert SupportGroup.objects.get(pk=group.pk).ends_on is None
    ended = support_groups.dissolve(group=group, ends_on=TODAY, reason="调整", by=None, version=1)
    assert (ended.ends_on, ended.version) == (TODAY, 2)
    assert set(group.members.values_list("ends_on", "end_reason")) == {(TODAY, "调整")}
    with refused("", "conflict"):
        support_groups.dissolve(group=group, ends_on=TODAY, reason="调整", by=None, version=1)


def test_name_and_basis_are_corrected():
    group = form()
    change = {"by": None, "reason": "笔误"}
    row = support_groups.correct(group=group, changes={"name": "农委集团"}, version=1, **change)
    assert (row.name, row.version) == ("农委集团", 2)
    with refused("", "conflict"):
        support_groups.correct(group=group, changes={"name": "x"}, version=1, **change)
    with refused("name", "blank"):
        support_groups.correct(group=row, changes={"name": ""}, version=2, **change)


@pytest.mark.parametrize("role", [roles.TOWN_OFFICER, roles.VILLAGE_TEAM, roles.FINANCE])
def test_only_the_district_office_pairs_units(role):
    user, group = factories.user(role=role), situations.group(others=(factories.unit("区教委"),))
    member = group.members.get(is_lead=False)
    acts = [
        lambda: form(factories.village("紫荆村"), by=user),
        lambda: support_groups.join(group=group, unit=unit("区残联"), starts_on=TODAY, by=user, version=1),
        lambda: support_groups.part(member=member, ends_on=TODAY, reason="r", by=user, version=1),
        lambda: support_groups.dissolve(group=group, ends_on=TODAY, reason="r", by=user, version=1),
        lambda: support_groups.correct(group=group, changes={"name": "x"}, by=user, version=1, reason="r"),
        lambda: support_groups.change_lead(
            group=group, unit=unit("区残联"), starts_on=TODAY, reason="r", by=user, version=1
        ),
    ]
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
