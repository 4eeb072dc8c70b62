"""The shipped set of policy documents, one opinion and nine that support it, in every county of the demo.

The article names the ten subjects and tells what was done under them; it quotes no clause. The wording is a summary of that, and
every document says so.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from assistance.demo.tables import table
from assistance.models import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from jiangjin.areas.demo import DemoPlaces
from jiangjin.areas.models import Area
from jiangjin.common.demo import Counts, DemoContext, DemoPart, parts


def fill(context: DemoContext) -> Counts:
    """Write the county's documents, their clauses and what rests on them."""
    county, shipped = context.get(DemoPlaces).county, table("policies")
    source = shipped["source_elsewhere" if context.number else "source"]
    documents = _documents(county, shipped["documents"], dt.date.fromisoformat(shipped["valid_from"]), source)
    clauses = PolicyClause.objects.bulk_create(_clauses(documents, shipped["documents"]))
    by_place = {(clause.document.code, clause.number): clause for clause in clauses}
    bases = ClauseBasis.objects.bulk_create(
        ClauseBasis(norm=norm, clause=by_place[each["code"], number])
        for each in shipped["documents"]
        for number, clause in enumerate(each["clauses"], start=1)
        for norm in clause["norms"]
    )
    return {"policy_documents": len(documents), "policy_clauses": len(clauses), "clause_bases": len(bases)}


def foreign(*, first: bool) -> str:
    """Policy documents that were there before the demo."""
    return _("policy documents") if first and PolicyDocument.objects.exists() else ""


def _documents(county: Area, told: list[dict[str, Any]], valid_from: dt.date, source: str) -> dict[str, PolicyDocument]:
    """The documents by their short names: the opinion is stored first, which the others name."""
    made: dict[str, PolicyDocument] = {}
    for kind in (PolicyKind.OPINION, PolicyKind.SUPPORTING):
        rows = PolicyDocument.objects.bulk_create(
            PolicyDocument(
                area=county,
                code=each["code"],
                kind=kind,
                parent=made.get("opinion"),
                order=order,
                title=each["title"],
                summary=each["summary"],
                valid_from=valid_from,
                source=source,
                is_placeholder=True,
            )
            for order, each in enumerate(told)
            if each["kind"] == kind
        )
        made |= {row.code: row for row in rows}
    return made


def _clauses(documents: dict[str, PolicyDocument], told: list[dict[str, Any]]) -> Iterator[PolicyClause]:
    for each in told:
        document = documents[each["code"]]
        for number, clause in enumerate(each["clauses"], start=1):
            yield PolicyClause(
                document=document,
                number=number,
                heading=clause["heading"],
                text=clause["text"],
                valid_from=document.valid_from,
            )


parts.register(DemoPart(code="policies", order=42, fill=fill, foreign=foreign))
