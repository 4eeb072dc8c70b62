"""The documents of a district as a table of contents with what was done under each, what is found in them, the list as a workbook."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.forms.policies import PolicyFilter
from assistance.models import PolicyClause, PolicyDocument, PolicyKind
from assistance.services import policy_deeds, policy_exports, policy_search
from assistance.services.policy_reading import clauses_on, visible
from assistance.views.lists import EXCEL
from assistance.views.policies.access import NeedsPermission, asked_of, district_of, kept, may_edit
from households.permissions import EXPORT
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.components import chips
from jiangjin.common.deeds import Deed

# How many numbers stand beside a document; its own page shows all.
DEEDS_SHOWN = 4


@dataclass(frozen=True)
class Line:
    """A document in the contents: its place among those that support an opinion, its clauses of the day."""

    document: PolicyDocument
    place: int
    clauses: Sequence[PolicyClause]
    is_in_force: bool


@dataclass(frozen=True)
class DoneLine:
    """The first numbers of a document."""

    document: PolicyDocument
    deeds: Sequence[Deed]
    more: bool


@dataclass(frozen=True)
class Part:
    """An opinion with what supports it, or (without one) documents that stand for themselves."""

    head: Line | None
    lines: list[Line]


class PolicyContents(NeedsPermission, View):
    """The one and the nine, in order; with words, what is found."""

    def get(self, request: HttpRequest) -> HttpResponse:
        today = clock.today()
        form = PolicyFilter(request.GET)
        district, on = district_of(request), form.day(today)
        documents = self.documents(form, district, on)
        clauses = clauses_on(documents, on)
        text = form.cleaned_data.get("q", "") if form.is_valid() else ""
        context: dict[str, Any] = {
            "form": form,
            "chips": chips(form),
            "district": district,
            "on": on,
            "today": today,
            "kept": kept(request),
            "text": text,
            "documents": len(documents),
            "may_edit": may_edit(request, district),
            "may_export": request.user.may(EXPORT),
        }
        if text:
            context["found"] = policy_search.search(text, documents, clauses)
        else:
            context["parts"] = parts(documents, clauses, on=on)
        return render(request, "assistance/policies/contents.html", context)

    def documents(self, form: PolicyFilter, district: Area, on: dt.date) -> list[PolicyDocument]:
        """The district's documents that pass the filter; none with a wrong value."""
        rows = visible(self.request.user, self.permission).filter(area=district)
        if not form.is_valid():
            return []
        return list(rows if form.cleaned_data["ended"] else rows.in_force(on))


class PolicyExport(PolicyContents):
    """The documents of the list as shown, as a workbook; logged."""

    permission: ClassVar[str] = EXPORT

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.may(NeedsPermission.permission):
            raise PermissionDenied
        form = PolicyFilter(request.GET)
        district, on = district_of(request, EXPORT), form.day(clock.today())
        documents = self.documents(form, district, on)
        clauses = clauses_on(documents, on)
        filters = form.cleaned_data if form.is_valid() else {}
        if filters.get("q"):
            documents = [found.document for found in policy_search.search(filters["q"], documents, clauses)]
        rows = PolicyDocument.objects.visible_to(request.user, EXPORT).filter(pk__in=[each.pk for each in documents])
        content = policy_exports.documents(rows, clauses, by=request.user, filters=filters)
        response = HttpResponse(content, content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="policies-{clock.today():%Y%m%d}.xlsx"'
        return response


class DoneInContents(PolicyContents):
    """What was done under each document in the year of the day: put into the contents once they are shown."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PolicyFilter(request.GET)
        district, on = district_of(request), form.day(clock.today())
        documents = self.documents(form, district, on)
        asked = asked_of(request, district, on.year)
        done = policy_deeds.by_document(documents, asked)
        lines = [
            DoneLine(document, done[document.pk][:DEEDS_SHOWN], len(done[document.pk]) > DEEDS_SHOWN)
            for document in documents
            if done[document.pk]
        ]
        context = {"lines": lines, "asked": asked, "kept": kept(request)}
        return render(request, "assistance/policies/_contents_done.html", context)


def parts(documents: Sequence[PolicyDocument], clauses: dict[int, list[PolicyClause]], *, on: dt.date) -> list[Part]:
    """Each opinion with its supporting documents in order, then what stands for itself."""

    def line(document: PolicyDocument, place: int = 0) -> Line:
        return Line(document, place, clauses[document.pk], document.holds_on(on))

    shown = {document.pk for document in documents}
    below: dict[int | None, list[PolicyDocument]] = {}
    for document in documents:
        below.setdefault(document.parent_id if document.parent_id in shown else None, []).append(document)
    top = below.get(None, [])
    made = [
        Part(line(head), [line(each, at) for at, each in enumerate(below.get(head.pk, []), start=1)])
        for head in top
        if head.kind == PolicyKind.OPINION
    ]
    alone = [line(each) for each in top if each.kind != PolicyKind.OPINION]
    return [*made, Part(None, alone)] if alone else made
