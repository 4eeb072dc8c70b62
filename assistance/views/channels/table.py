"""The six-batch table of a year and area: each channel, what overlaps, who has none; every number opens."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, html_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from assistance.forms.channels import ChannelFilter, ChannelYear
from assistance.models import COUNTED_BY_PERSON, Batch
from assistance.permissions import EDIT_CHANNELS
from assistance.services import channel_counts
from assistance.services.channel_counts import ChannelCounts
from assistance.views.channels.links import NeedsPermission, Subject
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common import clock
from jiangjin.common.components import Chart, Series

HOUSEHOLDS, PERSONS = "households", "persons"
COMBINATIONS_SHOWN = 12
DEFAULT_SORT = "area"


@html_safe
@dataclass(frozen=True)
class Cell:
    """A number with the list behind it; value None where nobody has said it. In a template it draws itself."""

    value: int | None
    url: str = ""

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        if not self.value or not self.url:
            return f"{self.value:,}"
        return format_html('<a href="{}">{}</a>', self.url, f"{self.value:,}")


class ChannelTable(NeedsPermission, View):
    """By which channels the exits of a year came about."""

    def get(self, request: HttpRequest) -> HttpResponse:
        subject = Subject.of(request)
        form = ChannelYear(request.GET, years=subject.years)
        exits, area = subject.exits(request.user), subject.area
        below: list[tuple[Area, ChannelCounts]] = []
        if area is None or area.level == AreaLevel.VILLAGE:
            counts = channel_counts.count(exits)
        else:
            below, counts = channel_counts.by_child_area(exits, parent=area)
        by = request.GET.get("by", HOUSEHOLDS)
        context: dict[str, Any] = {
            "area": area,
            "year": subject.year,
            "form": form,
            "counts": counts,
            "may_edit": area is not None and request.user.scope(EDIT_CHANNELS).covers(area.path),
            "propose_query": subject.asked(),
            "url": subject.table(),
        }
        if counts.is_said:
            by = by if by in (HOUSEHOLDS, PERSONS) else HOUSEHOLDS
            context |= {
                **summary(subject, counts),
                "chart": chart(subject, counts),
                **combinations(subject, counts, everything=bool(request.GET.get("all"))),
                "areas": AreaTable(subject, below, by=by, sort=request.GET.get("sort", "")) if below else None,
            }
        elif counts.households:
            context["exits_url"] = subject.list(HOUSEHOLDS)
        return render(request, "assistance/channels/table.html", context)


def summary(subject: Subject, counts: ChannelCounts) -> dict[str, Any]:
    """The lines of the table, each number with its list."""
    return {
        "batches": [
            {
                "line": line,
                "households": Cell(line.households, subject.list(HOUSEHOLDS, batches=[line.batch])),
                "persons": Cell(line.persons, subject.list(PERSONS, batches=[line.batch])),
                "only": Cell(line.only_households, subject.list(HOUSEHOLDS, batches=[line.batch], exact="on")),
                "household_share": line.households / counts.households,
                "person_share": line.persons / counts.persons if counts.persons else None,
            }
            for line in counts.lines
        ],
        "overlap": {HOUSEHOLDS: counts.household_overlap, PERSONS: counts.person_overlap},
        "exited": {
            HOUSEHOLDS: Cell(counts.households, subject.list(HOUSEHOLDS)),
            PERSONS: Cell(counts.persons, subject.list(PERSONS)),
        },
        "any": {
            HOUSEHOLDS: Cell(counts.households_with_any, subject.list(HOUSEHOLDS, state=ChannelFilter.WITH)),
            PERSONS: Cell(counts.person_overlap.distinct, subject.list(PERSONS, state=ChannelFilter.WITH)),
        },
        "without": {
            HOUSEHOLDS: Cell(counts.households_without, subject.list(HOUSEHOLDS, state=ChannelFilter.WITHOUT)),
            PERSONS: Cell(counts.persons_without, subject.list(PERSONS, state=ChannelFilter.WITHOUT)),
        },
        "derived": [line for line in counts.lines if line.is_derived],
    }


def chart(subject: Subject, counts: ChannelCounts) -> Chart:
    """Households and persons of each channel, the largest first."""
    lines = sorted(counts.lines, key=lambda line: (-line.persons, line.batch.value))
    return Chart(
        code="channels",
        title=_("Persons and households by channel; channels overlap"),
        kind="bar",
        categories=[line.batch.label for line in lines],
        category_label=_("Channel"),
        series=[
            Series(_("Persons"), [line.persons for line in lines]),
            Series(_("Households, as far as reported"), [line.reported_households for line in lines]),
        ],
        unit=_("persons, households"),
        source=_("Exit channels of %(year)s") % {"year": subject.year},
        at=min(dt.date(subject.year, 12, 31), clock.today()),
        links=[subject.list(PERSONS, batches=[line.batch]) for line in lines],
    )


def combinations(subject: Subject, counts: ChannelCounts, *, everything: bool) -> dict[str, Any]:
    """Households by exactly which channels they have, the most frequent first; the rare ones only where they are asked for."""
    found = counts.combinations
    shown = found if everything else found[:COMBINATIONS_SHOWN]
    largest = max(found[0][1], 1)
    return {
        "combinations": [
            {
                "batches": batches,
                "marks": [batch in batches for batch in Batch],
                "households": Cell(households, subject.list(HOUSEHOLDS, batches=batches, exact="on")),
                "persons": Cell(persons, subject.list(PERSONS, batches=batches, exact="on")),
                "width": f"{households * 100 / largest:.1f}",
            }
            for batches, households, persons in shown
        ],
        "more_combinations": len(found) - len(shown),
        "all_url": subject.table(all="on"),
    }


class AreaTable:
    """The areas below, one column a channel; `by` households or persons."""

    def __init__(self, subject: Subject, rows: list[tuple[Area, ChannelCounts]], *, by: str, sort: str) -> None:
        self.subject = subject
        self.by = by
        self.sort = sort if sort.removeprefix("-") in {"area", "exited", "without", *Batch.values} else DEFAULT_SORT
        self.tabs = [
            (code, label, subject.table(by=code))
            for code, label in (
                (HOUSEHOLDS, pgettext("how many", "Households")),
                (PERSONS, _("Persons")),
            )
        ]
        self.heads = [(batch.value, self._label(batch)) for batch in Batch]
        ordered = sorted(rows, key=lambda row: self._key(*row), reverse=self.sort.startswith("-"))
        self.rows = [self._row(*row) for row in ordered]

    def _label(self, batch: Batch) -> str:
        if self.by == HOUSEHOLDS and batch in COUNTED_BY_PERSON:
            return _("%(label)s (derived)") % {"label": batch.label}
        return str(batch.label)

    def _exited(self, counts: ChannelCounts) -> int:
        return counts.households if self.by == HOUSEHOLDS else counts.persons

    def _without(self, counts: ChannelCounts) -> int:
        return counts.households_without if self.by == HOUSEHOLDS else counts.persons_without

    def _of(self, counts: ChannelCounts, batch: Batch) -> int:
        line = counts.line(batch)
        return line.households if self.by == HOUSEHOLDS else line.persons

    def _key(self, area: Area, counts: ChannelCounts) -> Any:
        name = self.sort.removeprefix("-")
        if name == "area":
            return area.path
        if name == "exited":
            return self._exited(counts), area.path
        return (self._without(counts) if name == "without" else self._of(counts, Batch(name))), area.path

    def _row(self, area: Area, counts: ChannelCounts) -> dict[str, Any]:
        address = self.subject
        return {
            "area": area,
            "url": address.table(area, by=self.by),
            "exited": Cell(self._exited(counts), address.list(self.by, area)),
            "cells": [
                (
                    label,
                    Cell(
                        self._of(counts, Batch(code)) if counts.is_said else None, address.list(self.by, area, [code])
                    ),
                )
                for code, label in self.heads
            ],
            "without": Cell(self._without(counts), address.list(self.by, area, state=ChannelFilter.WITHOUT)),
        }
