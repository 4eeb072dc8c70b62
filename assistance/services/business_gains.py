"""What a household gained from a tie in a year: reported once, corrected with a reason; many at once, each with its outcome."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import BusinessGain, BusinessLink
from assistance.services.business_desk import may_edit
from households.services.batch import changed_entry, created_entry
from jiangjin.audit.services import Change
from jiangjin.audit.services import record_many as log

NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass(frozen=True, kw_only=True)
class GainEntry:
    """One gain that is reported: 分, and how it was counted."""

    link: int
    year: int
    gain_fen: int
    basis: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of an entry: NEW, CHANGED (over `before_fen`), SAME, or what kept it out."""

    entry: GainEntry
    state: str = ""
    before_fen: int | None = None
    error: ValidationError | PermissionDenied | None = None

    @property
    def is_taken(self) -> bool:
        return self.error is None


def report(
    *, link: BusinessLink, year: int, gain_fen: int, by: Any, today: dt.date, basis: str = "", reason: str = ""
) -> BusinessGain:
    """Report the gain of a year, or correct the one on file, which needs a reason.

    Raises ValidationError by field: for a year in which the tie did not hold or that has not begun, for less than nothing, for a
    correction without a reason; PermissionDenied outside the user's area.
    """
    entry = GainEntry(link=link.pk, year=year, gain_fen=gain_fen, basis=basis)
    (outcome,) = report_many(entries=[entry], by=by, today=today, reason=reason)
    if outcome.error is not None:
        raise outcome.error
    return BusinessGain.objects.get(link=link, year=year)


def report_many(
    *, entries: Sequence[GainEntry], by: Any, today: dt.date, reason: str = "", dry_run: bool = False
) -> list[Outcome]:
    """Report many gains in a fixed number of statements; each has its own outcome, in their order.

    A gain that is on file with another amount is changed only with a `reason`, which holds for all. dry_run: writes nothing and
    says what would become of each.
    """
    with transaction.atomic():
        outcomes, new, changed = _judged(entries, by=by, today=today, reason=reason)
        if not dry_run:
            _write(new, changed, by=by, reason=reason.strip())
    return outcomes


Changed = list[tuple[BusinessGain, dict[str, Any]]]


def _judged(
    entries: Sequence[GainEntry], *, by: Any, today: dt.date, reason: str
) -> tuple[list[Outcome], list[BusinessGain], Changed]:
    keys = {entry.link for entry in entries}
    rows = BusinessLink.objects.select_for_update(of=("self",)).select_related("household__village", "business")
    links = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    years = {entry.year for entry in entries}
    on_file = {
        (row.link_id, row.year): row for row in BusinessGain.objects.filter(link__in=links, year__in=years).order_by()
    }
    outcomes: list[Outcome] = []
    new: list[BusinessGain] = []
    changed: Changed = []
    seen: set[tuple[int, int]] = set()
    for entry in entries:
        link, key = links.get(entry.link), (entry.link, entry.year)
        if link is None or not may_edit(by, link.household.village):
            outcomes.append(Outcome(entry, error=PermissionDenied(_("This tie is not among those you keep."))))
            continue
        error = _wrong(entry, link, today=today)
        if error is None and key in seen:
            error = ValidationError(_("This tie stands in the list twice."), code="twice")
        row = on_file.get(key)
        if error is None and row is not None and row.gain_fen != entry.gain_fen and not reason.strip():
            message = _("Another amount is on file; give a reason to replace it.")
            error = ValidationError({"reason": ValidationError(message, code="reason")})
        if error is not None:
            outcomes.append(Outcome(entry, before_fen=row.gain_fen if row else None, error=error))
            continue
        seen.add(key)
        outcomes.append(_outcome(entry, link, row, new, changed, by=by, today=today))
    return outcomes, new, changed


def _outcome(
    entry: GainEntry,
    link: BusinessLink,
    row: BusinessGain | None,
    new: list[BusinessGain],
    changed: Changed,
    *,
    by: Any,
    today: dt.date,
) -> Outcome:
    """Collect what is to be written for an entry with which nothing is wrong."""
    basis = entry.basis.strip()
    if row is None:
        made = BusinessGain(
            link=link, year=entry.year, gain_fen=entry.gain_fen, basis=basis, reported_on=today, recorded_by=by
        )
        new.append(made)
        return Outcome(entry, NEW)
    row.link = link
    wanted = {"gain_fen": entry.gain_fen, "basis": basis or row.basis}
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    if not before:
        return Outcome(entry, SAME, row.gain_fen)
    before_fen = row.gain_fen
    for name in before:
        setattr(row, name, wanted[name])
    row.version += 1
    changed.append((row, before))
    return Outcome(entry, CHANGED, before_fen)


def _wrong(entry: GainEntry, link: BusinessLink, *, today: dt.date) -> ValidationError | None:
    """What keeps an entry out, whoever sends it."""
    if entry.gain_fen < 0:
        return ValidationError({"gain_fen": _negative()})
    if entry.year > today.year:
        return ValidationError({"year": ValidationError(_("The year has not begun."), code="year")})
    if link.starts_on.year > entry.year or (link.ends_on is not None and link.ends_on <= dt.date(entry.year, 1, 1)):
        return ValidationError(
            {"year": ValidationError(_("The household did not take part in it in this year."), code="year")}
        )
    if len(entry.basis.strip()) > 200:
        return ValidationError({"basis": ValidationError(_("At most 200 characters fit here."), code="basis")})
    return None


def _negative() -> ValidationError:
    return ValidationError(_("A gain cannot be less than nothing."), code="negative")


def _write(new: Sequence[BusinessGain], changed: Changed, *, by: Any, reason: str) -> None:
    BusinessGain.objects.bulk_create(new)
    rows = [row for row, _before in changed]
    if rows:
        BusinessGain.objects.bulk_update(rows, ["gain_fen", "basis", "version"], batch_size=500)
    entries: list[Change] = [
        *map(created_entry(BusinessGain), new),
        *(changed_entry(row, before) for row, before in changed),
    ]
    log(entries, by=by, reason=reason)
