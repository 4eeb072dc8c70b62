"""How the state of a household's month reads: a word with its tone, and why."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from assistance.models import NotDueReason, VisitState

TONES: dict[int, str] = {
    VisitState.MET: "met",
    VisitState.MISSED: "blocked",
    VisitState.PENDING: "due",
    VisitState.NOT_DUE: "closed",
}


@dataclass(frozen=True)
class StateWord:
    """A state as a badge; `reason` says why nothing is due."""

    word: Any
    tone: str
    reason: Any = ""


def state_word(state: int | None, not_due_reason: str | None = "") -> StateWord:
    """Of a row of the monthly check; without one (None) it has not been checked yet."""
    if state is None:
        return StateWord(_("not checked yet"), "plain")
    reason = NotDueReason(not_due_reason).label if not_due_reason else ""
    return StateWord(VisitState(state).label, TONES[state], reason)
