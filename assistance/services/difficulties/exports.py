"""The list of difficulties as a workbook, without personal numbers. Who exported what is logged."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.models import Confirmation, Difficulty
from assistance.services.exports import workbook
from assistance.services.heads import heads_of
from jiangjin.common.money import fen_to_yuan


def difficulties(rows: QuerySet[Difficulty], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of difficulties in their order."""
    headings = [
        *(_("Number"), _("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("Kind"), _("Source")),
        *(_("The difficulty in words"), _("Raised on"), _("State"), _("Unit in charge"), _("Person in charge")),
        *(_("Helper in charge"), _("To be solved by"), _("Escalation"), _("Escalated on"), _("Solved on")),
        *(_("Solution in words"), _("Money given (yuan)"), _("Goods"), _("Value of the goods (yuan)")),
        *(_("Confirmed on"), _("How it was confirmed"), _("Who confirmed it"), _("Times opened again")),
        *(_("Closed on"), _("Why it was closed")),
    ]
    return workbook(rows, _cells, title=_("Difficulties"), headings=headings, by=by, filters=filters)


def _cells(chunk: list[Difficulty]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk if row.household_id is not None)
    for row in chunk:
        household, group = row.household, row.group
        if household is not None:
            group = household.group
        yield [
            row.pk,
            household.number if household is not None else "",
            heads.get(household.pk, "") if household is not None else _("of the village in common"),
            row.village.parent.name if row.village.parent else "",
            row.village.name,
            group.name if group is not None else "",
            row.get_kind_display(),
            row.get_source_display(),
            row.what,
            row.raised_on,
            row.get_state_display(),
            row.owner_unit.name if row.owner_unit is not None else "",
            str(row.responsible or ""),
            str(row.helper or ""),
            row.due_on,
            row.get_escalation_display() if row.escalation else "",
            row.escalated_on,
            row.solved_on,
            row.solution,
            float(fen_to_yuan(row.money_fen)) if row.money_fen else None,
            row.goods,
            float(fen_to_yuan(row.goods_value_fen)) if row.goods_value_fen else None,
            row.confirmed_on,
            row.get_confirmation_display() if row.confirmation != Confirmation.NONE else "",
            row.confirmed_with,
            row.reopened_count or None,
            row.closed_on,
            row.closed_reason,
        ]
