"""Ties of households to businesses: begun, corrected, ended with a reason."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.models import Business, BusinessLink, BusinessTie
from assistance.services.business_desk import change, check_area, check_version, checked, needed, not_later
from households.models import Household, HouseholdStatus, Member
from households.services.batch import created_entry, one_of
from jiangjin.audit.services import record_many as log

CORRECTABLE = ("tie", "member", "starts_on", "share_fen", "land_mu", "contract")
GONE = {HouseholdStatus.REMOVED, HouseholdStatus.DISSOLVED, HouseholdStatus.MOVED_OUT}


def tie(
    *, business: Business, household: Household, values: Mapping[str, Any], by: Any, today: dt.date
) -> BusinessLink:
    """A household takes part in a business (`values`: columns of CORRECTABLE) from a day on.

    Raises ValidationError by field: for a day in the future, before the founding or the registration, after the business closed
    or the household left the roll; for a time in which the household takes part in the same way already; for a member of another
    household; for a share without the tie of that kind, likewise land. PermissionDenied outside the user's area.
    """
    one_of(values, CORRECTABLE)
    with transaction.atomic():
        locked = _household(household, by=by)
        link = BusinessLink(business=Business.objects.get(pk=business.pk), household=locked, **values)
        _check(link, today=today)
        checked(link).save()
        log([created_entry(BusinessLink)(link)], by=by)
    return link


def correct(
    *, link: BusinessLink, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> BusinessLink:
    """Change what is on file of a tie. Raises as `tie` does, for a missing reason, and with the code "conflict"."""
    one_of(changes, CORRECTABLE)
    reason = needed(reason)
    with transaction.atomic():
        row = _opened(link, by=by, version=version)
        wanted = BusinessLink.objects.select_related("business", "household", "member").get(pk=row.pk)
        for name, value in changes.items():
            setattr(wanted, name, value)
        _check(wanted, today=today)
        change(row, changes, by=by, reason=reason)
    return row


def end(*, link: BusinessLink, ends_on: dt.date, by: Any, version: int, reason: str, today: dt.date) -> BusinessLink:
    """A tie ends; `ends_on` is the first day on which it no longer holds.

    Raises ValidationError for one that has ended, for a day in the future or before its first, for a missing reason, with the
    code "conflict"; PermissionDenied.
    """
    reason = needed(reason)
    not_later("ends_on", ends_on, today)
    with transaction.atomic():
        row = _opened(link, by=by, version=version)
        if row.ends_on is not None:
            raise ValidationError(_("This tie ended on %(day)s."), code="ended", params={"day": row.ends_on})
        if ends_on < row.starts_on:
            error = ValidationError(_("It cannot end before it began."), code="ends_on")
            raise ValidationError({"ends_on": error})
        change(row, {"ends_on": ends_on, "end_reason": reason[:200]}, by=by, reason=reason)
    return row


def _household(household: Household, *, by: Any) -> Household:
    rows = Household.objects.select_for_update(of=("self",), no_key=True).select_related("village")
    locked = rows.get(pk=household.pk)
    check_area(by, locked.village)
    return locked


def _opened(link: BusinessLink, *, by: Any, version: int) -> BusinessLink:
    """The row as it stands, its household locked."""
    household = _household(Household(pk=link.household_id), by=by)
    row = BusinessLink.objects.select_for_update(of=("self",)).select_related("business").get(pk=link.pk)
    row.household = household
    check_version(row, version)
    return row


def _check(link: BusinessLink, *, today: dt.date) -> None:
    """Raises ValidationError with all that is wrong, by field."""
    errors: dict[str, list[ValidationError]] = {}
    for name, error in [*_wrong_day(link, today), *_wrong_facts(link)]:
        errors.setdefault(name, []).append(error)
    if errors:
        raise ValidationError(errors)
    _refuse_overlap(link)


def _wrong_day(link: BusinessLink, today: dt.date) -> Iterator[tuple[str, ValidationError]]:
    on, business, household = link.starts_on, link.business, link.household
    if on > today:
        yield "starts_on", ValidationError(_("The day lies in the future."), code="future")
    elif on < business.founded_on:
        yield "starts_on", _dated(_("The business was founded on %(day)s only."), "founded", business.founded_on)
    elif business.closed_on is not None and on >= business.closed_on:
        yield "starts_on", _dated(_("The business was closed on %(day)s."), "closed", business.closed_on)
    elif on < household.registered_on:
        message = _("The household is on the roll only from %(day)s.")
        yield "starts_on", _dated(message, "not_registered", household.registered_on)
    elif household.status in GONE and on >= household.status_on:
        message = _("The household has not been on the roll since %(day)s.")
        yield "starts_on", _dated(message, "gone", household.status_on)
    if link.ends_on is not None and on > link.ends_on:
        yield "starts_on", _dated(_("It ended on %(day)s."), "ended", link.ends_on)


def _wrong_facts(link: BusinessLink) -> Iterator[tuple[str, ValidationError]]:
    member: Member | None = link.member
    if member is not None and member.household_id != link.household_id:
        yield "member", ValidationError(_("This person does not belong to the household."), code="member")
    if link.share_fen is not None and link.tie != BusinessTie.SHARE:
        yield "share_fen", ValidationError(_("Only who takes part by a share has one."), code="share")
    if link.land_mu is not None and link.tie != BusinessTie.LAND:
        yield "land_mu", ValidationError(_("Only who transferred land has its area."), code="land")


def _refuse_overlap(link: BusinessLink) -> None:
    """One household, one business, one way: at most one tie at a time."""
    others = BusinessLink.objects.filter(business=link.business, household=link.household, tie=link.tie)
    others = others.exclude(pk=link.pk).filter(Q(ends_on=None) | Q(ends_on__gt=link.starts_on)).order_by("starts_on")
    if link.ends_on is not None:
        others = others.filter(starts_on__lt=link.ends_on)
    other = others.first()
    if other is not None:
        message = _("The household takes part in this way already, since %(day)s.")
        raise ValidationError({"tie": _dated(message, "overlap", other.starts_on)})


def _dated(message: Any, code: str, day: dt.date) -> ValidationError:
    return ValidationError(message, code=code, params={"day": day})
