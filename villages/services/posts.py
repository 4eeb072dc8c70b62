"""Posts in villages: somebody is appointed, ends, is replaced. A change ends one row and opens another."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of, sealed_columns
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from villages.models import PostKind, ResidentTeam, VillagePost
from villages.models.village_post import SINGLE_KINDS, TEAM_KINDS
from villages.permissions import APPOINT
from villages.services import records, writing

CORRECTABLE = ("name", "unit", "title", "phone", "user", "is_concurrent", "starts_on")


def appoint(
    *,
    village: Area,
    kind: str,
    name: str,
    starts_on: dt.date,
    by: Any,
    unit: Unit | None = None,
    title: str = "",
    phone: str = "",
    user: Any = None,
    is_concurrent: bool = False,
) -> VillagePost:
    """Somebody holds a post from a day on; leader and members join the team that the village has on that day.

    Raises ValidationError by field: where the village has a first secretary, or the team a leader, on that day or later
    ("taken"), where the person holds this post already, where there is no team ("no_team"); PermissionDenied.
    """
    with transaction.atomic():
        locked = records.open_village(village, by=by, permission=APPOINT)
        post = VillagePost(
            village=locked,
            kind=kind,
            unit=unit,
            title=title.strip(),
            user=user,
            is_concurrent=is_concurrent,
            starts_on=starts_on,
            **records.named(name),
            **sealed_columns("phone", phone),
        )
        _place(post)
        return writing.store(post, by=by)


def end(*, post: VillagePost, ends_on: dt.date, reason: str, by: Any, version: int) -> VillagePost:
    """The last day of somebody in a post. Raises ValidationError as `records.close` does, with the code "conflict" if it is not
    the `version` that was read; PermissionDenied."""
    with transaction.atomic():
        row = _opened(post, by=by, version=version)
        return records.close(row, ends_on=ends_on, reason=reason, by=by)


def replace(
    *,
    post: VillagePost,
    name: str,
    starts_on: dt.date,
    reason: str,
    by: Any,
    version: int,
    unit: Unit | None = None,
    title: str = "",
    phone: str = "",
    user: Any = None,
    is_concurrent: bool = False,
) -> VillagePost:
    """Somebody else takes the post on a day; the former one's last day is the day before. Returns the new row. Raises as `end` and
    `appoint` do."""
    with transaction.atomic():
        row = _opened(post, by=by, version=version)
        records.close_before(row, on=starts_on, reason=reason, by=by)
        return appoint(
            village=row.village,
            kind=row.kind,
            name=name,
            starts_on=starts_on,
            by=by,
            unit=unit,
            title=title,
            phone=phone,
            user=user,
            is_concurrent=is_concurrent,
        )


def correct(*, post: VillagePost, changes: Mapping[str, Any], by: Any, version: int, reason: str) -> VillagePost:
    """Change what is on file about somebody in a post (CORRECTABLE); another person is a new appointment, not a correction.
    Raises as `end` and `appoint` do."""
    one_of(changes, CORRECTABLE)
    with transaction.atomic():
        row = _opened(post, by=by, version=version)
        reason = records.said(reason, _("Say why this is corrected."))
        asked = {name: changes.get(name, getattr(row, name)) for name in ("name", "unit", "starts_on")}
        wanted = VillagePost(pk=row.pk, village=row.village, kind=row.kind, ends_on=row.ends_on, **asked)
        _place(wanted)
        return records.change(row, {**changes, "team": wanted.team}, by=by, reason=reason)


def _opened(post: VillagePost, *, by: Any, version: int) -> VillagePost:
    """The row as it stands, the village locked. Raises PermissionDenied, and ValidationError for a conflict."""
    records.open_village(post.village, by=by, permission=APPOINT)
    row = records.lock(post, version=version, related=["village"])
    return row


def _place(post: VillagePost) -> None:
    """Find the team of the post's first day, and refuse whoever stands where there is place for one."""
    if post.kind in TEAM_KINDS:
        post.team = _team(post)
    others = VillagePost.objects.filter(village=post.village, kind=post.kind).exclude(pk=post.pk)
    others = others.touching(post.starts_on, post.ends_on).order_by("starts_on", "pk")
    other = others.first() if post.kind in SINGLE_KINDS else None
    if other is not None:
        message = _("%(name)s holds this post since %(day)s. End that first, or replace the person.")
        params = {"name": other.name, "day": other.starts_on}
        raise ValidationError({"starts_on": ValidationError(message, code="taken", params=params)})
    if others.filter(name=post.name, unit=post.unit).exists():
        wrong = ValidationError(_("This person holds the post already."), code="same_person")
        raise ValidationError({"name": wrong})


def _team(post: VillagePost) -> ResidentTeam:
    team = ResidentTeam.objects.filter(village=post.village).active(post.starts_on).first()
    if team is None:
        message = _("The village has no resident team on %(day)s: form the team first.")
        params = {"day": post.starts_on}
        raise ValidationError({"starts_on": ValidationError(message, code="no_team", params=params)})
    return team


def kinds_open(village: Area, *, on: dt.date) -> list[PostKind]:
    """The kinds of post to which somebody can be appointed in a village from a day on."""
    held = VillagePost.objects.filter(village=village, kind__in=SINGLE_KINDS).touching(on, None)
    taken = set(held.order_by().values_list("kind", flat=True))
    has_team = ResidentTeam.objects.filter(village=village).active(on).exists()
    return [kind for kind in PostKind if kind not in taken and (has_team or kind not in TEAM_KINDS)]
