"""Support groups: units that help one village, one of which leads. Units join and leave by day."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from villages.models import SupportGroup, SupportGroupMember
from villages.permissions import ASSIGN
from villages.services import records, writing

CORRECTABLE = ("name", "basis")


def form(
    *,
    village: Area,
    name: str,
    lead: Unit,
    members: Iterable[Unit],
    starts_on: dt.date,
    by: Any,
    basis: str = "",
) -> SupportGroup:
    """A lead unit and others help the village from a day on. Raises ValidationError by field, where the village has a group on that
    day or later; PermissionDenied."""
    with transaction.atomic():
        locked = records.open_village(village, by=by, permission=ASSIGN)
        other = SupportGroup.objects.filter(village=locked).touching(starts_on, None).first()
        if other is not None:
            message = _("%(name)s has helped this village since %(day)s. Dissolve that group first.")
            params = {"name": other.name, "day": other.starts_on}
            raise ValidationError({"village": ValidationError(message, code="taken", params=params)})
        made = SupportGroup(village=locked, name=name.strip(), basis=basis.strip(), starts_on=starts_on)
        group = writing.store(made, by=by)
        for unit in dict.fromkeys([lead, *members]):
            _join(group, unit, starts_on, is_lead=unit == lead, by=by)
    return group


def correct(*, group: SupportGroup, changes: Mapping[str, Any], by: Any, version: int, reason: str) -> SupportGroup:
    """Change the name or the basis of a group. Raises ValidationError by field, with the code "conflict" if it is not the `version`
    that was read; PermissionDenied."""
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        row = _opened(group, by=by, version=version)
        reason = records.said(reason, _("Say why this is corrected."))
        return records.change(row, changes, by=by, reason=reason)


def dissolve(*, group: SupportGroup, ends_on: dt.date, reason: str, by: Any, version: int) -> SupportGroup:
    """The group's last day, and that of every unit in it. Raises ValidationError as `records.close` does, also for a day before a
    unit joined; PermissionDenied."""
    with transaction.atomic():
        row = _opened(group, by=by, version=version)
        records.close(row, ends_on=ends_on, reason=reason, by=by)
        for member in row.members.touching(ends_on + dt.timedelta(days=1), None).select_related("unit"):
            if member.starts_on > ends_on:
                message = _("%(unit)s belongs to the group from %(day)s.")
                params = {"unit": member.unit, "day": member.starts_on}
                raise ValidationError({"ends_on": ValidationError(message, code="member", params=params)})
            member.group = row
            values = {"ends_on": ends_on, "end_reason": reason.strip()[:200]}
            records.change(member, values, by=by, reason=reason.strip())
    return row


def join(*, group: SupportGroup, unit: Unit, starts_on: dt.date, by: Any, version: int) -> SupportGroupMember:
    """One more unit from a day on. Raises ValidationError by field: for a day on which the group does not help, for a unit that
    belongs to it on that day or later; PermissionDenied."""
    with transaction.atomic():
        row = _opened(group, by=by, version=version)
        return _join(row, unit, starts_on, is_lead=False, by=by)


def part(*, member: SupportGroupMember, ends_on: dt.date, reason: str, by: Any, version: int) -> SupportGroupMember:
    """A unit's last day in the group. Raises ValidationError as `records.close` does, for the unit that leads ("lead");
    PermissionDenied."""
    with transaction.atomic():
        row = records.lock(member, version=version, related=["group__village", "unit"])
        records.require(by, ASSIGN, row.group.village.path)
        if row.is_lead:
            raise ValidationError(_("This unit leads the group: let another one lead first."), code="lead")
        return records.close(row, ends_on=ends_on, reason=reason, by=by)


def change_lead(
    *, group: SupportGroup, unit: Unit, starts_on: dt.date, reason: str, by: Any, version: int
) -> SupportGroupMember:
    """Another unit leads from a day on; the one that led stays as a member. Returns the row of the new lead. Raises as `join` and
    `part` do."""
    with transaction.atomic():
        row = _opened(group, by=by, version=version)
        reason = records.said(reason, _("Say why another unit leads."))
        members = list(row.members.filter(ends_on=None).select_related("unit"))
        former = next((member for member in members if member.is_lead), None)
        if former is not None and former.unit_id == unit.pk:
            raise ValidationError({"unit": ValidationError(_("This unit leads the group already."), code="same_unit")})
        present = next((member for member in members if member.unit_id == unit.pk), None)
        for member in (former, present):
            if member is not None:
                member.group = row
                records.close_before(member, on=starts_on, reason=reason, by=by)
        if former is not None:
            _join(row, former.unit, starts_on, is_lead=False, by=by)
        return _join(row, unit, starts_on, is_lead=True, by=by)


def _opened(group: SupportGroup, *, by: Any, version: int) -> SupportGroup:
    """The row as it stands, locked with its members' door. Raises PermissionDenied, and ValidationError for a conflict."""
    row = records.lock(group, version=version, related=["village"])
    records.require(by, ASSIGN, row.village.path)
    return row


def _join(group: SupportGroup, unit: Unit, starts_on: dt.date, *, is_lead: bool, by: Any) -> SupportGroupMember:
    if not group.holds(starts_on):
        message = _("The group does not help the village on %(day)s.")
        wrong = ValidationError(message, code="not_there", params={"day": starts_on})
        raise ValidationError({"starts_on": wrong})
    if group.members.filter(unit=unit).touching(starts_on, None).exists():
        raise ValidationError({"unit": ValidationError(_("This unit belongs to the group already."), code="joined")})
    member = SupportGroupMember(group=group, unit=unit, is_lead=is_lead, starts_on=starts_on)
    return writing.store(member, by=by)
