"""A promise as the pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from assistance.forms.acting import CloseForm
from assistance.models import FollowUp
from jiangjin.common import clock


@dataclass(frozen=True)
class ShownFollowUp:
    """A follow-up; with the form that closes it, or without: then its button fetches the form. `errors` of whichever form was
    sent; `is_open`: the form stands unfolded."""

    row: FollowUp
    is_late: bool
    form: CloseForm | None = None
    errors: Any = None
    is_open: bool = False


def shown_follow_up(row: FollowUp, form: CloseForm | None = None, **more: Any) -> ShownFollowUp:
    """One of them, as things stand today."""
    return ShownFollowUp(row, is_late=row.done_on is None and row.due_on < clock.today(), form=form, **more)


def shown_follow_ups(rows: Iterable[FollowUp]) -> list[ShownFollowUp]:
    """Those of one record, each open one with its form. Whoever asks prefetches their evidence (`shown_evidence`)."""
    return [shown_follow_up(row, CloseForm(follow_up=row) if row.done_on is None else None) for row in rows]
