"""What the household says of a solution; opening again; closing what cannot be solved."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assistance.models import Confirmation, Difficulty, DifficultyAct, DifficultyState, EscalationLevel, Visit
from assistance.services.difficulties.ledger import Ledger, opened_one
from assistance.services.difficulties.recording import NOT_SOLVED, need_reason
from assistance.services.difficulties.rights import Rights, proving_visits
from assistance.services.difficulties.standards import Standards
from assistance.services.drafts import tidy


def confirm(
    *,
    difficulty: Difficulty,
    confirmation: str,
    confirmed_with: str,
    confirmed_on: dt.date,
    by: Any,
    today: dt.date,
    version: int,
    visit: Visit | None = None,
) -> Difficulty:
    """The household (or who speaks for the village) says that it is solved; closes it.

    Whoever wrote the solution down does not confirm in the household's name, unless a `visit` to it since then says so that the
    household signed (docs/adr/0010). Raises ValidationError by field, with the code "conflict", "state" or "refused"; PermissionDenied.
    """
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        rights = Rights(by, [row])
        rights.check(DifficultyAct.CONFIRM, row)
        if visit is not None:
            visit = proving_visits(row).filter(pk=visit.pk).first()
            if visit is None:
                message = _("This visit does not prove it: the household signed none since the solution.")
                raise ValidationError({"visit": ValidationError(message, code="visit")})
            confirmation, confirmed_on = visit.confirmation, visit.visited_on
        elif rights.solved_it(row):
            message = _("You wrote down the solution: name the visit on which the household signed.")
            raise ValidationError({"visit": ValidationError(message, code="visit")})
        _check_confirmation(row, confirmation, confirmed_with, confirmed_on, today=today)
        ledger = Ledger(by=by)
        ledger.change(
            row,
            DifficultyAct.CONFIRM,
            {
                "state": DifficultyState.CONFIRMED,
                "confirmation": confirmation,
                "confirmed_on": confirmed_on,
                "confirmed_with": tidy(confirmed_with),
                "confirmed_by": by,
                "confirmation_visit": visit,
            },
            on=confirmed_on,
            details={"confirmation": confirmation, "who": tidy(confirmed_with)},
        )
        ledger.write()
    return row


def deny(*, difficulty: Difficulty, reason: str, by: Any, today: dt.date, version: int) -> Difficulty:
    """The household says that it is not solved: it is under way again, with a new day. Raises ValidationError without a reason,
    with the code "conflict" or "state"; PermissionDenied."""
    return _again(difficulty, DifficultyAct.DENY, reason=reason, by=by, today=today, version=version)


def reopen(*, difficulty: Difficulty, reason: str, by: Any, today: dt.date, version: int) -> Difficulty:
    """Take up again what was confirmed or closed, as when the well falls dry once more. Raises as `deny` does."""
    return _again(difficulty, DifficultyAct.REOPEN, reason=reason, by=by, today=today, version=version)


def close(*, difficulty: Difficulty, reason: str, by: Any, today: dt.date, version: int) -> Difficulty:
    """The town or the district finds that it cannot be solved, and says why. Raises as `deny` does."""
    reason = need_reason(reason)
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(DifficultyAct.CLOSE, row)
        ledger = Ledger(by=by)
        values = {
            "state": DifficultyState.UNSOLVABLE,
            "closed_on": max(today, row.raised_on),
            "closed_by": by,
            "closed_reason": reason[:300],
        }
        ledger.change(row, DifficultyAct.CLOSE, values, on=today, note=reason)
        ledger.write(reason=reason)
    return row


def _again(
    difficulty: Difficulty, act: DifficultyAct, *, reason: str, by: Any, today: dt.date, version: int
) -> Difficulty:
    reason = need_reason(reason)
    with transaction.atomic():
        row = opened_one(difficulty, version=version)
        Rights(by, [row]).check(act, row)
        due_on = Standards().due_on(row.kind, since=max(today, row.raised_on))
        told = {"solution_before": row.solution, "solved_on_before": row.solved_on, "due_on": due_on}
        ledger = Ledger(by=by)
        ledger.change(
            row,
            act,
            {
                **NOT_SOLVED,
                "state": DifficultyState.UNDER_WAY if row.owner_unit_id is not None else DifficultyState.OPEN,
                "due_on": due_on,
                "closed_on": None,
                "closed_by": None,
                "closed_reason": "",
                "reopened_count": row.reopened_count + 1,
                "escalation": EscalationLevel.NONE,
                "escalated_on": None,
            },
            on=today,
            note=reason,
            details=told,
        )
        ledger.write(reason=reason)
    return row


def _check_confirmation(
    row: Difficulty, confirmation: str, confirmed_with: str, confirmed_on: dt.date, *, today: dt.date
) -> None:
    errors: dict[str, ValidationError] = {}
    if confirmation not in Confirmation.values or confirmation == Confirmation.NONE:
        errors["confirmation"] = ValidationError(_("Say how the household confirmed it."), code="confirmation")
    name = tidy(confirmed_with)
    if not name:
        errors["confirmed_with"] = ValidationError(_("Say who confirmed it."), code="confirmed_with")
    elif len(name) > 60:
        errors["confirmed_with"] = ValidationError(_("At most %(most)s characters."), code="long", params={"most": 60})
    if confirmed_on > today:
        errors["confirmed_on"] = ValidationError(_("The day lies in the future."), code="future")
    elif row.solved_on is not None and confirmed_on < row.solved_on:
        message = _("It was solved on %(day)s; nobody could confirm it before that.")
        errors["confirmed_on"] = ValidationError(message, code="early", params={"day": row.solved_on})
    if errors:
        raise ValidationError(errors)
