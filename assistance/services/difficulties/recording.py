"""Difficulties written down, corrected, taken back."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.models import Difficulty, DifficultyAct, DifficultyKind, DifficultyState
from assistance.permissions import RAISE_DIFFICULTIES
from assistance.rules.visit_facts import GONE
from assistance.services.difficulties.ledger import Ledger, opened_one
from assistance.services.difficulties.rights import Rights
from assistance.services.difficulties.standards import Standards
from assistance.services.drafts import tidy
from households.models import Household
from households.services.batch import one_of
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.services import plain

CORRECTABLE = ("kind", "what", "raised_on", "source", "group")
SAID = ("village_id", "household_id", "kind", "what", "raised_on", "source")
Problem: TypeAlias = tuple[str, ValidationError]


@dataclass(frozen=True, kw_only=True)
class DifficultyDraft:
    """A difficulty as somebody reports it: of a household, or of a village (and group) in common, never both."""

    kind: str
    what: str
    raised_on: dt.date
    source: str
    household: Household | None = None
    village: Area | None = None
    group: Area | None = None

    @property
    def place(self) -> Area:
        """Its village."""
        if self.household is not None:
            return self.household.village
        if self.village is None:
            raise ValueError("a difficulty is of a household or of a village")
        return self.village


def record(*, draft: DifficultyDraft, by: Any, today: dt.date, client_id: uuid.UUID | None = None) -> Difficulty:
    """Write a difficulty down. Sent again under its `client_id`, the stored one is returned.

    Raises ValidationError by field, ValidationError with the code "conflict" for another content under the same `client_id`,
    PermissionDenied for a place that is not the user's.
    """
    client_id = client_id or uuid.uuid4()
    _check_place(draft, by=by)
    try:
        with transaction.atomic():
            return _record(draft, client_id, by=by, today=today)
    except IntegrityError:
        # The same came in twice at the same moment; by now the other one is stored and will be found.
        with transaction.atomic():
            return _record(draft, client_id, by=by, today=today)


def correct(
    *, difficulty: Difficulty, changes: Mapping[str, Any], by: Any, version: int, reason: str, today: dt.date
) -> Difficulty:
    """Change what was written down (CORRECTABLE), until it is confirmed or closed. What stood there before is in its step.

    Raises ValidationError by field, with the code "conflict" if it is not the `version` that was read, "refused" for one that
    was raised on a visit; PermissionDenied.
    """
    one_of(changes, CORRECTABLE)
    reason = need_reason(reason)
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.CORRECT, row)
        values = {name: tidy(value) for name, value in changes.items()}
        before = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
        if not before:
            return row
        set_corrected(row, {name: values[name] for name in before}, by=by, reason=reason, today=today)
    return row


def set_corrected(row: Difficulty, values: dict[str, Any], *, by: Any, reason: str, today: dt.date) -> None:
    """Correct a locked row whose right was checked. Raises ValidationError by field."""
    standards = Standards()
    said = {name: values.get(name, getattr(row, name)) for name in CORRECTABLE}
    raise_all(_wrong(row, said, standards if "kind" in values else None, today=today))
    values = dict(values)
    if row.state == DifficultyState.OPEN and {"kind", "raised_on"} & set(values):
        values["due_on"] = standards.due_on(said["kind"], since=said["raised_on"])
    before = {f"{name}_before": told(row, name) for name in values if name in CORRECTABLE}
    ledger = Ledger(by=by)
    ledger.change(row, DifficultyAct.CORRECT, values, on=today, note=reason, details=before)
    ledger.write(reason=reason)


def withdraw(*, difficulty: Difficulty, by: Any, version: int, reason: str, today: dt.date) -> Difficulty:
    """Take back what was written down by mistake, or twice, or on a visit that never was; it stays on file and counts no more.

    Raises ValidationError without a reason, with the code "conflict" as `correct` does, and PermissionDenied.
    """
    reason = need_reason(reason)
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.WITHDRAW, row)
        set_withdrawn(row, by=by, reason=reason, on=today)
    return row


def set_withdrawn(row: Difficulty, *, by: Any, reason: str, on: dt.date) -> None:
    """Withdraw a locked row whose right was checked."""
    undone = {"solution_before": row.solution, "solved_on_before": row.solved_on}
    ledger = Ledger(by=by)
    ledger.change(
        row,
        DifficultyAct.WITHDRAW,
        {
            **NOT_SOLVED,
            "state": DifficultyState.WITHDRAWN,
            "closed_on": max(on, row.raised_on),
            "closed_by": by,
            "closed_reason": reason[:300],
        },
        on=on,
        note=reason,
        details=undone,
    )
    ledger.write(reason=reason)


# Columns of a difficulty that is not solved, and of one whose solution was not confirmed.
NOT_CONFIRMED: dict[str, Any] = {
    "confirmation": "none",
    "confirmed_on": None,
    "confirmed_with": "",
    "confirmed_by": None,
    "confirmation_visit": None,
}
NOT_SOLVED: dict[str, Any] = {"solved_on": None, "solved_by": None, "solution": "", **NOT_CONFIRMED}


def need_reason(reason: str) -> str:
    """Without blanks around it. Raises ValidationError for an empty one."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": ValidationError(_("Say why."), code="reason")})
    return reason[:500]


def raise_all(problems: Iterator[Problem]) -> None:
    """Raises ValidationError with all that is wrong, by field."""
    by_field: dict[str, list[ValidationError]] = {}
    for name, error in problems:
        by_field.setdefault(name, []).append(error)
    if by_field:
        raise ValidationError(by_field)


def told(row: Difficulty, name: str) -> Any:
    """A value as a step keeps it: choices by their code, records by their name."""
    value = getattr(row, name)
    return str(value) if name == "group" and value is not None else plain(value)


def _record(draft: DifficultyDraft, client_id: uuid.UUID, *, by: Any, today: dt.date) -> Difficulty:
    standards = Standards()
    row = Difficulty(
        client_id=client_id,
        village=draft.place,
        group=draft.group if draft.household is None else None,
        household=draft.household,
        source=draft.source,
        kind=draft.kind,
        what=draft.what.strip(),
        raised_on=draft.raised_on,
        raised_by=by,
        due_on=standards.due_on(draft.kind, since=draft.raised_on),
    )
    known = Difficulty.objects.filter(client_id=client_id).select_related("raised_by").first()
    if known is not None:
        _check_same(known, row)
        return known
    said = {name: getattr(row, name) for name in CORRECTABLE}
    raise_all(_wrong(row, said, standards, today=today))
    ledger = Ledger(by=by)
    ledger.add(row)
    ledger.write()
    return row


def _check_place(draft: DifficultyDraft, *, by: Any) -> None:
    if by is None:
        return
    scope = by.scope(RAISE_DIFFICULTIES)
    if draft.household is not None:
        allowed = Household.objects.within(scope).filter(pk=draft.household.pk).exists()
    else:
        allowed = scope.covers(draft.place.path)
    if not allowed:
        raise PermissionDenied(_now("This place is not among those you write about."))


def _wrong(row: Difficulty, said: dict[str, Any], standards: Standards | None, *, today: dt.date) -> Iterator[Problem]:
    """What is wrong with what is said of a row. `standards`: also whether the kind is offered."""
    raised_on, household = said["raised_on"], row.household
    checked = Difficulty(**{name: value for name, value in said.items() if name != "group"})
    yield from _wrong_values(checked)
    if standards is not None and said["kind"] in DifficultyKind.values:
        try:
            standards.check_offered(said["kind"], on=raised_on)
        except ValidationError as error:
            yield "kind", error
    if raised_on > today:
        yield "raised_on", ValidationError(_("The day lies in the future."), code="future")
    if row.solved_on is not None and raised_on > row.solved_on:
        message = _("It was solved on %(day)s; it cannot be raised later than that.")
        yield "raised_on", _error(message, "later", row.solved_on)
    if household is not None and raised_on < household.registered_on:
        message = _("The household is on the roll only from %(day)s.")
        yield "raised_on", _error(message, "not_registered", household.registered_on)
    if household is not None and household.status in GONE and household.status_on <= raised_on:
        message = _("The household has not been on the roll since %(day)s.")
        yield "raised_on", _error(message, "gone", household.status_on)
    yield from _wrong_group(row, said["group"])


def _wrong_values(checked: Difficulty) -> Iterator[Problem]:
    """Of each field for itself: what it may hold, how long it may be."""
    names = {"kind", "what", "source", "raised_on"}
    others = [field.name for field in Difficulty._meta.concrete_fields if field.name not in names]
    try:
        checked.clean_fields(exclude=others)
    except ValidationError as error:
        for name, errors in error.error_dict.items():
            for one in errors:
                yield name, one


def _wrong_group(row: Difficulty, group: Area | None) -> Iterator[Problem]:
    if group is None:
        return
    if row.household_id is not None:
        message = _("The group is that of the household's file.")
        yield "group", ValidationError(message, code="household")
    elif group.level != AreaLevel.GROUP or group.parent_id != row.village_id:
        yield "group", ValidationError(_("This group is not of the village."), code="group")


def _check_same(known: Difficulty, sent: Difficulty) -> None:
    same = known.raised_by_id == (sent.raised_by.pk if sent.raised_by is not None else None)
    if known.version == 1:  # later its words may have been corrected
        same = same and all(getattr(known, name) == getattr(sent, name) for name in SAID)
    if not same:
        message = _("Another difficulty has been sent under this number already. Nothing was overwritten.")
        raise ValidationError(message, code="conflict")


def _error(message: Any, code: str, day: dt.date) -> ValidationError:
    return ValidationError(message, code=code, params={"day": day})
