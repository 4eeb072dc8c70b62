"""Many enrolments alike, some hundred a call, each with an outcome of its own: proposed, approved, begun, finished, stopped."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.db import transaction

from assistance.models import Enrolment, EnrolmentAct, EnrolmentState, EnrolmentStep
from assistance.services.enrolment_desk import NEEDS_REASON, EnrolmentDesk, check_amounts
from assistance.services.enrolment_drafts import EnrolmentDraft
from assistance.services.enrolment_refusals import refusal
from households.services.batch import MANY, changed_entry, created_entry, one_of
from jiangjin.audit.services import record_many as log
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.clock import month_start
from jiangjin.common.set_based import add_rows

Outcome: TypeAlias = Enrolment | ValidationError
CORRECTABLE = ("amount_fen", "quantity", "unit", "business", "note")
# What came of it may be told when it is finished.
RESULTS = ("amount_fen", "quantity")
STATE_AFTER: dict[str, str] = {
    EnrolmentAct.APPROVE: EnrolmentState.APPROVED,
    EnrolmentAct.BEGIN: EnrolmentState.UNDER_WAY,
    EnrolmentAct.FINISH: EnrolmentState.DONE,
    EnrolmentAct.STOP: EnrolmentState.STOPPED,
}
DAY: dict[str, str] = {
    EnrolmentAct.APPROVE: "approved_on",
    EnrolmentAct.SEND_BACK: "returned_on",
    EnrolmentAct.BEGIN: "started_on",
    EnrolmentAct.FINISH: "done_on",
    EnrolmentAct.STOP: "stopped_on",
}


def propose_many(
    *, drafts: Sequence[EnrolmentDraft], by: Any, today: dt.date, on: dt.date | None = None, job_id: int | None = None
) -> list[Outcome]:
    """Propose many, in a fixed number of statements. Each has its own outcome, in their order: the enrolment, or the ValidationError that tells why not. Keep it to some hundred a call: it is one transaction."""
    on = on or today
    with transaction.atomic():
        desk = EnrolmentDesk.opened([draft.household.pk for draft in drafts], by=by)
        outcomes = _judged(desk, drafts, on=on, today=today)
        made = [outcome for outcome in outcomes if isinstance(outcome, Enrolment)]
        _insert(Enrolment, made)
        entry = created_entry(Enrolment)
        _tell(
            made,
            [entry(row) for row in made],
            act=EnrolmentAct.PROPOSE,
            on=on,
            note="",
            reason="",
            by=by,
            job_id=job_id,
        )
    return outcomes


def examine_proposals(
    *, drafts: Sequence[EnrolmentDraft], by: Any, today: dt.date, on: dt.date | None = None
) -> list[Outcome]:
    """What `propose_many` would say; nothing is locked or written, and the enrolments are not stored."""
    desk = EnrolmentDesk.opened([draft.household.pk for draft in drafts], by=by, lock=False)
    return _judged(desk, drafts, on=on or today, today=today)


def _judged(desk: EnrolmentDesk, drafts: Sequence[EnrolmentDraft], *, on: dt.date, today: dt.date) -> list[Outcome]:
    desk.load_for_drafts(drafts)
    outcomes: list[Outcome] = []
    for draft in drafts:
        try:
            desk.check_draft(draft, on=on, today=today)
        except ValidationError as error:
            outcomes.append(error)
            continue
        row = Enrolment(
            measure=draft.measure,
            household=desk.households[draft.household.pk],
            member=draft.member,
            year=draft.year,
            sequence=desk.next_sequence(draft),
            amount_fen=draft.priced_fen,
            quantity=draft.quantity,
            unit=draft.unit,
            business=draft.business,
            note=draft.note.strip()[:300],
            planned_on=on,
            planned_by=desk.by,
        )
        desk.note(row)
        outcomes.append(row)
    return outcomes


def act_many(
    *,
    act: str,
    enrolments: Sequence[int],
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    note: str = "",
    results: Mapping[int, Mapping[str, Any]] | None = None,
    job_id: int | None = None,
) -> list[Outcome]:
    """The same act on many enrolments (their numbers), in a fixed number of statements; each has its own outcome, in their
    order. `note` is the reason where one is needed, `results` are by enrolment. Keep it to some hundred a call."""
    on, results = on or today, results or {}
    with transaction.atomic():
        rows = _opened(enrolments, lock=True, by=by)
        judged = _examined(act, enrolments, rows, on=on, today=today, note=note, results=results)
        changed = {row.pk: row for row in judged if isinstance(row, Enrolment)}
        befores = {
            row.pk: _put(row, act, on=on, note=note, results=results.get(row.pk, {}), by=by) for row in changed.values()
        }
        names = sorted({name for before in befores.values() for name in before})
        Enrolment.objects.bulk_update(changed.values(), [*names, "version"], batch_size=200)
        entries = [changed_entry(row, befores[row.pk]) for row in changed.values()]
        reason = note.strip() if act in NEEDS_REASON else ""
        _tell(list(changed.values()), entries, act=act, on=on, note=note, reason=reason, by=by, job_id=job_id)
    return judged


def examine_acts(
    *,
    act: str,
    enrolments: Sequence[int],
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    note: str = "",
    results: Mapping[int, Mapping[str, Any]] | None = None,
) -> list[Outcome]:
    """What `act_many` would say; nothing is locked or written."""
    rows = _opened(enrolments, lock=False, by=by)
    return _examined(act, enrolments, rows, on=on or today, today=today, note=note, results=results or {})


Opened: TypeAlias = tuple[EnrolmentDesk, dict[int, Enrolment]]


def _opened(keys: Sequence[int], *, lock: bool, by: Any) -> Opened:
    """The households, then the enrolments as they are now: whoever changes one has locked its household."""
    households = Enrolment.objects.filter(pk__in=set(keys)).order_by().values_list("household_id", flat=True)
    desk = EnrolmentDesk.opened(list(households), by=by, lock=lock)
    rows = Enrolment.objects.filter(pk__in=set(keys)).select_related("measure", "unit__county", "business__village")
    found = {row.pk: row for row in rows.order_by("pk")}
    for row in found.values():
        row.household = desk.households[row.household_id]
    return desk, found


def _examined(
    act: str,
    keys: Sequence[int],
    opened: Opened,
    *,
    on: dt.date,
    today: dt.date,
    note: str,
    results: Mapping[int, Mapping[str, Any]],
) -> list[Outcome]:
    desk, rows = opened
    desk.load_for_acts(rows.values(), act=act)
    outcomes: list[Outcome] = []
    for place, key in enumerate(keys):
        try:
            if key not in rows:
                raise refusal("gone_meanwhile")
            if key in keys[:place]:
                raise refusal("state", state=EnrolmentState(rows[key].state))
            desk.check_act(rows[key], act, on=on, today=today, reason=note)
            _check_results(desk, rows[key], act, results.get(key, {}))
            outcomes.append(rows[key])
        except ValidationError as error:
            outcomes.append(error)
    return outcomes


def _check_results(desk: EnrolmentDesk, row: Enrolment, act: str, results: Mapping[str, Any]) -> None:
    one_of(results, CORRECTABLE if act == EnrolmentAct.CORRECT else RESULTS)
    check_amounts(results.get("amount_fen"), results.get("quantity"))
    desk.check_partners(row.household, unit=results.get("unit"), business=results.get("business"))
    differs = any(getattr(row, name) != value for name, value in results.items())
    if act == EnrolmentAct.CORRECT and not differs and not row.is_sent_back:
        raise refusal("nothing_changed")


def _put(row: Enrolment, act: str, *, on: dt.date, note: str, results: Mapping[str, Any], by: Any) -> dict[str, Any]:
    """Set what the act changes; returns what was there before."""
    values: dict[str, Any] = dict(results)
    if act in STATE_AFTER:
        values["state"] = STATE_AFTER[act]
    if act in DAY:
        values[DAY[act]] = on
    if act == EnrolmentAct.APPROVE:
        values["approved_by"] = by
    if act == EnrolmentAct.STOP:
        values["stop_reason"] = note.strip()[:200]
    if act == EnrolmentAct.CORRECT:
        values["returned_on"] = None
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value.strip()[:300] if name == "note" else value)
    row.version += 1
    return {name: value for name, value in before.items() if getattr(row, name) != value}


def _insert(model: Any, rows: list[Any]) -> None:
    if len(rows) < MANY:
        model.objects.bulk_create(rows)
    else:
        add_rows(model, rows)


def _tell(
    rows: list[Enrolment],
    entries: list[Any],
    *,
    act: str,
    on: dt.date,
    note: str,
    reason: str,
    by: Any,
    job_id: int | None,
) -> None:
    """Steps, change log, marks."""
    if not rows:
        return
    steps = [
        EnrolmentStep(enrolment=row, act=act, state=row.state, occurred_on=on, note=note.strip()[:300], recorded_by=by)
        for row in rows
    ]
    _insert(EnrolmentStep, steps)
    log(entries, by=by, reason=reason, job_id=job_id)
    mark_households({row.household_id for row in rows}, facts=[Fact.MEASURE], month=month_start(on))
