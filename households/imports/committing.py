"""Writing the accepted households of a checked roster, some hundred at a time, each chunk in one short transaction.

Killed at any point, the next run goes on where the last chunk ended: what each household came to is written with it.
"""

import datetime as dt
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.imports.checking import Checked, Progress
from households.imports.comparing import Plan, compare
from households.imports.drafting import draft, put_changes, step_down
from households.imports.findings import error
from households.imports.places import Places
from households.imports.register import OnFile, load
from households.imports.roster import SheetHousehold
from households.imports.storing import add_findings
from households.models import RosterImport, RosterOutcome, RosterPreview, Severity
from households.services.batch import Batch
from households.services.pairing import Who, find_or_create_helpers, town_of
from households.services.places import find_or_create_groups
from households.services.registering import register_households
from jiangjin.areas.models import Area

HOUSEHOLDS_AT_ONCE = 300

CHANGED_MEANWHILE = error(
    "changed_meanwhile",
    gettext_lazy(
        "Somebody changed household %(number)s after the roster was checked. Upload these rows again to see the difference."
    ),
)
NOT_TAKEN = error("not_taken", gettext_lazy("The register did not take the household: %(reason)s"))

Hold = Callable[[], None]


@dataclass(frozen=True)
class Order:
    """On whose behalf, as what, and for which day a roster is committed."""

    roster: RosterImport
    by: Any
    on: dt.date
    reason: str
    source: str
    job_id: int | None = None


def commit_roster(checked: Checked, order: Order, *, hold: Hold, progress: Progress) -> None:
    """Write every household that has no result yet. Households that the register does not take get the result “refused”, and
    their findings are kept with it."""
    places = Places(order.roster.area)
    previews = list(RosterPreview.objects.filter(roster_import=order.roster).order_by("position").defer("differences"))
    waiting = [(p, sheet) for p, sheet in zip(previews, checked.roster.households, strict=True) if not p.result]
    total, done = len(previews), len(previews) - len(waiting)
    with _out_of_the_collectors_way():
        for start in range(0, len(waiting), HOUSEHOLDS_AT_ONCE):
            progress(done, total, _("writing households"))
            chunk = waiting[start : start + HOUSEHOLDS_AT_ONCE]
            _commit_or_split(chunk, checked, order, places, hold)
            done += len(chunk)
    progress(total, total, _("writing households"))


@contextmanager
def _out_of_the_collectors_way() -> Iterator[None]:
    """The workbook stays in memory until the end: looking through it for garbage with every chunk took a sixth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


Chunk = list[tuple[RosterPreview, SheetHousehold]]


def _commit_or_split(chunk: Chunk, checked: Checked, order: Order, places: Places, hold: Hold) -> None:
    """One transaction; where the register refuses, each household for itself, so that one does not hold up the others."""
    findings = {id(sheet): len(sheet.findings) for _preview, sheet in chunk}
    try:
        with transaction.atomic():
            hold()
            _commit(chunk, checked, order, places)
    except ValidationError as refusal:
        for _preview, sheet in chunk:
            del sheet.findings[findings[id(sheet)] :]
        if len(chunk) > 1:
            for single in chunk:
                _commit_or_split([single], checked, order, places, hold)
            return
        _preview, sheet = chunk[0]
        sheet.tell(NOT_TAKEN, "number", reason=" ".join(refusal.messages))
        with transaction.atomic():
            hold()
            _refuse_late(chunk, order)


def _commit(chunk: Chunk, checked: Checked, order: Order, places: Places) -> None:
    roster = checked.roster
    good = [(preview, sheet) for preview, sheet in chunk if preview.outcome != RosterOutcome.REFUSED]
    on_file = load([sheet for _preview, sheet in good], year=roster.year, lock=True)
    plans: list[Plan] = []
    late: Chunk = []
    by_outcome: dict[RosterOutcome, list[RosterPreview]] = {outcome: [] for outcome in RosterOutcome}
    by_outcome[RosterOutcome.REFUSED] = [p for p, _sheet in chunk if p.outcome == RosterOutcome.REFUSED]
    for preview, sheet in good:
        known = on_file.households.get(sheet.number)
        if (known.version if known is not None else None) != preview.version:
            sheet.tell(CHANGED_MEANWHILE, "number", number=sheet.number)
        plan = None if sheet.refused else compare(sheet, on_file, places)
        if plan is None or sheet.refused:
            late.append((preview, sheet))
        else:
            by_outcome[plan.outcome].append(preview)
            plans.append(plan)
    _write(plans, on_file, order, facts_on=roster.facts_on)
    for outcome, previews in by_outcome.items():
        _note(previews, outcome)
    _refuse_late(late, order)


def _refuse_late(late: Chunk, order: Order) -> None:
    """Households that were good when the roster was checked, and are not now: why, kept with the result."""
    errors = [
        (sheet.header, sheet.number, finding)
        for _preview, sheet in late
        for finding in sheet.findings
        if finding.severity == Severity.ERROR
    ]
    add_findings(order.roster, errors)
    _note([preview for preview, _sheet in late], RosterOutcome.REFUSED)


def _write(plans: list[Plan], on_file: OnFile, order: Order, *, facts_on: dt.date) -> None:
    new = [plan for plan in plans if plan.outcome == RosterOutcome.NEW]
    changed = [plan for plan in plans if plan.outcome == RosterOutcome.CHANGED]
    log = {"by": order.by, "reason": order.reason, "job_id": order.job_id}
    groups = find_or_create_groups(
        wanted=[(plan.village, plan.new_group) for plan in [*new, *changed] if plan.new_group], **log
    )
    helpers = _Helpers([*new, *changed], log)
    if new:
        drafts = [draft(plan, facts_on=facts_on, groups=groups, helpers=helpers.of(plan)) for plan in new]
        register_households(drafts=drafts, source=order.source, **log)
    if changed:
        batch = Batch(**log)
        step_down(batch, changed)
        for plan in changed:
            put_changes(
                batch,
                plan,
                on_file,
                on=order.on,
                facts_on=facts_on,
                source=order.source,
                groups=groups,
                helpers=helpers.of(plan),
            )
        batch.write()


class _Helpers:
    """The helpers whom plans name, found or entered town by town."""

    def __init__(self, plans: list[Plan], log: dict[str, Any]) -> None:
        wanted: dict[int, tuple[Area, set[Who]]] = {}
        self._towns: dict[str, Area] = {}
        for plan in plans:
            if plan.helper is not None:
                town = self._town(plan.village)
                wanted.setdefault(town.pk, (town, set()))[1].add(plan.helper)
        self._found = {
            key: find_or_create_helpers(wanted=pairs, town=town, **log) for key, (town, pairs) in sorted(wanted.items())
        }

    def of(self, plan: Plan) -> dict[Who, Any]:
        """The helpers of the town of a household."""
        return self._found.get(self._town(plan.village).pk, {})

    def _town(self, village: Area) -> Area:
        path = village.ancestor_paths()[1]
        if path not in self._towns:
            self._towns[path] = town_of(village)
        return self._towns[path]


def _note(previews: list[RosterPreview], result: RosterOutcome) -> None:
    """What came of these households, written with them."""
    if previews:
        RosterPreview.objects.filter(pk__in=[preview.pk for preview in previews]).update(result=result)
