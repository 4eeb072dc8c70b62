"""What a rule is."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.functional import Promise

from households.models.evaluation import Verdict

if TYPE_CHECKING:
    from households.models.evaluation import Evaluation


@dataclass(frozen=True)
class ExitRule:
    """One condition of exit.

    code: also the column of the verdict on Evaluation.
    met, not_met: conditions over the annotated facts; where neither holds the answer is "not verified".
    explain: the sentence for one evaluation, from the facts stored with it, in the active language.
    """

    code: str
    label: str | Promise
    legal_basis: str | Promise
    valid_from: dt.date
    met: Q
    not_met: Q
    explain: "Callable[[Evaluation], str]"
    valid_to: dt.date | None = None

    @property
    def norm(self) -> str:
        """Its code among the norms of the system (jiangjin.common.norms)."""
        return f"exit_rule.{self.code}"

    def holds_on(self, as_of: dt.date) -> bool:
        """Whether the rule is in force on a day; `valid_to` is its last."""
        return self.valid_from <= as_of and (self.valid_to is None or as_of <= self.valid_to)

    @property
    def verdict(self) -> Case:
        """The SQL expression. "Not met" is asked first: one fact that fails outweighs others that are unknown."""
        return Case(
            When(self.not_met, then=Value(Verdict.NOT_MET)),
            When(self.met, then=Value(Verdict.MET)),
            default=Value(Verdict.NOT_VERIFIED),
            output_field=IntegerField(),
        )


def overall(codes: list[str]) -> Case:
    """The verdict over all conditions: one not met decides; else one not verified; only then met."""
    any_not_met, all_met = Q(), Q()
    for code in codes:
        any_not_met |= Q(**{code: Verdict.NOT_MET})
        all_met &= Q(**{code: Verdict.MET})
    return Case(
        When(any_not_met, then=Value(Verdict.NOT_MET)),
        When(all_met, then=Value(Verdict.MET)),
        default=Value(Verdict.NOT_VERIFIED),
        output_field=IntegerField(),
    )
