"""Difficulties given to a unit, taken in hand, solved."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import Difficulty, DifficultyAct, DifficultyState, EscalationLevel
from assistance.services.difficulties.ledger import Ledger, check_version, opened, opened_one
from assistance.services.difficulties.recording import Problem, need_reason, raise_all
from assistance.services.difficulties.rights import Rights
from assistance.services.drafts import tidy
from households.models import Helper, HelperAssignment
from jiangjin.accounts.models import Unit

# As many as a page of the list shows at most.
MOST_AT_ONCE = 100
Outcome: TypeAlias = Difficulty | ValidationError | PermissionDenied


@dataclass(frozen=True, kw_only=True)
class Charge:
    """To whom a difficulty is given, by when it is to be solved; by name a user of the unit, or a helper of the household."""

    unit: Unit
    due_on: dt.date
    responsible: Any = None
    helper: Helper | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """How a difficulty was solved, and what was given for it. Money in 分."""

    solution: str
    solved_on: dt.date
    money_fen: int = 0
    goods: str = ""
    goods_value_fen: int = 0


def assign(*, difficulty: Difficulty, charge: Charge, by: Any, today: dt.date, version: int) -> Difficulty:
    """Give an open difficulty to a unit. Raises ValidationError by field, with the code "conflict" or "state"; PermissionDenied."""
    (outcome,) = assign_many(chosen=[(difficulty.pk, version)], charge=charge, by=by, today=today)
    if isinstance(outcome, Difficulty):
        return outcome
    raise outcome


def assign_many(*, chosen: Sequence[tuple[int, int]], charge: Charge, by: Any, today: dt.date) -> list[Outcome]:
    """Give difficulties, by (number, version read), to one unit, in a fixed number of statements. Each has its own outcome, in
    their order: the difficulty, or the error that `assign` raises. Raises ValueError for more than MOST_AT_ONCE."""
    if len(chosen) > MOST_AT_ONCE:
        raise ValueError(f"at most {MOST_AT_ONCE} at once")
    outcomes: list[Outcome] = []
    with transaction.atomic():
        rows = opened(key for key, _version in chosen)
        rights = Rights(by, rows.values())
        helped = _helped(rows.values(), charge.helper, today=today)
        ledger = Ledger(by=by)
        for key, version in chosen:
            row = rows[key]
            try:
                rights.check(DifficultyAct.ASSIGN, row)
                check_version(row, version)
                raise_all(_wrong_charge(row, charge, helped, today=today))
            except (ValidationError, PermissionDenied) as error:
                outcomes.append(error)
            else:
                _give(ledger, row, DifficultyAct.ASSIGN, charge, on=today)
                outcomes.append(row)
        ledger.write(reason=charge.note)
    return outcomes


def transfer(*, difficulty: Difficulty, charge: Charge, by: Any, today: dt.date, version: int) -> Difficulty:
    """Pass a difficulty on to another unit, or give its unit another day; `charge.note` says why.

    A unit may pass on its own, but its day stays: raises ValidationError for another `due_on` then. Raises as `assign` does.
    """
    need_reason(charge.note)
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        rights = Rights(by, [row])
        rights.check(DifficultyAct.TRANSFER, row)
        if charge.due_on != row.due_on:
            if not rights.may_set_days(row):
                message = _("The day is set by the office that assigned it; it stays %(day)s.")
                error = ValidationError(message, code="due_on", params={"day": row.due_on})
                raise ValidationError({"due_on": error})
            raise_all(_wrong_day(row, charge.due_on, today=today))
        if charge.unit == row.owner_unit and charge.due_on == row.due_on and _same_people(row, charge):
            raise ValidationError(_("It is in the charge of this unit already, until that day."), code="same")
        raise_all(_wrong_people(row, charge, _helped([row], charge.helper, today=today)))
        ledger = Ledger(by=by)
        _give(ledger, row, DifficultyAct.TRANSFER, charge, on=today)
        ledger.write(reason=charge.note)
    return row


def begin(*, difficulty: Difficulty, by: Any, today: dt.date, version: int) -> Difficulty:
    """Take it in hand; one that nobody was given is then in the charge of the user's own unit.

    Raises ValidationError for a user without a unit, with the code "conflict" or "state"; PermissionDenied.
    """
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.BEGIN, row)
        values = {"state": DifficultyState.UNDER_WAY, "responsible": by, **_own_charge(row, by)}
        if values.get("owner_unit", row.owner_unit) is None:
            raise ValidationError(
                _("Your account belongs to no unit; the town office assigns this difficulty."), code="unit"
            )
        ledger = Ledger(by=by)
        ledger.change(
            row, DifficultyAct.BEGIN, values, on=today, details={"owner_unit": str(values.get("owner_unit", ""))}
        )
        ledger.write()
    return row


def report(*, difficulty: Difficulty, note: str, by: Any, today: dt.date, version: int) -> Difficulty:
    """Say how far it is. Raises ValidationError without words, with the code "conflict" or "state"; PermissionDenied."""
    note = tidy(note)
    if not note:
        raise ValidationError({"note": ValidationError(_("Say how far it is."), code="note")})
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.REPORT, row)
        ledger = Ledger(by=by)
        values = {"state": DifficultyState.UNDER_WAY}
        ledger.change(row, DifficultyAct.REPORT, values, on=today, note=note[:500])
        ledger.write()
    return row


def solve(*, difficulty: Difficulty, solution: Solution, by: Any, today: dt.date, version: int) -> Difficulty:
    """Say how it was solved; then the household is asked. One that nobody was given counts for the user's own unit.

    Raises ValidationError by field, with the code "conflict" or "state"; PermissionDenied.
    """
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.SOLVE, row)
        raise_all(_wrong_solution(row, solution, today=today))
        values = {
            "state": DifficultyState.SOLVED,
            "solved_on": solution.solved_on,
            "solved_by": by,
            "solution": tidy(solution.solution),
            "money_fen": solution.money_fen,
            "goods": tidy(solution.goods),
            "goods_value_fen": solution.goods_value_fen,
            **_own_charge(row, by),
        }
        ledger = Ledger(by=by)
        ledger.change(row, DifficultyAct.SOLVE, values, on=solution.solved_on, note=values["solution"])
        ledger.write()
    return row


def _give(ledger: Ledger, row: Difficulty, act: DifficultyAct, charge: Charge, *, on: dt.date) -> None:
    values: dict[str, Any] = {
        "state": DifficultyState.ASSIGNED,
        "owner_unit": charge.unit,
        "responsible": charge.responsible,
        "helper": charge.helper,
        "due_on": charge.due_on,
    }
    if charge.due_on >= on:  # there is time again
        values |= {"escalation": EscalationLevel.NONE, "escalated_on": None}
    who = charge.responsible or charge.helper
    details = {"owner_unit": charge.unit.name, "who": str(who) if who is not None else "", "due_on": charge.due_on}
    if act == DifficultyAct.TRANSFER:
        details["owner_unit_before"] = row.owner_unit.name if row.owner_unit is not None else ""
        details["due_on_before"] = row.due_on if row.due_on != charge.due_on else ""
    ledger.change(row, act, values, on=on, note=tidy(charge.note)[:500], details=details)


def _own_charge(row: Difficulty, by: Any) -> dict[str, Any]:
    """The unit (and helper) that a difficulty gets which nobody was given: that of whoever does it."""
    if row.owner_unit is not None or by is None:
        return {}
    helper = Helper.objects.filter(user=by).select_related("unit").first()
    unit = by.unit or (helper.unit if helper is not None else None)
    return {"owner_unit": unit, "helper": helper if row.household_id is not None else None}


def _same_people(row: Difficulty, charge: Charge) -> bool:
    return bool(row.responsible == charge.responsible and row.helper == charge.helper)


def _helped(rows: Any, helper: Helper | None, *, today: dt.date) -> set[int]:
    """The households of the difficulties that a helper answers for today."""
    if helper is None:
        return set()
    households = {row.household_id for row in rows if row.household_id is not None}
    answering = HelperAssignment.objects.active(today).filter(helper=helper, household__in=households)
    return set(answering.values_list("household_id", flat=True))


def _wrong_charge(row: Difficulty, charge: Charge, helped: set[int], *, today: dt.date) -> Iterator[Problem]:
    yield from _wrong_day(row, charge.due_on, today=today)
    yield from _wrong_people(row, charge, helped)


def _wrong_day(row: Difficulty, due_on: dt.date, *, today: dt.date) -> Iterator[Problem]:
    if due_on < max(today, row.raised_on):
        yield "due_on", ValidationError(_("The day by which it is to be solved has passed."), code="past")


def _wrong_people(row: Difficulty, charge: Charge, helped: set[int]) -> Iterator[Problem]:
    if not row.village.path.startswith(charge.unit.county.path):
        yield "unit", ValidationError(_("This unit is of another district."), code="unit")
    who = charge.responsible
    if who is not None and (who.unit_id != charge.unit.pk or not who.is_active):
        yield "responsible", ValidationError(_("This person does not belong to the unit."), code="responsible")
    if charge.helper is not None and row.household_id not in helped:
        message = _("This helper does not answer for the household today.")
        yield "helper", ValidationError(message, code="helper")


def _wrong_solution(row: Difficulty, solution: Solution, *, today: dt.date) -> Iterator[Problem]:
    if not tidy(solution.solution):
        yield "solution", ValidationError(_("Say how it was solved."), code="solution")
    values = {name: tidy(getattr(solution, name)) for name in ("solution", "goods")}
    for name, text in values.items():
        most = Difficulty._meta.get_field(name).max_length  # type: ignore[union-attr]
        if most is not None and len(text) > most:
            message = _("At most %(most)s characters.")
            yield name, ValidationError(message, code="long", params={"most": most})
    if solution.solved_on > today:
        yield "solved_on", ValidationError(_("The day lies in the future."), code="future")
    again = row.steps.filter(act__in=[DifficultyAct.DENY, DifficultyAct.REOPEN]).order_by("-version")
    since = again.values_list("happened_on", flat=True).first()
    if solution.solved_on < row.raised_on:
        message = _("It was raised on %(day)s; it cannot be solved before that.")
        yield "solved_on", ValidationError(message, code="early", params={"day": row.raised_on})
    elif since is not None and solution.solved_on < since:
        message = _("It was opened again on %(day)s; what was done before that was not enough.")
        yield "solved_on", ValidationError(message, code="early", params={"day": since})
    for name in ("money_fen", "goods_value_fen"):
        if getattr(solution, name) < 0:
            yield name, ValidationError(_("Money and goods cannot be less than nothing."), code="negative")
