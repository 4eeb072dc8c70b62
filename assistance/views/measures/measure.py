"""One measure: what it rests on, who qualifies, how far its enrolments have come, place by place."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import EnrolmentState, Measure
from assistance.permissions import EDIT_CATALOGUE, PROPOSE_MEASURES, VIEW_MEASURES
from assistance.services import gaps, measure_extents
from assistance.services.gaps import Figures
from assistance.services.measure_extents import Extent, MeasureCounts
from assistance.services.remembering import remembered
from assistance.views.measures.access import (
    NeedsPermission,
    chosen_year,
    clause_url_of,
    measure_of,
    visible_enrolments,
    visible_households,
)
from assistance.views.measures.catalogue import SHOWN_STATES, Cell
from assistance.views.measures.words import STATE_TONES, enrolments_url, gaps_url
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock


@dataclass(frozen=True)
class ShownPlace:
    """A town or village with its numbers."""

    area: Area
    cells: list[Cell]
    done_fen: int


@dataclass(frozen=True)
class Counted:
    """What the page counts, kept together."""

    counts: MeasureCounts
    extent: Extent
    places: dict[int, MeasureCounts]
    figures: Figures | None
    gap_places: dict[int, Figures]


class MeasurePage(NeedsPermission, View):
    """`/measures/catalogue/<code>/`, for the chosen area and year."""

    def get(self, request: HttpRequest, measure: str) -> HttpResponse:
        found = measure_of(measure)
        today = clock.today()
        year = chosen_year(request, today)
        area = chosen_area(request)
        villages = area is None or area.level != AreaLevel.COUNTY
        counted, counted_at = remembered(
            "measure",
            lambda: self.counted(found, year=year, villages=villages),
            scope=request.user.scope(VIEW_MEASURES),
            by=(found.pk, area.path if area is not None else "", year, today),
        )
        kept: dict[str, Any] = {"year": year, "area": area.code if area is not None else ""}
        context = {
            "measure": found,
            "rule": gaps.rule_of(found),
            "clause_url": clause_url_of(request, found),
            "rates": found.rates.select_related("clause").order_by("grade", "-valid_from"),
            "is_on_offer": found.holds_on(today),
            "year": year,
            "years": range(today.year + 1, 2013, -1),
            "stats": self.stats(found, counted, kept),
            "extent": counted.extent,
            "standing_url": enrolments_url(measure=found.code, state="standing", **kept),
            "gap_cells": self.gap_cells(found, counted.figures, kept["area"]) if year == today.year else [],
            "columns": self.columns(counted),
            "places": self.places(found, counted, year=year, villages=villages),
            "by_village": villages,
            "counted_at": counted_at,
            "may_edit": request.user.may(EDIT_CATALOGUE),
            "may_propose": request.user.may(PROPOSE_MEASURES) and found.holds_on(today),
        }
        return render(request, "assistance/measures/measure.html", context)

    def counted(self, measure: Measure, *, year: int, villages: bool) -> Counted:
        """Numbers of the chosen area."""
        today = clock.today()
        enrolments = visible_enrolments(self.request).filter(measure=measure, year=year)
        households = visible_households(self.request)
        has_rule = gaps.rule_of(measure) is not None and year == today.year and measure.holds_on(today)
        return Counted(
            counts=measure_extents.by_measure(enrolments).get(measure.pk, MeasureCounts()),
            extent=measure_extents.extent(enrolments.standing(), on=today),
            places=measure_extents.by_place(enrolments, villages=villages),
            figures=gaps.figures(households, as_of=today, measures=[measure])[measure.pk] if has_rule else None,
            gap_places=gaps.by_place(households, as_of=today, measure=measure, villages=villages) if has_rule else {},
        )

    def stats(self, measure: Measure, counted: Counted, kept: dict[str, Any]) -> list[tuple[Cell, str]]:
        """Enrolments by state, with their tones."""
        return [
            (
                Cell(
                    state.label,
                    counted.counts.states[state],
                    enrolments_url(measure=measure.code, state=state.value, **kept),
                ),
                STATE_TONES[state],
            )
            for state in EnrolmentState
        ]

    def gap_cells(self, measure: Measure, figures: Figures | None, area: str) -> list[tuple[str, Cell]]:
        """(kind, number) of who qualifies, has it, lacks it, is not verified."""
        if figures is None:
            return []
        shown = ["qualifies", "has", "lacks", *(["mandatory"] if measure.mandatory_tiers else []), "not_verified"]
        return [
            (kind, Cell("", getattr(figures, kind), gaps_url(measure.code, state=kind, area=area))) for kind in shown
        ]

    def columns(self, counted: Counted) -> list[str]:
        """The kinds of the columns of the table of places."""
        return [*SHOWN_STATES, *(["lacks"] if counted.figures is not None else [])]

    def places(self, measure: Measure, counted: Counted, *, year: int, villages: bool) -> list[ShownPlace]:
        """Towns, or the villages of a smaller area, that have anything."""
        keys = {*counted.places, *(key for key, each in counted.gap_places.items() if each.qualifies)}
        shown = []
        for area in Area.objects.filter(pk__in=keys).order_by("path"):
            counts = counted.places.get(area.pk, MeasureCounts())
            cells = [
                Cell(
                    state.label,
                    counts.states[state],
                    enrolments_url(measure=measure.code, state=state.value, year=year, area=area.code),
                )
                for state in SHOWN_STATES
            ]
            if counted.figures is not None:
                lacks = counted.gap_places.get(area.pk, Figures()).lacks
                cells.append(Cell("", lacks, gaps_url(measure.code, state="lacks", area=area.code)))
            shown.append(ShownPlace(area, cells, counts.done_fen))
        return shown
