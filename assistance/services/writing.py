"""Who may write visits of a household, and in whose name."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from assistance.permissions import WRITE_VISITS
from households.models import Helper, HelperAssignment, Household
from jiangjin.accounts.scoping import Scope


class Writer:
    """What one user may write about some households. Asked once for all of them; `by` None is the system itself."""

    def __init__(self, by: Any, households: Collection[Household]) -> None:
        self.by = by
        self.scope: Scope = by.scope(WRITE_VISITS) if by is not None else Scope(on=dt.date.max)
        self._reached: set[int] = set()
        self._own: list[HelperAssignment] = []
        if by is None or self.scope.is_empty:
            return
        keys = [household.pk for household in households]
        self._reached = set(
            Household.objects.within(self.scope).filter(pk__in=keys).order_by().values_list("pk", flat=True)
        )
        if self.scope.assigned_user_id is not None:
            own = Q(helper__user=self.scope.assigned_user_id, household__in=keys)
            self._own = list(HelperAssignment.objects.filter(own).order_by())

    def may_write_for_others(self, household: Household) -> bool:
        """The village's team and the town's office write for any helper of the household."""
        return self.by is None or self.scope.covers(household.village.path)

    def may_write(self, household: Household, *, on: dt.date | None = None) -> bool:
        """Whether the user may write about the household at all: it lies in their area, or is theirs today, or was on the day
        `on` of the visit, which may reach the system after a hand-over."""
        if self.by is None or household.pk in self._reached:
            return True
        within = household.village.path.startswith(self.scope.within)
        return on is not None and within and any(_covers(row, household, on) for row in self._own)

    def check(self, household: Household, *, on: dt.date | None = None) -> None:
        """Raises PermissionDenied unless the user may write about the household."""
        if not self.may_write(household, on=on):
            raise PermissionDenied(_("This household is not among those you write about."))

    def check_helper(self, household: Household, helper: Helper) -> None:
        """Raises PermissionDenied where a helper writes in somebody else's name."""
        if not self.may_write_for_others(household) and helper.user_id != self.by.pk:
            raise PermissionDenied(_("A helper writes down their own visits only."))


def _covers(row: HelperAssignment, household: Household, on: dt.date) -> bool:
    return row.household_id == household.pk and row.starts_on <= on and (row.ends_on is None or row.ends_on >= on)
