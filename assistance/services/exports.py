"""Lists of visits and of the monthly check as workbooks, without personal numbers. Who exported what is logged."""

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import Visit, VisitCheck
from assistance.services.answering import names
from assistance.services.heads import heads_of
from households.models import Household
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import plain, record
from jiangjin.common.money import fen_to_yuan

CHUNK = 2000


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


def workbook(rows: Any, cells: Any, *, title: str, headings: Sequence[str], by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of rows in their order; `cells` turns a chunk of them into lists of values. Logged."""
    buffer = io.BytesIO()
    # In memory, values only: a text that begins with "=" must not become a formula.
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd",
    }
    workbook = xlsxwriter.Workbook(buffer, options)
    sheet = workbook.add_worksheet(title)
    sheet.write_row(0, 0, headings, workbook.add_format({"bold": True, "bg_color": "#eceff3", "bottom": 1}))
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, len(headings) - 1, 14)
    count = 0
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK)):
        for values in cells(chunk):
            count += 1
            sheet.write_row(count, 0, values)
    sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
    workbook.close()
    record(
        by=by,
        action=AuditAction.EXPORTED,
        model=rows.model._meta.label_lower,
        label=f"{count}",
        after={"rows": count, "filters": {key: plain(value) for key, value in filters.items() if value}},
    )
    return buffer.getvalue()


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


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
