"""How a difficulty reads: its state with a tone, how late it is, what its steps tell."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assistance.models import (
    Confirmation,
    Difficulty,
    DifficultyAct,
    DifficultyKind,
    DifficultySource,
    DifficultyState,
    DifficultyStep,
    EscalationLevel,
)
from jiangjin.common.components import TimelineEvent

STATE_TONES: dict[str, str] = {
    DifficultyState.OPEN: "due",
    DifficultyState.ASSIGNED: "info",
    DifficultyState.UNDER_WAY: "info",
    DifficultyState.SOLVED: "due",
    DifficultyState.CONFIRMED: "met",
    DifficultyState.UNSOLVABLE: "closed",
    DifficultyState.WITHDRAWN: "closed",
}
ACT_TONES: dict[str, str] = {
    DifficultyAct.SOLVE: "met",
    DifficultyAct.CONFIRM: "met",
    DifficultyAct.DENY: "blocked",
    DifficultyAct.ESCALATE: "blocked",
    DifficultyAct.REOPEN: "due",
}
ACT_ICONS: dict[str, str] = {
    DifficultyAct.RAISE: "alert-circle",
    DifficultyAct.ASSIGN: "send",
    DifficultyAct.TRANSFER: "arrow-right",
    DifficultyAct.SOLVE: "check",
    DifficultyAct.CONFIRM: "circle-check",
    DifficultyAct.DENY: "x",
    DifficultyAct.ESCALATE: "stairs-up",
    DifficultyAct.CORRECT: "pencil",
}
# What the details of a step are called, in the order in which they are told.
DETAILS = {
    "owner_unit_before": gettext_lazy("Unit before"),
    "owner_unit": gettext_lazy("Unit in charge"),
    "who": gettext_lazy("By name"),
    "due_on_before": gettext_lazy("Day before"),
    "due_on": gettext_lazy("To be solved by"),
    "confirmation": gettext_lazy("How"),
    "escalation": gettext_lazy("Level"),
    "solution_before": gettext_lazy("Solution taken back"),
    "solved_on_before": gettext_lazy("Solved on"),
    "kind_before": gettext_lazy("Kind before"),
    "what_before": gettext_lazy("Words before"),
    "raised_on_before": gettext_lazy("Raised on, before"),
    "source_before": gettext_lazy("Source before"),
    "group_before": gettext_lazy("Group before"),
}
CODES: dict[str, Any] = {
    "confirmation": Confirmation,
    "kind_before": DifficultyKind,
    "source_before": DifficultySource,
    "escalation": EscalationLevel,
}


@dataclass(frozen=True)
class Shown:
    """A difficulty of a list: whose it is (head, or the village), its badges."""

    row: Difficulty
    head: str
    state_tone: str
    days_late: int

    @property
    def who(self) -> str:
        """The household's head or number; of a common one the group, or nothing more than the village."""
        if self.row.household is not None:
            return self.head or self.row.household.number
        return str(self.row.group) if self.row.group is not None else ""

    @property
    def group(self) -> Any:
        """The villagers' group: the household's, or that of a common one."""
        return self.row.household.group if self.row.household is not None else self.row.group

    @property
    def late_text(self) -> str:
        """How many days late; nothing for who is in time."""
        if not self.days_late:
            return ""
        return ngettext("%(days)s day late", "%(days)s days late", self.days_late) % {"days": self.days_late}


def shown(rows: Iterable[Difficulty], heads: dict[int, str], *, today: dt.date) -> list[Shown]:
    """As lists show them."""
    return [
        Shown(
            row,
            heads.get(row.household_id, "") if row.household_id is not None else "",
            STATE_TONES[row.state],
            (today - row.due_on).days if row.is_late(today) else 0,
        )
        for row in rows
    ]


def history(steps: Iterable[DifficultyStep]) -> list[TimelineEvent]:
    """The steps as events, in the order given."""
    return [
        TimelineEvent(
            at=step.happened_on,
            title=step.get_act_display(),
            text="\n".join([*([step.note] if step.note else []), *_told(step)]),
            by=str(step.by or (_("by schedule") if step.act == DifficultyAct.ESCALATE else "")),
            icon=ACT_ICONS.get(step.act, "point"),
            tone=ACT_TONES.get(step.act, "plain"),
        )
        for step in steps
    ]


def _told(step: DifficultyStep) -> Iterator[str]:
    for name, label in DETAILS.items():
        if name in step.details:
            yield _("%(label)s: %(value)s") % {"label": label, "value": _value(name, step.details[name])}
    if step.details.get("visit_withdrawn"):
        yield _("The visit on which it was raised has been withdrawn.")


def _value(name: str, value: Any) -> Any:
    if name in CODES:
        return CODES[name](value).label
    day = parse_date(value) if name.endswith(("_on", "_on_before")) and isinstance(value, str) else None
    return day if day is not None else value
