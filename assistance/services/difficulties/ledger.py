"""Writing difficulties: rows, one step for each version, the change log and dirty marks, in a few statements for one or hundreds.

Every service of difficulties writes through a Ledger, so that no change goes without its step.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.models import Difficulty, DifficultyAct, DifficultyState, DifficultyStep
from households.services.batch import changed_entry, created_entry
from jiangjin.audit.services import Change, plain
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start

# Days that the counts of a household's month go by.
COUNTED_DAYS = ("raised_on", "solved_on", "closed_on")
RELATED = ("village__parent", "household", "owner_unit", "responsible", "helper", "visit")


def opened(keys: Iterable[int]) -> dict[int, Difficulty]:
    """Difficulties as they stand, locked, so that two at the same come one after the other."""
    rows = Difficulty.objects.select_for_update(of=("self",)).select_related(*RELATED)
    return {row.pk: row for row in rows.filter(pk__in=set(keys)).order_by("pk")}


def opened_one(difficulty: Difficulty, *, version: int) -> Difficulty:
    """One of them. Raises ValidationError with the code "conflict" if it is not the version that was read."""
    row = opened([difficulty.pk])[difficulty.pk]
    check_version(row, version)
    return row


def check_version(row: Difficulty, version: int) -> None:
    """Raises ValidationError with the code "conflict"."""
    if row.version != version:
        message = _(
            "Somebody else changed this difficulty after you opened it. Nothing was written; load the page again and repeat "
            "your change."
        )
        raise ValidationError(message, code="conflict")


class Ledger:
    """Collects what is done to difficulties; `write()` stores it. Use inside one `transaction.atomic`, with locked rows."""

    def __init__(self, *, by: Any) -> None:
        self.by = by
        self._added: list[Difficulty] = []
        self._changed: dict[Difficulty, dict[str, Any]] = {}
        self._steps: list[DifficultyStep] = []
        self._marks: dict[dt.date, set[int]] = {}

    def add(self, row: Difficulty, *, note: str = "") -> None:
        """A new one: its first step is that it was raised."""
        self._added.append(row)
        step = DifficultyStep(
            act=DifficultyAct.RAISE, happened_on=row.raised_on, to_state=DifficultyState.OPEN, version=1, note=note
        )
        self._take(row, step, {"due_on": plain(row.due_on)})
        self._mark(row, [row.raised_on])

    def change(
        self,
        row: Difficulty,
        act: DifficultyAct,
        values: Mapping[str, Any],
        *,
        on: dt.date,
        note: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """One act on a stored one: sets attributes and makes its next version. `details`: what the step tells besides."""
        before = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
        step = DifficultyStep(act=act, happened_on=on, from_state=row.state, note=note)
        for name in before:
            setattr(row, name, values[name])
        row.version += 1
        step.to_state, step.version = row.state, row.version
        self._changed[row] = before
        self._take(row, step, details or {})
        days = [day for name in COUNTED_DAYS if name in before for day in (before[name], getattr(row, name))]
        self._mark(row, [*days, *([row.raised_on] if "kind" in before else [])])

    def write(self, *, reason: str = "") -> None:
        """Store what was collected."""
        Difficulty.objects.bulk_create(self._added)
        if self._changed:
            names = {"version", *(name for before in self._changed.values() for name in before)}
            Difficulty.objects.bulk_update(self._changed, sorted(names), batch_size=200)
        DifficultyStep.objects.bulk_create(self._steps)
        entries: list[Change] = [*map(created_entry(Difficulty), self._added)]
        entries += [changed_entry(row, before) for row, before in self._changed.items()]
        log(entries, by=self.by, reason=reason)
        for month, households in self._marks.items():
            mark_households(households, facts=[Fact.DIFFICULTY], month=month)
        self._added, self._changed, self._steps, self._marks = [], {}, [], {}

    def _take(self, row: Difficulty, step: DifficultyStep, details: Mapping[str, Any]) -> None:
        step.difficulty, step.by = row, self.by
        step.details = {name: plain(value) for name, value in details.items() if value not in (None, "")}
        self._steps.append(step)

    def _mark(self, row: Difficulty, days: Iterable[dt.date | None]) -> None:
        """The household's counts change from the earliest of the days on."""
        known = [day for day in days if day is not None]
        if known and row.household_id is not None:
            self._marks.setdefault(month_start(min(known)), set()).add(row.household_id)
