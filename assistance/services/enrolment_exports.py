"""Lists of enrolments, and of who lacks a measure, as workbooks without personal numbers. Who exported what is logged."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assistance.models import Enrolment
from assistance.services.exports import place, workbook
from assistance.services.gaps import Standing
from assistance.services.heads import heads_of
from households.models import Household, Member
from jiangjin.common.money import fen_to_yuan


def enrolments(rows: QuerySet[Enrolment], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of enrolments."""
    headings = [
        *(
            _("Household number"),
            _("Head"),
            _("Town"),
            _("Village"),
            _("Group"),
            pgettext("who is enrolled", "Person"),
            _("Batch"),
            _("Measure"),
        ),
        *(_("Year"), _("Number in the year"), _("State"), _("Amount (yuan)"), _("Quantity"), _("Unit of quantity")),
        *(_("Unit in charge"), _("Business"), _("Note"), _("Proposed on"), _("Proposed by"), _("Sent back on")),
        *(_("Approved on"), _("Approved by"), _("Begun on"), _("Done on"), _("Stopped on"), _("Why it was stopped")),
    ]
    return workbook(rows, _cells, title=_("Enrolments"), headings=headings, by=by, filters=filters)


def _cells(chunk: list[Enrolment]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk)
    for row in chunk:
        yield [
            *place(row.household, heads),
            row.member.name if row.member is not None else "",
            row.measure.batch_label,
            row.measure.name,
            row.year,
            row.sequence,
            row.get_state_display(),
            float(fen_to_yuan(row.amount_fen)) if row.amount_fen is not None else None,
            float(row.quantity) if row.quantity is not None else None,
            row.measure.quantity_unit,
            row.unit.name if row.unit is not None else "",
            row.business.name if row.business is not None else "",
            row.note,
            row.planned_on,
            str(row.planned_by or ""),
            row.returned_on,
            row.approved_on,
            str(row.approved_by or ""),
            row.started_on,
            row.done_on,
            row.stopped_on,
            row.stop_reason,
        ]


def standing_rows(
    rows: QuerySet[Any], *, explain: Callable[[list[Any]], dict[int, Standing]], by: Any, filters: dict[str, Any]
) -> bytes:
    """A workbook of households or persons by how they stand to a measure; `explain` gives the standings of a chunk by number."""
    headings = [
        *(
            _("Household number"),
            _("Head"),
            _("Town"),
            _("Village"),
            _("Group"),
            pgettext("who is enrolled", "Person"),
            _("Tier"),
            _("Status"),
        ),
        *(_("Standing"), pgettext("eligibility", "Why")),
    ]

    def cells(chunk: list[Any]) -> Iterator[list[Any]]:
        households = [row if isinstance(row, Household) else row.household for row in chunk]
        heads = heads_of(household.pk for household in households)
        standings = explain(chunk)
        for row, household in zip(chunk, households, strict=True):
            standing = standings[row.pk]
            yield [
                *place(household, heads),
                row.name if isinstance(row, Member) else "",
                household.tier,
                household.get_status_display(),
                str(standing.state.label),
                standing.sentence,
            ]

    return workbook(rows, cells, title=_("Who qualifies"), headings=headings, by=by, filters=filters)
