"""Villagers' groups: entered when a household first names one."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, record_many

# A village and the name of one of its groups.
GroupKey = tuple[int, str]


def find_or_create_groups(
    *, wanted: Iterable[tuple[Area, str]], by: Any, reason: str = "", job_id: int | None = None
) -> dict[GroupKey, Area]:
    """The groups of these names in their villages, by (village number, name); new ones where there are none.

    A fixed number of statements. Villages are locked in order, so that no group is made twice.
    """
    villages = {village.pk: village for village, _name in wanted}
    keys = sorted({(village.pk, name) for village, name in wanted})
    if not keys:
        return {}
    with transaction.atomic():
        list(Area.objects.select_for_update(no_key=True).filter(pk__in=sorted(villages)).order_by("pk"))
        known = {
            (group.parent_id or 0, group.name): group
            for group in Area.objects.filter(parent__in=villages, level=AreaLevel.GROUP)
        }
        new = Area.objects.all().add(
            [
                Area(parent=villages[village], level=AreaLevel.GROUP, name=name)
                for village, name in keys
                if (village, name) not in known
            ]
        )
        record_many(
            [
                Change(group, AuditAction.CREATED, None, {"name": group.name, "parent_id": group.parent_id})
                for group in new
            ],
            by=by,
            reason=reason,
            job_id=job_id,
        )
    known |= {(group.parent_id or 0, group.name): group for group in new}
    return {key: known[key] for key in keys}
