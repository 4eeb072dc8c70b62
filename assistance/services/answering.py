"""Who answered for households in checked months: the helpers assigned on the accounting day (docs/adr/0006)."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from assistance.models import VisitCheck
from households.models import HelperAssignment


def answered_by(checks: QuerySet[VisitCheck], **whose: Any) -> QuerySet[VisitCheck]:
    """The checks of households for which somebody answered whose assignment passes the filters (helper=…, helper__unit=…)."""
    answering = HelperAssignment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=OuterRef("accounting_on")),
        household=OuterRef("household"),
        starts_on__lte=OuterRef("accounting_on"),
        **whose,
    )
    return checks.filter(Exists(answering))


def names(checks: Sequence[VisitCheck]) -> dict[int, list[str]]:
    """Names of the helpers who answered, by check."""
    rows = HelperAssignment.objects.filter(household__in={check.household_id for check in checks})
    by_household: dict[int, list[tuple[dt.date, dt.date | None, str]]] = {}
    for household, starts_on, ends_on, name in rows.order_by("starts_on", "pk").values_list(
        "household_id", "starts_on", "ends_on", "helper__name"
    ):
        by_household.setdefault(household, []).append((starts_on, ends_on, name))
    return {
        check.pk: [
            name
            for starts_on, ends_on, name in by_household.get(check.household_id, [])
            if check.accounting_on is not None
            and starts_on <= check.accounting_on
            and (ends_on is None or ends_on >= check.accounting_on)
        ]
        for check in checks
    }
