"""By which channels the persons of an exit left poverty: said once, corrected with a reason, never overwritten in silence."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from assistance.models import Batch, ExitChannel
from assistance.permissions import EDIT_CHANNELS
from assistance.services.channel_support import support_of
from households.models import Household, Member, StatusEvent, StatusEventKind
from households.services.batch import created_entry
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import Change, snapshot
from jiangjin.audit.services import record_many as log

# Channels by the number of the member; who has none may be left out.
Said: TypeAlias = Mapping[int, Collection[str]]


def put(*, exit: StatusEvent, channels: Said, opened: Said, by: Any, reason: str = "") -> list[ExitChannel]:
    """Set the channels of an exit to `channels`; returns those on file afterwards. What stays the same is not touched.

    opened: the channels as they stood when the page was opened. A channel that a done measure supports rests on it.
    Raises ValidationError for an exit that does not stand, for a person who was not a member on its day, for an unknown channel;
    by the field `reason` where something is changed without one; with the code "conflict" if `opened` is not what is on file.
    PermissionDenied outside the user's area.
    """
    with transaction.atomic():
        household = _opened(exit, by=by)
        wanted = _pairs(channels)
        _check(exit, wanted)
        on_file = {(row.member_id, row.batch): row for row in _rows(exit)}
        if set(on_file) != _pairs(opened):
            raise ValidationError(
                _(
                    "Somebody else changed the channels of this exit after you opened the page. Nothing was written; look at "
                    "them again and repeat your change."
                ),
                code="conflict",
            )
        gone, new = sorted(set(on_file) - wanted), sorted(wanted - set(on_file))
        if on_file and (gone or new) and not reason.strip():
            error = ValidationError(_("Say why the channels are changed."), code="reason")
            raise ValidationError({"reason": error})
        _remove([on_file[pair] for pair in gone], by=by, reason=reason)
        _add(exit, household, new, by=by, reason=reason)
    return list(_rows(exit))


def present_members(exit: StatusEvent) -> list[Member]:
    """Who belonged to the household on the day of an exit, the head first."""
    present = Member.objects.present(exit.occurred_on).filter(household=exit.household_id)
    return list(present.order_by("relation", "born_on", "pk"))


def stands(exit: StatusEvent) -> bool:
    """Whether an exit stood at the end of its year."""
    return StatusEvent.objects.exits_in(exit.occurred_on.year).filter(pk=exit.pk).exists()


def exit_days() -> tuple[dt.date, dt.date] | None:
    """The first and the last day on which anybody exited; None while nobody has."""
    days = StatusEvent.objects.filter(kind=StatusEventKind.EXITED).aggregate(
        first=Min("occurred_on"), last=Max("occurred_on")
    )
    return (days["first"], days["last"]) if days["first"] is not None else None


def may_edit(by: Any, household: Household) -> bool:
    """Whether the user may set channels of the household's exits."""
    return by is None or bool(by.scope(EDIT_CHANNELS).covers(household.village.path))


def _opened(exit: StatusEvent, *, by: Any) -> Household:
    """The household, locked: two who set its channels come one after the other."""
    rows = Household.objects.select_for_update(of=("self",), no_key=True).select_related("village")
    household = rows.get(pk=exit.household_id)
    if not may_edit(by, household):
        raise PermissionDenied
    return household


def _rows(exit: StatusEvent) -> Any:
    return (
        ExitChannel.objects.filter(exit=exit).order_by("member", "batch").select_related("member", "household__village")
    )


def _pairs(channels: Said) -> set[tuple[int, str]]:
    return {(member, str(batch)) for member, batches in channels.items() for batch in batches}


def _check(exit: StatusEvent, wanted: set[tuple[int, str]]) -> None:
    if not stands(exit):
        raise ValidationError(
            _("This exit does not stand: the household returned to poverty or was removed in the same year."),
            code="not_standing",
        )
    if unknown := {batch for _member, batch in wanted} - set(Batch.values):
        raise ValidationError(
            _("“%(batch)s” is none of the six batches."), code="batch", params={"batch": sorted(unknown)[0]}
        )
    present = {member.pk for member in present_members(exit)}
    if {member for member, _batch in wanted} - present:
        raise ValidationError(
            _("Channels are for persons who belonged to the household on %(day)s."),
            code="member",
            params={"day": exit.occurred_on},
        )


def _remove(rows: Iterable[ExitChannel], *, by: Any, reason: str) -> None:
    rows = list(rows)
    log([Change(row, AuditAction.REMOVED, snapshot(row), None) for row in rows], by=by, reason=reason.strip())
    ExitChannel.objects.filter(pk__in=[row.pk for row in rows]).order_by().delete()


def _add(exit: StatusEvent, household: Household, pairs: Iterable[tuple[int, str]], *, by: Any, reason: str) -> None:
    support = support_of(exit)
    rows = [
        ExitChannel(
            exit=exit,
            household=household,
            member_id=member,
            batch=batch,
            enrolment_id=support.get((member, batch)),
            recorded_by=by,
        )
        for member, batch in pairs
    ]
    ExitChannel.objects.bulk_create(rows)
    log(map(created_entry(ExitChannel), rows), by=by, reason=reason.strip())
