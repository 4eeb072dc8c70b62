"""A promise as the pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistance.forms.acting import CloseForm
from assistance.models import FollowUp
from jiangjin.common import clock


@dataclass(frozen=True)
class ShownFollowUp:
    """A follow-up with the form that closes it."""

    row: FollowUp
    form: CloseForm
    is_late: bool


def shown_follow_up(row: FollowUp, form: CloseForm | None = None) -> ShownFollowUp:
    """With a fresh form, or with one in which something is wrong."""
    is_late = row.done_on is None and row.due_on < clock.today()
    return ShownFollowUp(row, form or CloseForm(follow_up=row), is_late=is_late)


def shown_follow_ups(rows: Iterable[FollowUp]) -> list[ShownFollowUp]:
    """Whoever asks prefetches their evidence (`shown_evidence`)."""
    return [shown_follow_up(row) for row in rows]
