"""What was promised on a visit: kept or dropped with what came of it, taken up again if that was wrong."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import FollowUp
from assistance.services.desk import Desk
from households.services.batch import changed_entry
from jiangjin.audit.services import record_many as log
from jiangjin.evidence import services as evidence_files
from jiangjin.evidence.models import EvidenceFile


def close(
    *,
    follow_up: FollowUp,
    outcome: str,
    by: Any,
    today: dt.date,
    version: int,
    evidence: Collection[EvidenceFile] = (),
) -> FollowUp:
    """Say what came of it, and prove it with photos or documents where there are any.

    Raises ValidationError without an outcome, for one that is closed already, for `evidence` as `attach` does, with the code
    "conflict" if it is not the `version` that was read, and PermissionDenied.
    """
    outcome = outcome.strip()
    if not outcome:
        raise ValidationError({"outcome": ValidationError(_("Say what came of it."), code="outcome")})
    with transaction.atomic():
        row = _opened(follow_up, by=by, version=version)
        if row.done_on is not None:
            raise ValidationError(_("This was closed on %(day)s."), code="closed", params={"day": row.done_on})
        if today < row.visit.visited_on:
            raise ValidationError(_("It cannot be done before the visit."), code="too_early")
        row = _change(row, {"done_on": today, "outcome": outcome[:300], "done_by": by}, by=by)
        evidence_files.attach(record=row, files=evidence, by=by)
        return row


def reopen(*, follow_up: FollowUp, by: Any, version: int, reason: str) -> FollowUp:
    """Take it up again; what had been said to come of it stays in the change log, and so do the photos that had proved it.
    Raises as `close` does."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why it is taken up again."), code="reason")})
    with transaction.atomic():
        row = _opened(follow_up, by=by, version=version)
        if row.done_on is None:
            raise ValidationError(_("This is still open."), code="open")
        row = _change(row, {"done_on": None, "outcome": "", "done_by": None}, by=by, reason=reason)
        evidence_files.detach(record=row, files=row.evidence.all(), by=by, reason=reason)
        return row


def _opened(follow_up: FollowUp, *, by: Any, version: int) -> FollowUp:
    """The row as it stands, its household locked."""
    row = FollowUp.objects.select_related("visit").get(pk=follow_up.pk)
    desk = Desk.opened([row.visit.household_id], by=by)
    row = FollowUp.objects.select_related("visit", "done_by").get(pk=follow_up.pk)
    row.visit.household = desk.households[row.visit.household_id]
    desk.writer.check(row.visit.household)
    if row.version != version:
        raise ValidationError(
            _(
                "Somebody else changed this after you opened it. Nothing was written; load the page again and repeat your "
                "change."
            ),
            code="conflict",
        )
    if row.visit.withdrawn_at is not None:
        raise ValidationError(_("The visit on which this was promised has been withdrawn."), code="withdrawn")
    return row


def _change(row: FollowUp, values: dict[str, Any], *, by: Any, reason: str = "") -> FollowUp:
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*values, "version"])
    log([changed_entry(row, before)], by=by, reason=reason)
    return row
