"""Lists of visits and of the monthly check as workbooks, without personal numbers. Who exported what is logged."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import Visit, VisitCheck
from assistance.services.answering import names
from assistance.services.heads import heads_of
from households.models import Household
from households.services.workbooks import workbook
from jiangjin.common.money import fen_to_yuan


def visits(rows: QuerySet[Visit], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of visits."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("Visited on"), _("Method")),
        *(_("Helper"), _("Unit"), _("People met"), _("What was seen"), _("Policy explained")),
        *(_("Money given (yuan)"), _("Goods"), _("Value of the goods (yuan)"), _("Difficulty raised")),
        *(_("The difficulty in words"), _("Confirmed by the household"), _("Written on"), _("Entered late")),
        _("Withdrawn"),
    ]
    return workbook(rows, _visit_cells, title=_("Visits"), headings=headings, by=by, filters=filters)


def checks(rows: QuerySet[VisitCheck], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of rows of the monthly check, with the helpers who answered."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("Month"), _("State")),
        *(_("Why not due"), _("Away"), _("Days with a helper"), _("Days away"), _("Visits"), _("Visits that count")),
        *(_("Visits entered late"), _("First visit that counts"), _("Helpers")),
    ]
    return workbook(rows, _check_cells, title=_("Monthly visit check"), headings=headings, by=by, filters=filters)


def place(household: Household, heads: dict[int, str]) -> list[str]:
    """Number, head, town, village, group."""
    return [
        household.number,
        heads.get(household.pk, ""),
        household.village.parent.name if household.village.parent else "",
        household.village.name,
        household.group.name if household.group else "",
    ]


def _visit_cells(chunk: list[Visit]) -> Iterator[list[Any]]:
    heads = heads_of(visit.household_id for visit in chunk)
    for visit in chunk:
        yield [
            *place(visit.household, heads),
            visit.visited_on,
            visit.get_method_display(),
            visit.helper.name,
            visit.helper.unit.name if visit.helper.unit else "",
            visit.people_met,
            visit.condition,
            visit.policy_explained,
            _yuan(visit.money_fen),
            visit.goods,
            _yuan(visit.goods_value_fen),
            visit.get_difficulty_kind_display() if visit.difficulty_kind else "",
            visit.difficulty,
            visit.get_confirmation_display(),
            visit.recorded_on,
            _("yes") if visit.is_backdated else "",
            visit.withdrawn_reason,
        ]


def _check_cells(chunk: list[VisitCheck]) -> Iterator[list[Any]]:
    heads = heads_of(check.household_id for check in chunk)
    helpers = names(chunk)
    for check in chunk:
        yield [
            *place(check.household, heads),
            f"{check.month:%Y-%m}",
            check.get_state_display(),
            check.get_not_due_reason_display() if check.not_due_reason else "",
            _("yes") if check.is_away else "",
            check.due_days,
            check.away_days,
            check.visits,
            check.counted_visits,
            check.late_entries,
            check.first_counted_on,
            "、".join(helpers[check.pk]),
        ]


def _yuan(fen: int) -> float | None:
    """For a cell; nothing was given: an empty cell."""
    return float(fen_to_yuan(fen)) if fen else None
