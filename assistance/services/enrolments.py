"""Enrolments in support measures: proposed, approved by somebody else, begun, finished with what came of it, or stopped.

The door for whoever does one at a time; `enrolments_many` does many alike. Whatever is done leaves a step, an entry in the
change log and a mark for whoever computes from it, in one transaction.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assistance.models import Enrolment, EnrolmentAct
from assistance.services.enrolment_desk import EnrolmentDesk
from assistance.services.enrolment_drafts import EnrolmentDraft
from assistance.services.enrolment_refusals import code_of, refusal
from assistance.services.enrolments_many import CORRECTABLE, Outcome, act_many, propose_many
from households.services.batch import one_of


def propose(*, draft: EnrolmentDraft, by: Any, today: dt.date, on: dt.date | None = None) -> Enrolment:
    """Propose a measure for a household or a person. Raises ValidationError by field with a code of `enrolment_refusals`,
    PermissionDenied for a household outside the user's area."""
    return _one(propose_many(drafts=[draft], by=by, today=today, on=on))


def approve(
    *,
    enrolment: Enrolment,
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    version: int | None = None,
    note: str = "",
) -> Enrolment:
    """Approve what somebody else proposed. Raises ValidationError with a code of `enrolment_refusals`, "conflict" if it is not
    the `version` that was read, and PermissionDenied."""
    return _act(EnrolmentAct.APPROVE, enrolment, by=by, today=today, on=on, version=version, note=note)


def send_back(*, enrolment: Enrolment, by: Any, today: dt.date, reason: str, version: int | None = None) -> Enrolment:
    """Give a proposal back to whoever made it, to be corrected. Raises as `approve` does."""
    return _act(EnrolmentAct.SEND_BACK, enrolment, by=by, today=today, version=version, note=reason)


def begin(
    *,
    enrolment: Enrolment,
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    version: int | None = None,
    note: str = "",
) -> Enrolment:
    """Say that it has begun. Raises as `approve` does."""
    return _act(EnrolmentAct.BEGIN, enrolment, by=by, today=today, on=on, version=version, note=note)


def finish(
    *,
    enrolment: Enrolment,
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    version: int | None = None,
    note: str = "",
    results: Mapping[str, Any] | None = None,
) -> Enrolment:
    """Say that it is done, and what came of it (RESULTS). Raises as `approve` does, and while a detail that the measure asks
    for is missing."""
    return _act(EnrolmentAct.FINISH, enrolment, by=by, today=today, on=on, version=version, note=note, results=results)


def stop(
    *, enrolment: Enrolment, by: Any, today: dt.date, reason: str, on: dt.date | None = None, version: int | None = None
) -> Enrolment:
    """Stop what will not come about. Raises as `approve` does."""
    return _act(EnrolmentAct.STOP, enrolment, by=by, today=today, on=on, version=version, note=reason)


def correct(
    *,
    enrolment: Enrolment,
    changes: Mapping[str, Any],
    by: Any,
    today: dt.date,
    reason: str,
    version: int | None = None,
) -> Enrolment:
    """Correct what an enrolment says (CORRECTABLE). What was sent back waits for approval again afterwards, also where the
    reason explains that nothing was wrong. Raises as `approve` does."""
    one_of(changes, CORRECTABLE)
    return _act(
        EnrolmentAct.CORRECT, enrolment, by=by, today=today, version=version, note=reason, results=dict(changes)
    )


def _act(
    act: str,
    enrolment: Enrolment,
    *,
    by: Any,
    today: dt.date,
    on: dt.date | None = None,
    version: int | None = None,
    note: str = "",
    results: Mapping[str, Any] | None = None,
) -> Enrolment:
    with transaction.atomic():
        # The household first, as everybody does, so that the version that is compared stays what it is.
        EnrolmentDesk.opened([enrolment.household_id], by=by)
        stored = Enrolment.objects.filter(pk=enrolment.pk).values_list("version", flat=True).first()
        if version is not None and stored != version:
            raise refusal("conflict")
        return _one(
            act_many(
                act=act,
                enrolments=[enrolment.pk],
                by=by,
                today=today,
                on=on,
                note=note,
                results={enrolment.pk: results or {}},
            )
        )


def _one(outcomes: list[Outcome]) -> Enrolment:
    (outcome,) = outcomes
    if isinstance(outcome, Enrolment):
        return outcome
    if code_of(outcome) == "not_yours":
        raise PermissionDenied(*outcome.messages)
    raise outcome


ACTS: dict[str, Callable[..., Enrolment]] = {
    EnrolmentAct.APPROVE: approve,
    EnrolmentAct.SEND_BACK: send_back,
    EnrolmentAct.BEGIN: begin,
    EnrolmentAct.FINISH: finish,
    EnrolmentAct.STOP: stop,
    EnrolmentAct.CORRECT: correct,
}
