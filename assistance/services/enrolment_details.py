"""What an enrolment has to tell besides its own columns before it is done: who owns such facts registers here.

Closed by default: a measure that asks for a detail which nobody keeps cannot be finished.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from assistance.models import Enrolment, Measure, MeasureDetail
from jiangjin.common.registries import Label, Registry


@dataclass(frozen=True, kw_only=True)
class EnrolmentDetail:
    """A kind of detail.

    code: a MeasureDetail. complete: of these enrolments (their numbers) those that tell enough to be finished, set-wise.
    facts: what one enrolment tells, as (label, value), for its page. url_name: the page on which it is written down; takes the
    number of the enrolment; empty where the enrolment's own form has it.
    """

    code: str
    order: int
    complete: Callable[[Collection[int]], set[int]]
    facts: Callable[[Enrolment], Sequence[tuple[Label, Any]]]
    url_name: str = ""


enrolment_details: Registry[EnrolmentDetail] = Registry("enrolment details")


def detail_of(measure: Measure) -> EnrolmentDetail | None:
    """Who keeps what the measure asks for; None where nothing is asked, or nobody keeps it."""
    if measure.detail not in enrolment_details:
        return None
    return enrolment_details[measure.detail]


def incomplete(enrolments: Collection[Enrolment]) -> set[int]:
    """The numbers of those that lack what their measure asks for."""
    wanted: dict[str, list[int]] = {}
    for enrolment in enrolments:
        if enrolment.measure.detail != MeasureDetail.NONE:
            wanted.setdefault(enrolment.measure.detail, []).append(enrolment.pk)
    missing: set[int] = set()
    for code, keys in wanted.items():
        complete = enrolment_details[code].complete(keys) if code in enrolment_details else set()
        missing |= set(keys) - complete
    return missing
