"""Relocation (扶贫搬迁): sites, and who moved when to which."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import Enrolment, MeasureDetail, Relocation, ResettlementSite
from assistance.services.work_desk import advance, check_area, check_day, of_enrolment, opened, put
from households.models import Member
from households.services.batch import one_of
from jiangjin.areas.models import PATH_STEP, Area, AreaLevel
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change
from jiangjin.audit.services import record_many as log

SITE_FIELDS = ("name", "households_planned", "begun_on", "opened_on", "note")
FIELDS = ("site", "mode", "house_area", "moved_on", "old_house_cleared_on")


def enter_site(*, village: Area, values: Mapping[str, Any], by: Any, today: dt.date) -> ResettlementSite:
    """Enter a resettlement site (`values`: SITE_FIELDS). Raises ValidationError by field, PermissionDenied."""
    one_of(values, SITE_FIELDS)
    check_area(by, village)
    if village.level != AreaLevel.VILLAGE:
        raise ValidationError({"village": ValidationError(_("A site stands in a village."), code="village")})
    _check_site_days(values, today)
    with transaction.atomic():
        site = ResettlementSite(village=village)
        put(site, values, by=by)
    return site


def correct_site(
    *, site: ResettlementSite, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> ResettlementSite:
    """Change what is on file of a site. Raises ValidationError by field, without a reason, where a household moved in before the
    new opening day, with the code "conflict" if it is not the `version` that was read; PermissionDenied."""
    one_of(changes, SITE_FIELDS)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Give the reason."), code="reason")})
    _check_site_days(changes, today)
    with transaction.atomic():
        row = ResettlementSite.objects.select_for_update(of=("self",)).select_related("village").get(pk=site.pk)
        check_area(by, row.village)
        if row.version != version:
            message = _(
                "Somebody else changed this site after you opened it. Nothing was written; load the page again."
            )
            raise ValidationError(message, code="conflict")
        first = row.relocations.exclude(moved_on=None).order_by("moved_on").values_list("moved_on", flat=True).first()
        opens = changes.get("opened_on", row.opened_on)
        if first is not None and (opens is None or opens > first):
            error = ValidationError(_("A household moved in on %(day)s."), code="opened_on", params={"day": first})
            raise ValidationError({"opened_on": error})
        put(row, changes, by=by, reason=reason.strip())
    return row


def record(
    *,
    enrolment: Enrolment,
    values: Mapping[str, Any],
    members: Collection[Member],
    by: Any,
    today: dt.date,
    version: int | None = None,
) -> Relocation:
    """Write down where and when a household moves (`values`: FIELDS; site None: by itself), and which of its members.

    Raises ValidationError by field: a day in the future or before the approval, a site of another district or not ready on the day,
    members who did not belong to the household on the day, nobody although it moved; with the codes of `work_desk.opened`.
    """
    one_of(values, FIELDS)
    with transaction.atomic():
        row = opened(enrolment, detail=MeasureDetail.RELOCATION, by=by, version=version)
        relocation = of_enrolment(Relocation, row)
        moved_on = values.get("moved_on", relocation.moved_on)
        site = values.get("site", relocation.site)
        check_day("moved_on", moved_on, row, today=today)
        _check_site(site, row, moved_on)
        cleared = values.get("old_house_cleared_on", relocation.old_house_cleared_on)
        check_day("old_house_cleared_on", cleared, row, today=today)
        _check_members(row, members, moved_on)
        put(relocation, values, by=by)
        _set_members(relocation, members, by=by)
        advance(row, today=today)
    return relocation


def complete(enrolments: Collection[int]) -> set[int]:
    """Of these enrolments those whose household has moved."""
    moved = Relocation.objects.filter(enrolment__in=enrolments, members__isnull=False).exclude(moved_on=None)
    return set(moved.order_by().values_list("enrolment_id", flat=True))


def _check_site_days(values: Mapping[str, Any], today: dt.date) -> None:
    for name in ("begun_on", "opened_on"):
        day = values.get(name)
        if day is not None and day > today:
            raise ValidationError({name: ValidationError(_("The day lies in the future."), code="future")})


def _check_site(site: ResettlementSite | None, enrolment: Enrolment, moved_on: dt.date | None) -> None:
    if site is None:
        return
    if not site.village.path.startswith(enrolment.household.village.path[:PATH_STEP]):
        raise ValidationError({"site": ValidationError(_("The site belongs to another district."), code="district")})
    if moved_on is not None and (site.opened_on is None or site.opened_on > moved_on):
        message = _("The site was not ready on that day.")
        raise ValidationError({"site": ValidationError(message, code="not_ready")})


def _check_members(enrolment: Enrolment, members: Collection[Member], moved_on: dt.date | None) -> None:
    if moved_on is None:
        if members:
            message = _("Say on which day they moved.")
            raise ValidationError({"moved_on": ValidationError(message, code="moved_on")})
        return
    present = set(
        Member.objects.present(moved_on)
        .filter(household=enrolment.household_id)
        .order_by()
        .values_list("pk", flat=True)
    )
    if not members:
        raise ValidationError({"members": ValidationError(_("Say who moved."), code="members")})
    strangers = [member.name for member in members if member.pk not in present]
    if strangers:
        message = _("%(names)s did not belong to the household on that day.")
        raise ValidationError(
            {"members": ValidationError(message, code="not_present", params={"names": "、".join(strangers)})}
        )


def _set_members(relocation: Relocation, members: Collection[Member], *, by: Any) -> None:
    before = sorted(relocation.members.order_by().values_list("pk", flat=True))
    after = sorted({member.pk for member in members})
    if before == after:
        return
    relocation.members.set(after)
    log([Change(relocation, AuditAction.CHANGED, {"members": before}, {"members": after})], by=by)
