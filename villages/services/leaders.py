"""District leaders and what they are linked to: towns, villages, households."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.models import Household
from households.services.batch import one_of
from jiangjin.areas.models import Area, AreaLevel
from villages.models import DistrictLeader, LeaderLink
from villages.permissions import ASSIGN
from villages.services import records, writing

CORRECTABLE = ("name", "office", "title", "rank", "user", "starts_on")
LINKED_LEVELS = [AreaLevel.TOWN, AreaLevel.VILLAGE]
RELATED = ["leader__county", "area", "household__village"]


def add(
    *,
    county: Area,
    name: str,
    office: str,
    title: str,
    starts_on: dt.date,
    by: Any,
    rank: int = 100,
    user: Any = None,
) -> DistrictLeader:
    """Put a leader of the district on file. Raises ValidationError by field, PermissionDenied."""
    with transaction.atomic():
        locked = writing.open_village(county, by=by, permission=ASSIGN)
        leader = DistrictLeader(
            county=locked,
            office=office,
            title=title.strip(),
            rank=rank,
            user=user,
            starts_on=starts_on,
            **records.named(name),
        )
        return writing.store(leader, by=by)


def correct(
    *, leader: DistrictLeader, changes: Mapping[str, Any], by: Any, version: int, reason: str
) -> DistrictLeader:
    """Change what is on file about a leader (CORRECTABLE). Raises ValidationError by field, with the code "conflict" if it is not
    the `version` that was read; PermissionDenied."""
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        row = _opened(leader, by=by, version=version)
        reason = records.said(reason, _("Say why this is corrected."))
        first = row.links.order_by("starts_on").values_list("starts_on", flat=True).first()
        if first is not None and changes.get("starts_on", first) > first:
            message = _("The leader is linked to something since %(day)s.")
            wrong = ValidationError(message, code="links", params={"day": first})
            raise ValidationError({"starts_on": wrong})
        return records.change(row, changes, by=by, reason=reason)


def leave(*, leader: DistrictLeader, ends_on: dt.date, reason: str, by: Any, version: int) -> DistrictLeader:
    """The leader's last day in office, and that of every link that is still open. Raises as `records.close` does, also for a day
    before a link began; PermissionDenied."""
    with transaction.atomic():
        row = _opened(leader, by=by, version=version)
        for link in row.links.touching(ends_on + dt.timedelta(days=1), None).select_related(*RELATED).order_by("pk"):
            if link.starts_on > ends_on:
                message = _("The leader is linked to %(what)s from %(day)s; end that first.")
                params = {"what": link.target, "day": link.starts_on}
                raise ValidationError({"ends_on": ValidationError(message, code="link", params=params)})
            values = {"ends_on": ends_on, "end_reason": records.said(reason, _("Say why it ends."))}
            records.change(link, values, by=by, reason=reason.strip())
        return records.close(row, ends_on=ends_on, reason=reason, by=by)


def link(
    *,
    leader: DistrictLeader,
    starts_on: dt.date,
    by: Any,
    area: Area | None = None,
    household: Household | None = None,
) -> LeaderLink:
    """The leader answers for a town or village, or for a household, from a day on.

    Raises ValidationError by field: for a day on which the leader is not in office, for what they are linked to on that day
    or later, for a household that is not on file yet; PermissionDenied.
    """
    with transaction.atomic():
        row = DistrictLeader.objects.select_for_update(of=("self",)).select_related("county").get(pk=leader.pk)
        made = LeaderLink(leader=row, area=area, household=household, starts_on=starts_on)
        _check(made, by=by)
        return writing.store(made, by=by)


def unlink(*, link: LeaderLink, ends_on: dt.date, reason: str, by: Any, version: int) -> LeaderLink:
    """The last day of a link. Raises ValidationError as `records.close` does, with the code "conflict" if it is not the
    `version` that was read; PermissionDenied."""
    with transaction.atomic():
        row = records.lock(link, version=version, related=RELATED)
        records.require(by, ASSIGN, row.audit_area_path)
        return records.close(row, ends_on=ends_on, reason=reason, by=by)


def hand_over(
    *, leader: DistrictLeader, to: DistrictLeader, starts_on: dt.date, reason: str, by: Any, version: int
) -> list[LeaderLink]:
    """Another leader takes over everything that one is linked to on a day; the former links end the day before. Returns the new
    links. What the other is linked to already only ends. Raises as `unlink` and `link` do."""
    with transaction.atomic():
        row = _opened(leader, by=by, version=version)
        if to.pk == row.pk:
            raise ValidationError({"to": ValidationError(_("Choose another leader."), code="same_leader")})
        made = []
        for former in row.links.filter(ends_on=None).select_related(*RELATED).order_by("pk"):
            records.require(by, ASSIGN, former.audit_area_path)
            records.close_before(former, on=starts_on, reason=reason, by=by)
            held = to.links.touching(starts_on, None).filter(area=former.area, household=former.household)
            if not held.exists():
                made.append(link(leader=to, area=former.area, household=former.household, starts_on=starts_on, by=by))
    return made


def _opened(leader: DistrictLeader, *, by: Any, version: int) -> DistrictLeader:
    row = records.lock(leader, version=version, related=["county"])
    records.require(by, ASSIGN, row.county.path)
    return row


def _check(made: LeaderLink, *, by: Any) -> None:
    county = made.leader.county.path
    if not made.audit_area_path.startswith(county) or (made.area is not None and made.area.level not in LINKED_LEVELS):
        message = _("A leader is linked to a town, a village or a household of the district.")
        raise ValidationError({"area": ValidationError(message, code="area")})
    records.require(by, ASSIGN, made.audit_area_path)
    if not made.leader.holds(made.starts_on):
        message = _("The leader is not in office on %(day)s.")
        wrong = ValidationError(message, code="not_in_office", params={"day": made.starts_on})
        raise ValidationError({"starts_on": wrong})
    if made.household is not None and made.starts_on < made.household.registered_on:
        message = _("The household is on the roll only from %(day)s.")
        wrong = ValidationError(message, code="not_registered", params={"day": made.household.registered_on})
        raise ValidationError({"starts_on": wrong})
    others = made.leader.links.filter(area=made.area, household=made.household)
    if others.touching(made.starts_on, made.ends_on).exists():
        field = "household" if made.household is not None else "area"
        wrong = ValidationError(_("This leader is linked there already."), code="linked")
        raise ValidationError({field: wrong})
