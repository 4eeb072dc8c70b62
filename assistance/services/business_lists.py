"""Columns of lists of businesses and of their ties; the same lists as workbooks."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, FilteredRelation, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assistance.models import Business, BusinessLink
from assistance.services.exports import place
from assistance.services.heads import heads_of
from households.services.workbooks import workbook
from jiangjin.common.money import fen_to_yuan


def with_households(
    businesses: QuerySet[Business], links: QuerySet[BusinessLink], *, on: dt.date
) -> QuerySet[Business]:
    """Adds `households`: how many take part on the day, of the ties given."""
    tied = links.active(on).filter(business=OuterRef("pk")).order_by().values("business")  # type: ignore[attr-defined]
    counted = tied.annotate(count=Count("household", distinct=True)).values("count")
    return businesses.annotate(households=Coalesce(Subquery(counted, output_field=IntegerField()), 0))


def with_gain(links: QuerySet[BusinessLink], *, year: int) -> QuerySet[BusinessLink]:
    """Adds what was gained in the year: `gain_fen`, `gain_basis`, `gain_reported_on`, `gain_id`; NULL where nobody reported."""
    return links.annotate(
        gain=FilteredRelation("gains", condition=Q(gains__year=year)),
        gain_id=F("gain__pk"),
        gain_fen=F("gain__gain_fen"),
        gain_basis=F("gain__basis"),
        gain_reported_on=F("gain__reported_on"),
    )


def businesses_workbook(rows: QuerySet[Business], *, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of businesses (rows of `with_households`)."""
    headings = [
        *(_("Name"), _("Kind"), _("Town"), _("Village"), _("Line of business"), _("Person in charge")),
        *(_("Registration number"), _("Founded on"), _("Closed on"), _("Why it was closed"), _("Households tied")),
        _("Note"),
    ]
    return workbook(rows, _business_cells, title=_("Business entities"), headings=headings, by=by, filters=filters)


def links_workbook(rows: QuerySet[BusinessLink], *, year: int, by: Any, filters: dict[str, Any]) -> bytes:
    """A workbook of ties (rows of `with_gain`)."""
    headings = [
        *(
            _("Household number"),
            _("Head"),
            _("Town"),
            _("Village"),
            _("Group"),
            _("Business entity"),
            _("Takes part by"),
        ),
        *(
            pgettext("somebody", "Person"),
            _("Since"),
            _("Until"),
            _("Why it ended"),
            _("Value of the share (yuan)"),
            _("Land (mu)"),
        ),
        *(_("Contract"), _("Gain %(year)d (yuan)") % {"year": year}, _("How it was counted"), _("Reported on")),
    ]
    return workbook(rows, _link_cells, title=_("Ties to businesses"), headings=headings, by=by, filters=filters)


def _business_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    for row in chunk:
        yield [
            row.name,
            row.get_kind_display(),
            row.village.parent.name,
            row.village.name,
            row.line,
            row.in_charge,
            row.registration_number,
            row.founded_on,
            row.closed_on,
            row.close_reason,
            row.households,
            row.note,
        ]


def _link_cells(chunk: list[Any]) -> Iterator[list[Any]]:
    heads = heads_of(row.household_id for row in chunk)
    for row in chunk:
        yield [
            *place(row.household, heads),
            row.business.name,
            row.get_tie_display(),
            row.member.name if row.member else "",
            row.starts_on,
            row.ends_on,
            row.end_reason,
            yuan(row.share_fen),
            float(row.land_mu) if row.land_mu is not None else None,
            row.contract,
            yuan(row.gain_fen),
            row.gain_basis or "",
            row.gain_reported_on,
        ]


def yuan(fen: int | None) -> float | None:
    """For a cell; an empty one where there is no amount."""
    return float(fen_to_yuan(fen)) if fen is not None else None
