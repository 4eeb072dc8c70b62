"""Who may do what to a difficulty, and when: asked by the services before they write, and by the pages for their buttons."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.models import Confirmation, Difficulty, DifficultyAct, DifficultyState, Visit
from assistance.models.difficulty import SOLVED, UNSOLVED
from assistance.permissions import (
    ASSIGN_DIFFICULTIES,
    CONFIRM_DIFFICULTIES,
    RAISE_DIFFICULTIES,
    WORK_ON_DIFFICULTIES,
)
from jiangjin.accounts.scoping import Scope

# In which states an act is possible, and the permission over the difficulty's place that it takes.
STATES: dict[DifficultyAct, list[DifficultyState]] = {
    DifficultyAct.ASSIGN: [DifficultyState.OPEN],
    DifficultyAct.BEGIN: [DifficultyState.OPEN, DifficultyState.ASSIGNED],
    DifficultyAct.REPORT: [DifficultyState.ASSIGNED, DifficultyState.UNDER_WAY],
    DifficultyAct.SOLVE: UNSOLVED,
    DifficultyAct.TRANSFER: [DifficultyState.ASSIGNED, DifficultyState.UNDER_WAY],
    DifficultyAct.CLOSE: UNSOLVED,
    DifficultyAct.CONFIRM: [DifficultyState.SOLVED],
    DifficultyAct.DENY: [DifficultyState.SOLVED],
    DifficultyAct.REOPEN: [DifficultyState.CONFIRMED, DifficultyState.UNSOLVABLE],
    DifficultyAct.CORRECT: [*UNSOLVED, DifficultyState.SOLVED],
    DifficultyAct.WITHDRAW: [*UNSOLVED, *SOLVED, DifficultyState.UNSOLVABLE],
}
PERMISSIONS: dict[DifficultyAct, str] = {
    DifficultyAct.ASSIGN: ASSIGN_DIFFICULTIES,
    DifficultyAct.BEGIN: WORK_ON_DIFFICULTIES,
    DifficultyAct.REPORT: WORK_ON_DIFFICULTIES,
    DifficultyAct.SOLVE: WORK_ON_DIFFICULTIES,
    DifficultyAct.TRANSFER: ASSIGN_DIFFICULTIES,
    DifficultyAct.CLOSE: ASSIGN_DIFFICULTIES,
    DifficultyAct.CONFIRM: CONFIRM_DIFFICULTIES,
    DifficultyAct.DENY: CONFIRM_DIFFICULTIES,
    DifficultyAct.REOPEN: CONFIRM_DIFFICULTIES,
    DifficultyAct.CORRECT: RAISE_DIFFICULTIES,
    DifficultyAct.WITHDRAW: ASSIGN_DIFFICULTIES,
}
# Ways of confirming a visit that leave something to show.
ON_PAPER = [Confirmation.SIGNED, Confirmation.FINGERPRINT]


@dataclass(frozen=True)
class Offer:
    """An act that the user's role takes; `refusal` says why it is not possible here."""

    act: DifficultyAct
    refusal: str = ""


class Rights:
    """What one user may do to some difficulties. Asked once a scope for all of them; `by` None is the system itself."""

    def __init__(self, by: Any, difficulties: Collection[Difficulty]) -> None:
        self.by = by
        self._keys = [row.pk for row in difficulties]
        self._reached: dict[Scope, set[int]] = {}

    def may(self, permission: str, row: Difficulty) -> bool:
        """Whether the difficulty lies within the user's scope for a permission."""
        if self.by is None:
            return True
        scope = self.by.scope(permission)
        if scope not in self._reached:
            reached = Difficulty.objects.within(scope).filter(pk__in=self._keys).order_by()
            self._reached[scope] = set(reached.values_list("pk", flat=True))
        return row.pk in self._reached[scope]

    def check(self, act: DifficultyAct, row: Difficulty) -> None:
        """Raises PermissionDenied, or ValidationError with the code "state" where it is not the time for it, or "refused"."""
        if not self._is_permitted(act, row):
            raise PermissionDenied(_now("That is not yours to do with this difficulty."))
        if row.state not in STATES[act]:
            message = _("This difficulty is “%(state)s” by now; that cannot be done to it.")
            raise ValidationError(message, code="state", params={"state": row.get_state_display()})
        if act == DifficultyAct.CORRECT and row.visit_id is not None:
            raise ValidationError(_("It was raised on a visit: correct the visit, and this follows."), code="refused")
        if act == DifficultyAct.CONFIRM and self.solved_it(row) and not proving_visits(row).exists():
            message = _(
                "You wrote down the solution. Somebody else asks the household, or a visit to it since then that it signed says so."
            )
            raise ValidationError(message, code="refused")

    def offers(self, row: Difficulty) -> Iterator[Offer]:
        """The acts that this user can take now, and those refused for a reason worth telling."""
        for act in STATES:
            try:
                self.check(act, row)
            except PermissionDenied:
                continue
            except ValidationError as refusal:
                if refusal.code == "refused":
                    yield Offer(act, " ".join(refusal.messages))
            else:
                yield Offer(act)

    def may_set_days(self, row: Difficulty) -> bool:
        """Whether the user sets by when it is to be solved: whoever works on it does not give themselves more time."""
        return self.may(ASSIGN_DIFFICULTIES, row)

    def solved_it(self, row: Difficulty) -> bool:
        """Whether the user wrote the solution down. Whoever solves does not confirm in the household's name."""
        return self.by is not None and row.solved_by_id == self.by.pk

    def _is_permitted(self, act: DifficultyAct, row: Difficulty) -> bool:
        if self.may(PERMISSIONS[act], row):
            return True
        if act == DifficultyAct.TRANSFER:  # a unit passes on what is not its work
            own = self.by.unit_id is not None and self.by.unit_id == row.owner_unit_id
            return own and self.may(WORK_ON_DIFFICULTIES, row)
        if (
            act == DifficultyAct.WITHDRAW
        ):  # a slip is taken back by whoever made it, as long as nobody has been given it
            own = row.raised_by_id == self.by.pk and row.visit_id is None and row.state == DifficultyState.OPEN
            return own and self.may(RAISE_DIFFICULTIES, row)
        return False


def proving_visits(row: Difficulty) -> QuerySet[Visit]:
    """Visits since the solution on which the household set its name or finger to paper, newest first."""
    if row.household_id is None or row.solved_on is None:
        return Visit.objects.none()
    visits = Visit.objects.standing().filter(household=row.household_id, confirmation__in=ON_PAPER)
    return visits.filter(visited_on__gte=row.solved_on).order_by("-visited_on", "-pk")
