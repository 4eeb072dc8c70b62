"""Resident teams: formed for a village, dissolved with everybody in them."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from jiangjin.areas.models import Area
from villages.models import ResidentTeam
from villages.permissions import APPOINT
from villages.services import records, writing


def form(*, village: Area, starts_on: dt.date, by: Any) -> ResidentTeam:
    """A team works in the village from a day on. Raises ValidationError where there is one on that day or later, PermissionDenied."""
    with transaction.atomic():
        locked = records.open_village(village, by=by, permission=APPOINT)
        other = ResidentTeam.objects.filter(village=locked).touching(starts_on, None).first()
        if other is not None:
            message = _("The village has a resident team already, since %(day)s.")
            wrong = ValidationError(message, code="taken", params={"day": other.starts_on})
            raise ValidationError({"starts_on": wrong})
        return writing.store(ResidentTeam(village=locked, starts_on=starts_on), by=by)


def dissolve(*, team: ResidentTeam, ends_on: dt.date, reason: str, by: Any, version: int) -> ResidentTeam:
    """The team's last day, and that of everybody who is still in it.

    Raises ValidationError as `records.close` does, also for a day before somebody in it began; PermissionDenied.
    """
    with transaction.atomic():
        records.open_village(team.village, by=by, permission=APPOINT)
        row = records.lock(team, version=version, related=["village"])
        records.close(row, ends_on=ends_on, reason=reason, by=by)
        for post in row.posts.touching(ends_on + dt.timedelta(days=1), None).order_by("pk"):
            if post.starts_on > ends_on:
                message = _("%(name)s belongs to the team from %(day)s; end or correct that first.")
                params = {"name": post.name, "day": post.starts_on}
                raise ValidationError({"ends_on": ValidationError(message, code="post", params=params)})
            post.village = row.village
            values = {"ends_on": ends_on, "end_reason": reason.strip()[:200]}
            records.change(post, values, by=by, reason=reason.strip())
    return row
