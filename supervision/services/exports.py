"""Household months as a workbook, without personal numbers. Who exported what is logged."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import VisitState
from assistance.services.exports import place, workbook
from assistance.services.heads import heads_of
from supervision.models import HouseholdMonth


def household_months(rows: QuerySet[HouseholdMonth], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of household months."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("Month"), _("Tier"), _("Status")),
        *(_("Persons"), _("Registered"), _("Exited"), _("Persons exited"), _("Returned to poverty"), _("Helpers")),
        *(_("Visit"), _("Visits")),
    ]
    return workbook(rows, _cells, title=_("Household months"), headings=headings, by=by, filters=filters)


def _cells(chunk: list[HouseholdMonth]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk)
    for row in chunk:
        yield [
            *place(row.household, heads),
            f"{row.month:%Y-%m}",
            row.tier,
            row.get_status_display(),
            row.persons,
            row.registered,
            row.exited,
            row.exited_persons,
            row.relapsed,
            row.helpers,
            str(VisitState(row.visit_state).label) if row.visit_state is not None else "",
            row.visits,
        ]
