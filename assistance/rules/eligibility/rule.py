"""What a rule of eligibility is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.functional import Promise

from assistance.models import MeasureTarget


@dataclass(frozen=True, kw_only=True)
class EligibilityRule:
    """Who qualifies for measures by what is on file.

    condition: over the columns of HouseholdEligibility or PersonEligibility, as `target` says. SQL's own logic decides: where
    a fact is missing (NULL) that would decide, it is neither true nor false, and that is "not verified". So it is put
    together of positive comparisons by & and | alone; ~ would turn a missing fact into a no.
    explain: the sentence for one row of facts, in the active language.
    """

    code: str
    label: str | Promise
    basis: str | Promise
    target: MeasureTarget
    condition: Q
    explain: Callable[[Any], str]

    @property
    def qualifies(self) -> ExpressionWrapper:
        """The condition as a column: true, false, or NULL for not verified."""
        return ExpressionWrapper(self.condition, output_field=BooleanField(null=True))
