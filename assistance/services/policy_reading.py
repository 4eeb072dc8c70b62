"""Reading policy documents: what a district has, the clauses of a document with their wordings, what rests on each clause."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from assistance.models import ClauseBasis, Measure, PolicyClause, PolicyDocument, SubsidyRate
from assistance.models.policy import in_force
from jiangjin.audit.models import AuditEntry
from jiangjin.common.norms import norms
from jiangjin.common.registries import Label, permitted


@dataclass(frozen=True)
class Clause:
    """One clause of a document: its wordings, newest first."""

    number: int
    wordings: list[PolicyClause]

    def on(self, day: dt.date) -> PolicyClause | None:
        """The wording of a day; None before the first and after the last."""
        return next((wording for wording in self.wordings if wording.holds_on(day)), None)

    @property
    def latest(self) -> PolicyClause:
        return self.wordings[0]


@dataclass(frozen=True)
class NormThere:
    """A norm that rests on a clause, with its value on the day; `url` opens what it decides. basis: the row that says so."""

    basis: ClauseBasis
    label: Label
    value: str
    url: str


@dataclass
class Rests:
    """What rests on one clause."""

    norms: list[NormThere] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    rates: list[SubsidyRate] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.norms or self.measures or self.rates)


def clauses_of(document: PolicyDocument) -> list[Clause]:
    """The clauses of a document by number. One query."""
    return grouped(document.clauses.order_by("number", "-valid_from"))


def grouped(wordings: Iterable[PolicyClause]) -> list[Clause]:
    """Wordings in the order of their numbers, newest first, put together to clauses."""
    clauses: list[Clause] = []
    for wording in wordings:
        if not clauses or clauses[-1].number != wording.number:
            clauses.append(Clause(wording.number, []))
        clauses[-1].wordings.append(wording)
    return clauses


def clauses_on(documents: Sequence[PolicyDocument], day: dt.date) -> dict[int, list[PolicyClause]]:
    """The wordings of a day, by document. One query."""
    found: dict[int, list[PolicyClause]] = {document.pk: [] for document in documents}
    rows = PolicyClause.objects.in_force(day).filter(document__in=documents)
    for wording in rows.order_by("document", "number"):
        found[wording.document_id].append(wording)
    return found


def rests_on(document: PolicyDocument, *, on: dt.date, user: Any) -> dict[int, Rests]:
    """What rests on the clauses of a document on a day, by number.

    The catalogue of measures is one for all districts: what names the clause of another district's document rests on the own
    document of the same short name.
    """
    found: dict[int, Rests] = {}
    bases = ClauseBasis.objects.filter(clause__document=document).select_related("clause")
    for basis in sorted(bases, key=_place):
        if basis.norm in norms:
            found.setdefault(basis.clause.number, Rests()).norms.append(_norm_there(basis, document, on=on, user=user))
    for measure in Measure.objects.in_force(on).filter(clause__document__code=document.code).select_related("clause"):
        found.setdefault(measure.clause.number, Rests()).measures.append(measure)
    rates = SubsidyRate.objects.filter(in_force(on), clause__document__code=document.code)
    for rate in rates.select_related("clause", "measure").order_by("measure__order", "grade", "pk"):
        found.setdefault(rate.clause.number, Rests()).rates.append(rate)
    return found


def history(document: PolicyDocument) -> QuerySet[AuditEntry]:
    """The entries of the change log about a document and its clauses, newest first."""
    clauses = document.clauses.order_by().values_list("pk", flat=True)
    return AuditEntry.objects.filter(
        Q(model=PolicyDocument._meta.label_lower, object_id=document.pk)
        | Q(model=PolicyClause._meta.label_lower, object_id__in=list(clauses))
    ).order_by("-at", "-pk")


def visible(user: Any, permission: str) -> QuerySet[PolicyDocument]:
    """Documents that the user may read or keep."""
    return PolicyDocument.objects.visible_to(user, permission).select_related("area", "parent")


def _place(basis: ClauseBasis) -> tuple[int, int, str]:
    order = norms[basis.norm].order if basis.norm in norms else 0
    return basis.clause.number, order, basis.norm


def _norm_there(basis: ClauseBasis, document: PolicyDocument, *, on: dt.date, user: Any) -> NormThere:
    norm = norms[basis.norm]
    opens = norm.url_name and permitted(user, norm.permission)
    return NormThere(
        basis=basis,
        label=norm.label,
        value=norm.describe(on, document.area),
        url=reverse(norm.url_name) if opens else "",
    )
