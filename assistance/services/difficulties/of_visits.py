"""What is raised on visits: the difficulty of a visit follows the visit, in the visit's own transaction."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import Difficulty, DifficultyAct, DifficultySource, DifficultyState, Visit
from assistance.models.difficulty import UNSOLVED
from assistance.services.difficulties.ledger import RELATED, Ledger
from assistance.services.difficulties.recording import set_corrected, set_withdrawn
from assistance.services.difficulties.standards import Standards

# Nobody has done anything about it yet, so that it can go as it came.
UNTOUCHED = [DifficultyState.OPEN, DifficultyState.ASSIGNED]


def record_raised(visits: Iterable[Visit], *, by: Any) -> None:
    """The difficulties that new visits raised, in a fixed number of statements."""
    ledger, standards = Ledger(by=by), Standards()
    for visit in visits:
        if visit.difficulty_kind:
            ledger.add(_raised_on(visit, standards, by=by))
    ledger.write()


def follow_correction(visit: Visit, *, by: Any, reason: str, today: dt.date) -> None:
    """The visit says something else now; so does its difficulty, or it comes or goes.

    Raises ValidationError where that is too late: one that was worked on does not vanish, one that is confirmed or closed does not
    change. Then the difficulty is dealt with first, on its own page.
    """
    row = _standing(visit)
    if row is None:
        if visit.difficulty_kind:
            Standards().check_offered(visit.difficulty_kind, on=visit.visited_on)
            record_raised([visit], by=by)
    elif not visit.difficulty_kind:
        if row.state not in UNTOUCHED:
            message = _("Somebody has worked on this difficulty since; it is withdrawn on its own page.")
            raise ValidationError({"difficulty_kind": ValidationError(message, code="worked_on")})
        set_withdrawn(row, by=by, reason=reason, on=today)
    else:
        said = {"kind": visit.difficulty_kind, "what": visit.difficulty, "raised_on": visit.visited_on}
        changes = {name: value for name, value in said.items() if getattr(row, name) != value}
        if changes:
            _check_still_open(row)
            _correct(row, changes, by=by, reason=reason, today=today)


def follow_withdrawal(visit: Visit, *, by: Any, reason: str, today: dt.date) -> None:
    """The visit never was. What nobody has touched goes with it; what was worked on stays, and says so: whether it was ever a
    difficulty is for the office to find out."""
    row = _standing(visit)
    if row is None:
        return
    if row.state in UNTOUCHED:
        set_withdrawn(row, by=by, reason=reason, on=today)
        return
    ledger = Ledger(by=by)
    ledger.change(row, DifficultyAct.CORRECT, {}, on=today, note=reason, details={"visit_withdrawn": True})
    ledger.write(reason=reason)


def _standing(visit: Visit) -> Difficulty | None:
    """The difficulty that the visit raised, locked."""
    rows = Difficulty.objects.standing().select_for_update(of=("self",)).select_related(*RELATED)
    return rows.filter(visit=visit).first()


def _raised_on(visit: Visit, standards: Standards, *, by: Any) -> Difficulty:
    return Difficulty(
        village=visit.household.village,
        household=visit.household,
        visit=visit,
        source=DifficultySource.VISIT,
        kind=visit.difficulty_kind,
        what=visit.difficulty,
        raised_on=visit.visited_on,
        raised_by=by,
        due_on=standards.due_on(visit.difficulty_kind, since=visit.visited_on),
    )


def _check_still_open(row: Difficulty) -> None:
    if row.state not in (*UNSOLVED, DifficultyState.SOLVED):
        message = _("The difficulty of this visit is “%(state)s”; open it again first, on its own page.")
        error = ValidationError(message, code="closed", params={"state": row.get_state_display()})
        raise ValidationError({"difficulty": error})


def _correct(row: Difficulty, changes: dict[str, Any], *, by: Any, reason: str, today: dt.date) -> None:
    """Raises ValidationError by the visit's names."""
    try:
        set_corrected(row, changes, by=by, reason=reason, today=today)
    except ValidationError as refusal:
        names = {"kind": "difficulty_kind", "what": "difficulty", "raised_on": "visited_on"}
        raise ValidationError(
            {names.get(name, name): errors for name, errors in refusal.error_dict.items()}
        ) from refusal
