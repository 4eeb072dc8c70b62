"""Columns of the lists of sites, relocations, repairs and courses; the same lists as workbooks."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assistance.models import Course, HouseRepair, Relocation, ResettlementSite
from assistance.services.exports import place
from assistance.services.heads import heads_of
from households.services.workbooks import workbook
from jiangjin.common.money import fen_to_yuan


def with_moved(sites: QuerySet[ResettlementSite], relocations: QuerySet[Relocation]) -> QuerySet[ResettlementSite]:
    """Adds `households` and `persons` that moved in, of the relocations given."""
    moved = relocations.exclude(moved_on=None).filter(site=OuterRef("pk")).order_by().values("site")
    households = moved.annotate(count=Count("enrolment__household", distinct=True)).values("count")
    persons = moved.annotate(count=Count("members", distinct=True)).values("count")
    return sites.annotate(
        households=Coalesce(Subquery(households, output_field=IntegerField()), 0),
        persons=Coalesce(Subquery(persons, output_field=IntegerField()), 0),
    )


def with_persons(relocations: QuerySet[Relocation]) -> QuerySet[Relocation]:
    """Adds `persons`: how many moved."""
    counted = Relocation.objects.filter(pk=OuterRef("pk")).order_by().annotate(count=Count("members")).values("count")
    return relocations.annotate(persons=Subquery(counted, output_field=IntegerField()))


def sites_workbook(rows: QuerySet[ResettlementSite], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of sites (rows of `with_moved`)."""
    headings = [
        *(_("Name"), _("Town"), _("Village"), _("Households planned"), _("Begun on"), _("Ready on")),
        *(_("Households moved in"), _("Persons moved in"), _("Note")),
    ]
    return workbook(rows, _site_cells, title=_("Resettlement sites"), headings=headings, by=by, filters=filters)


def relocations_workbook(rows: QuerySet[Relocation], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of relocations (rows of `with_persons`)."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("State"), _("Resettlement site")),
        *(_("Manner of moving"), _("Moved on"), _("Persons"), _("Floor space (m²)"), _("Old house cleared on")),
    ]
    return workbook(rows, _relocation_cells, title=_("Relocations"), headings=headings, by=by, filters=filters)


def repairs_workbook(rows: QuerySet[HouseRepair], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of house repairs."""
    headings = [
        *(_("Household number"), _("Head"), _("Town"), _("Village"), _("Group"), _("State"), _("Grade before")),
        *(_("Manner of repair"), _("Floor space (m²)"), _("Subsidy (yuan)"), _("Accepted on"), _("Accepted by")),
    ]
    return workbook(rows, _repair_cells, title=_("House repairs"), headings=headings, by=by, filters=filters)


def courses_workbook(rows: QuerySet[Course], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of courses with their `participants`."""
    headings = [
        *(_("Name"), _("Subject"), _("Held in"), _("Held by"), _("First day"), _("Last day"), _("Hours")),
        _("Participants"),
    ]
    return workbook(rows, _course_cells, title=_("Courses"), headings=headings, by=by, filters=filters)


def _site_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    for row in chunk:
        yield [
            *(row.name, row.village.parent.name, row.village.name, row.households_planned, row.begun_on),
            *(row.opened_on, row.households, row.persons, row.note),
        ]


def _relocation_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    heads = heads_of(row.enrolment.household_id for row in chunk)
    for row in chunk:
        yield [
            *place(row.enrolment.household, heads),
            row.enrolment.get_state_display(),
            row.site.name if row.site else _("by itself"),
            row.get_mode_display(),
            row.moved_on,
            row.persons,
            _number(row.house_area),
            row.old_house_cleared_on,
        ]


def _repair_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    heads = heads_of(row.enrolment.household_id for row in chunk)
    for row in chunk:
        amount = row.enrolment.amount_fen
        yield [
            *place(row.enrolment.household, heads),
            row.enrolment.get_state_display(),
            row.get_grade_display(),
            row.get_method_display(),
            _number(row.house_area),
            float(fen_to_yuan(amount)) if amount is not None else None,
            row.accepted_on,
            row.accepted_by,
        ]


def _course_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    for row in chunk:
        unit = row.unit.name if row.unit else ""
        yield [row.name, row.subject, row.area.name, unit, row.starts_on, row.ends_on, row.hours, row.participants]


def _number(value: Any) -> float | None:
    return float(value) if value is not None else None
