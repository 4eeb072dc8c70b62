"""Business entities: found, corrected, closed with their ties, opened again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import Business, BusinessLink
from assistance.services.business_desk import change, check_area, check_version, checked, needed, not_later
from households.services.batch import changed_entry, created_entry, one_of
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.services import record_many as log

CORRECTABLE = ("kind", "name", "line", "in_charge", "registration_number", "founded_on", "note")


def found(*, village: Area, values: Mapping[str, Any], by: Any, today: dt.date) -> Business:
    """Enter a business of a village (`values`: columns of CORRECTABLE).

    Raises ValidationError by field, also for a name that the village has already and for a day in the future; PermissionDenied.
    """
    one_of(values, CORRECTABLE)
    check_area(by, village)
    if village.level != AreaLevel.VILLAGE:
        raise ValidationError({"village": ValidationError(_("A business stands in a village."), code="village")})
    business = Business(village=village, **values)
    not_later("founded_on", business.founded_on, today)
    with transaction.atomic():
        checked(business).save()
        log([created_entry(Business)(business)], by=by)
    return business


def correct(
    *, business: Business, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> Business:
    """Change what is on file (CORRECTABLE).

    Raises ValidationError by field, for a missing reason, for a founding after the first tie, with the code "conflict" if it is
    not the `version` that was read; PermissionDenied.
    """
    one_of(changes, CORRECTABLE)
    reason = needed(reason)
    with transaction.atomic():
        row = _opened(business, by=by, version=version)
        not_later("founded_on", changes.get("founded_on"), today)
        first = row.links.order_by("starts_on").values_list("starts_on", flat=True).first()
        if first is not None and changes.get("founded_on", row.founded_on) > first:
            message = _("A household has taken part in it since %(day)s.")
            error = ValidationError(message, code="founded_on", params={"day": first})
            raise ValidationError({"founded_on": error})
        change(row, changes, by=by, reason=reason)
    return row


def close(*, business: Business, closed_on: dt.date, by: Any, version: int, reason: str, today: dt.date) -> int:
    """The business ends on a day, the first on which it is no more, and its open ties with it. Returns how many these were.

    Raises ValidationError for one that is closed, for a day in the future, before the founding or before a tie began, for a
    missing reason, with the code "conflict"; PermissionDenied.
    """
    reason = needed(reason)
    not_later("closed_on", closed_on, today)
    with transaction.atomic():
        row = _opened(business, by=by, version=version)
        if row.closed_on is not None:
            raise ValidationError(_("It was closed on %(day)s."), code="closed", params={"day": row.closed_on})
        open_links = BusinessLink.objects.filter(business=row, ends_on=None).select_related("household__village")
        links = list(open_links.select_for_update(of=("self",)).order_by("pk"))
        later = max((link.starts_on for link in links), default=closed_on)
        if later > closed_on:
            message = _("A household has taken part in it only since %(day)s; end that tie first.")
            error = ValidationError(message, code="closed_on", params={"day": later})
            raise ValidationError({"closed_on": error})
        change(row, {"closed_on": closed_on, "close_reason": reason[:200]}, by=by, reason=reason)
        for link in links:
            link.ends_on, link.end_reason = closed_on, str(_("The business was closed"))
            link.version += 1
        BusinessLink.objects.bulk_update(links, ["ends_on", "end_reason", "version"], batch_size=500)
        before = {"ends_on": None, "end_reason": ""}
        log([changed_entry(link, before) for link in links], by=by, reason=reason)
    return len(links)


def reopen(*, business: Business, by: Any, version: int, reason: str) -> Business:
    """It was closed by mistake, or works again. Ties that ended stay ended. Raises as `close` does."""
    reason = needed(reason)
    with transaction.atomic():
        row = _opened(business, by=by, version=version)
        if row.closed_on is None:
            raise ValidationError(_("It is not closed."), code="open")
        change(row, {"closed_on": None, "close_reason": ""}, by=by, reason=reason)
    return row


def _opened(business: Business, *, by: Any, version: int) -> Business:
    """The row as it stands, locked until the transaction ends."""
    row = Business.objects.select_for_update(of=("self",)).select_related("village").get(pk=business.pk)
    check_area(by, row.village)
    check_version(row, version)
    return row
