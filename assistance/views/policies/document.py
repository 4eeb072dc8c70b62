"""One policy document: its clauses, what rests on them, what was done under it in a year; the same to print."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.generic import View

from assistance.forms.policies import YearFilter
from assistance.models import PolicyClause, PolicyDocument
from assistance.services import policy_deeds
from assistance.services.policy_reading import Clause, Rests, clauses_of, history, rests_on
from assistance.views.policies.access import NeedsPermission, asked_of, kept, may_edit, visible_document
from assistance.views.policies.history import events
from jiangjin.common import clock

EVENTS_SHOWN = 20
# How many years back may be asked for.
YEARS_SHOWN = 6


@dataclass(frozen=True)
class ShownClause:
    """A clause as the page shows it: the wording of the day, or the latest one where none holds."""

    clause: Clause
    wording: PolicyClause
    is_in_force: bool
    rests: Rests

    @property
    def number(self) -> int:
        return self.clause.number

    @property
    def versions(self) -> int:
        return len(self.clause.wordings)


class PolicyPage(NeedsPermission, View):
    """A document with its clauses, each under its own address (#clause-3)."""

    def get(self, request: HttpRequest, policy: str) -> HttpResponse:
        today = clock.today()
        document = visible_document(request, policy)
        years = years_of(document, today)
        form = YearFilter(request.GET, years=years)
        rests = rests_on(document, on=today, user=request.user)
        context = {
            "document": document,
            "clauses": [shown(clause, rests, today) for clause in clauses_of(document)],
            "form": form,
            "years": years,
            "asked": asked_of(request, document.area, form.chosen(years[0])),
            "today": today,
            "is_in_force": document.holds_on(today),
            "supporting": list(document.supporting_documents.order_by("order", "pk")),
            "events": events(history(document)[:EVENTS_SHOWN]),
            "kept": kept(request),
            "may_edit": may_edit(request, document.area),
        }
        return render(request, "assistance/policies/document.html", context)


class DoneInDocument(NeedsPermission, View):
    """What was done under the clauses of a document in a year: put into its page once that is shown."""

    def get(self, request: HttpRequest, policy: str) -> HttpResponse:
        document = visible_document(request, policy)
        years = years_of(document, clock.today())
        asked = asked_of(request, document.area, YearFilter(request.GET, years=years).chosen(years[0]))
        done = policy_deeds.by_clause(document, asked)
        context = {"done": sorted(done.items()), "asked": asked}
        return render(request, "assistance/policies/_done.html", context)


class PolicyPrint(NeedsPermission, View):
    """The document's wording of the day, and nothing else."""

    def get(self, request: HttpRequest, policy: str) -> HttpResponse:
        today = clock.today()
        document = visible_document(request, policy)
        wordings = [wording for clause in clauses_of(document) if (wording := clause.on(today))]
        context: dict[str, Any] = {"document": document, "wordings": wordings, "today": today, "kept": kept(request)}
        return render(request, "assistance/policies/print.html", context)


def shown(clause: Clause, rests: dict[int, Rests], on: dt.date) -> ShownClause:
    """A clause with what rests on it."""
    wording = clause.on(on)
    return ShownClause(
        clause=clause,
        wording=wording or clause.latest,
        is_in_force=wording is not None,
        rests=rests.get(clause.number, Rests()),
    )


def years_of(document: PolicyDocument, today: dt.date) -> list[int]:
    """The years in which it held until today, newest first; at least one."""
    last = min(today, document.valid_to or today).year
    first = min(max(document.valid_from.year, last - YEARS_SHOWN + 1), last)
    return list(range(last, first - 1, -1))


def document_url(document: PolicyDocument, kept: str = "", *, clause: int | None = None) -> str:
    """The document's page, at a clause."""
    url = reverse("assistance:policy", args=[document.code]) + kept
    return f"{url}#clause-{clause}" if clause is not None else url
