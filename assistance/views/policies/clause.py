"""One clause: its wordings and how they differ, which norms rest on it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import PolicyClause, PolicyDocument
from assistance.services.policy_reading import Clause, Rests, grouped, rests_on
from assistance.views.policies.access import NeedsPermission, kept, may_edit, visible_document
from assistance.views.policies.wordings import Part, compared
from jiangjin.common import clock


@dataclass(frozen=True)
class ShownWording:
    """A wording, and how it differs from the one before (nothing for the first)."""

    wording: PolicyClause
    is_in_force: bool
    heading_before: str
    changes: Sequence[Part]


class ClausePage(NeedsPermission, View):
    """All wordings of a clause, newest first."""

    def get(self, request: HttpRequest, policy: str, clause: int) -> HttpResponse:
        today = clock.today()
        document = visible_document(request, policy)
        found = clause_of(document, clause)
        context = {
            "document": document,
            "clause": found,
            "wordings": shown(found, today),
            "is_in_force": found.on(today) is not None,
            "is_open": found.latest.valid_to is None,
            "rests": rests_on(document, on=today, user=request.user).get(found.number, Rests()),
            "today": today,
            "kept": kept(request),
            "may_edit": may_edit(request, document.area),
        }
        return render(request, "assistance/policies/clause.html", context)


def clause_of(document: PolicyDocument, number: int) -> Clause:
    """The clause of a number with its wordings, or 404."""
    clauses = grouped(document.clauses.filter(number=number).order_by("number", "-valid_from"))
    if not clauses:
        raise Http404
    for wording in clauses[0].wordings:
        wording.document = document
    return clauses[0]


def shown(clause: Clause, today: dt.date) -> list[ShownWording]:
    """The wordings, newest first, each compared with the one before."""
    former: list[PolicyClause | None] = [*clause.wordings[1:], None]
    return [
        ShownWording(
            wording=wording,
            is_in_force=wording.holds_on(today),
            heading_before=before.heading if before is not None and before.heading != wording.heading else "",
            changes=compared(before.text, wording.text) if before is not None else [],
        )
        for wording, before in zip(clause.wordings, former, strict=True)
    ]
