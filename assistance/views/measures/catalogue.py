"""The catalogue of measures by the six batches, with what the year has brought so far."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import Batch, EnrolmentState, Measure
from assistance.permissions import EDIT_CATALOGUE, VIEW_MEASURES
from assistance.services import measure_extents
from assistance.services.measure_extents import Extent, MeasureCounts
from assistance.services.remembering import remembered
from assistance.views.measures.access import NeedsPermission, chosen_year, visible_enrolments
from assistance.views.measures.words import BATCH_ICONS, enrolments_url
from jiangjin.accounts.frame import chosen_area
from jiangjin.common import clock

# The columns of the table, in their order.
SHOWN_STATES = [
    EnrolmentState.PLANNED,
    EnrolmentState.APPROVED,
    EnrolmentState.UNDER_WAY,
    EnrolmentState.DONE,
]


@dataclass(frozen=True)
class Cell:
    """A number with the address of the list behind it."""

    label: Any
    count: int
    url: str


@dataclass(frozen=True)
class ShownMeasure:
    """A line of the catalogue; `cells` by state."""

    measure: Measure
    counts: MeasureCounts
    cells: list[Cell]
    households_url: str
    done_url: str
    is_on_offer: bool


@dataclass(frozen=True)
class ShownBatch:
    """A batch with its measures; `extent`: distinct within the batch."""

    code: str
    label: Any
    icon: str
    extent: Extent
    url: str
    measures: list[ShownMeasure]


class Catalogue(NeedsPermission, View):
    """`/measures/`: batch by batch, for the chosen area and year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        year = chosen_year(request, today)
        area = chosen_area(request)
        enrolments = visible_enrolments(request).filter(year=year)
        (by_measure, by_batch), counted_at = remembered(
            "catalogue",
            lambda: (measure_extents.by_measure(enrolments), measure_extents.by_batch(enrolments, on=today)),
            scope=request.user.scope(VIEW_MEASURES),
            by=(area.path if area is not None else "", year, today),
        )
        kept = {"year": year, "area": area.code if area is not None else ""}
        measures: dict[str, list[Measure]] = {}
        for measure in Measure.objects.select_related("clause__document"):
            measures.setdefault(measure.batch, []).append(measure)
        shown = [
            ShownBatch(
                code=batch,
                label=label,
                icon=BATCH_ICONS[batch],
                extent=by_batch.get(batch, Extent()),
                url=enrolments_url(batch=batch or "none", state="standing", **kept),
                measures=[self.line(each, by_measure.get(each.pk), kept, on=today) for each in measures[batch]],
            )
            for batch, label in [*Batch.choices, ("", measures[""][0].batch_label if "" in measures else "")]
            if batch in measures
        ]
        context = {
            "batches": shown,
            "states": [state.label for state in SHOWN_STATES],
            "year": year,
            "years": range(today.year + 1, 2013, -1),
            "counted_at": counted_at,
            "may_edit": request.user.may(EDIT_CATALOGUE),
        }
        return render(request, "assistance/measures/catalogue.html", context)

    def line(self, measure: Measure, counts: MeasureCounts | None, kept: dict[str, Any], *, on: Any) -> ShownMeasure:
        """One measure of the table."""
        counts = counts or MeasureCounts()
        cells = [
            Cell(state.label, counts.states[state], enrolments_url(measure=measure.code, state=state.value, **kept))
            for state in SHOWN_STATES
        ]
        return ShownMeasure(
            measure=measure,
            counts=counts,
            cells=cells,
            households_url=enrolments_url(measure=measure.code, state="standing", **kept),
            done_url=enrolments_url(measure=measure.code, state=EnrolmentState.DONE.value, **kept),
            is_on_offer=measure.holds_on(on),
        )
