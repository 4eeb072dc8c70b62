"""The list of poor villages: put on it, struck off it (整村脱贫销号), and the mending of either."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from households.services.batch import one_of
from jiangjin.areas.models import Area
from villages.models import PoorVillage
from villages.permissions import LIST
from villages.services.writing import change, check_day, check_reason, check_version, open_village, store

CORRECTABLE = ("evidence", "source", "listed_on", "planned_exit_year")


def enlist(
    *,
    village: Area,
    evidence: str,
    source: str,
    listed_on: dt.date,
    by: Any,
    today: dt.date,
    planned_exit_year: int | None = None,
) -> PoorVillage:
    """Put a village on the list. Raises ValidationError by field, for a village that stands there or did, and PermissionDenied."""
    check_day("listed_on", listed_on, today=today)
    check_reason(source, "source")
    with transaction.atomic():
        held = open_village(village, by=by, permission=LIST)
        if PoorVillage.objects.filter(village=held).exists():
            raise ValidationError(
                _("%(village)s has been put on the list already."), code="listed", params={"village": held}
            )
        row = PoorVillage(
            village=held,
            evidence=evidence,
            source=source.strip(),
            listed_on=listed_on,
            planned_exit_year=planned_exit_year,
            listed_by=by,
        )
        return store(row, by=by, reason=source.strip())


def correct(
    *, poor_village: PoorVillage, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> PoorVillage:
    """Correct why and since when a village stands on the list (CORRECTABLE). Raises ValidationError by field, with the code
    "conflict" if it is not the `version` that was read, and PermissionDenied."""
    one_of(changes, CORRECTABLE)
    reason = check_reason(reason)
    if "listed_on" in changes:
        check_day("listed_on", changes["listed_on"], today=today)
    with transaction.atomic():
        row = _opened(poor_village, by=by, version=version)
        listed_on = changes.get("listed_on", row.listed_on)
        if row.delisted_on is not None and listed_on > row.delisted_on:
            raise ValidationError(
                {
                    "listed_on": ValidationError(
                        _("The village was struck off on %(day)s, before that."),
                        code="order",
                        params={"day": row.delisted_on},
                    )
                }
            )
        change(row, changes, by=by, reason=reason)
        return row


def strike_off(
    *, poor_village: PoorVillage, delisted_on: dt.date, reason: str, by: Any, version: int, today: dt.date
) -> PoorVillage:
    """Strike a village off the list. Raises ValidationError by field: without a reason, on a day before it was listed or that
    has not come; for one that was struck off already; with the code "conflict" as `correct` does; and PermissionDenied."""
    reason = check_reason(reason)
    check_day("delisted_on", delisted_on, today=today)
    with transaction.atomic():
        row = _opened(poor_village, by=by, version=version)
        if row.delisted_on is not None:
            raise ValidationError(
                _("The village was struck off on %(day)s."), code="struck_off", params={"day": row.delisted_on}
            )
        if delisted_on < row.listed_on:
            raise ValidationError(
                {
                    "delisted_on": ValidationError(
                        _("The village was put on the list on %(day)s, after that."),
                        code="order",
                        params={"day": row.listed_on},
                    )
                }
            )
        values = {"delisted_on": delisted_on, "delisted_reason": reason[:200], "delisted_by": by}
        change(row, values, by=by, reason=reason)
        return row


def take_back(*, poor_village: PoorVillage, reason: str, by: Any, version: int) -> PoorVillage:
    """The striking off was wrong: the village stands on the list as before; what had been said stays in the change log. Raises
    as `strike_off` does."""
    reason = check_reason(reason)
    with transaction.atomic():
        row = _opened(poor_village, by=by, version=version)
        if row.delisted_on is None:
            raise ValidationError(_("The village stands on the list."), code="listed")
        change(row, {"delisted_on": None, "delisted_reason": "", "delisted_by": None}, by=by, reason=reason)
        return row


def _opened(poor_village: PoorVillage, *, by: Any, version: int) -> PoorVillage:
    held = open_village(poor_village.village, by=by, permission=LIST)
    row = PoorVillage.objects.get(pk=poor_village.pk)
    row.village = held
    check_version(row, version)
    return row
