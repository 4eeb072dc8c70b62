"""What lists of exits and of their persons show of their channels; the same lists as workbooks."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assistance.models import Batch, ExitChannel
from assistance.services.exports import place
from assistance.services.heads import heads_of
from households.models import Member, StatusEvent
from households.services.workbooks import workbook


def of_exits(exits: Iterable[int]) -> dict[int, dict[Batch, int]]:
    """By exit: its channels in their order, with how many persons have each."""
    found: dict[int, dict[Batch, int]] = {}
    for exit_id, batch in _rows(exits).values_list("exit_id", "batch"):
        counts = found.setdefault(exit_id, {})
        counts[Batch(batch)] = counts.get(Batch(batch), 0) + 1
    return {exit_id: {batch: counts[batch] for batch in Batch if batch in counts} for exit_id, counts in found.items()}


def of_members(exits: Iterable[int]) -> dict[tuple[int, int], list[ExitChannel]]:
    """By exit and member: the channels in their order, each with what it rests on."""
    order = {batch: place for place, batch in enumerate(Batch.values)}
    found: dict[tuple[int, int], list[ExitChannel]] = {}
    for row in sorted(_rows(exits).select_related("enrolment__measure"), key=lambda row: order[row.batch]):
        found.setdefault((row.exit_id, row.member_id), []).append(row)
    return found


def _rows(exits: Iterable[int]) -> QuerySet[ExitChannel]:
    return ExitChannel.objects.filter(exit__in=set(exits)).order_by()


def exits_workbook(rows: QuerySet[StatusEvent], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of exits with their channels."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("Tier"), _("Exited on")),
        *(_("Persons at the exit"), _("Channels"), *(str(batch.label) for batch in Batch)),
    ]
    return workbook(rows, _exit_cells, title=_("Exits and their channels"), headings=headings, by=by, filters=filters)


def members_workbook(rows: QuerySet[Member], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of persons with their channels (rows with `exit_id` and `exited_on`)."""
    headings = [
        *(
            _("Household number"),
            _("Head"),
            _("Town"),
            _("Village"),
            _("Group"),
            pgettext("person", "Name"),
            _("Relation to the head"),
        ),
        *(_("Exited on"), _("Channels"), _("Rests on")),
    ]
    return workbook(
        rows, _member_cells, title=_("Persons and their channels"), headings=headings, by=by, filters=filters
    )


def _exit_cells(chunk: list[StatusEvent]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk)
    channels = of_exits(row.pk for row in chunk)
    for row in chunk:
        own = channels.get(row.pk, {})
        yield [
            *place(row.household, heads),
            row.household.tier,
            row.occurred_on,
            row.persons,
            names(own),
            *(own.get(batch) for batch in Batch),
        ]


def _member_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk)
    channels = of_members(row.exit_id for row in chunk)
    for row in chunk:
        own = channels.get((row.exit_id, row.pk), [])
        yield [
            *place(row.household, heads),
            row.name,
            row.get_relation_display(),
            row.exited_on,
            names(Batch(each.batch) for each in own),
            "、".join(dict.fromkeys(each.enrolment.measure.name for each in own if each.enrolment is not None)),
        ]


def names(batches: Iterable[Batch]) -> str:
    """Channels by their names."""
    return "、".join(str(batch.label) for batch in batches)
