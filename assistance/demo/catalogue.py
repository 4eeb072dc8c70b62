"""The catalogue of measures in the demo: what the shipped set of policy documents offers."""

from typing import Any

from django.utils.translation import gettext as _

from assistance.demo.tables import table
from assistance.models import Measure, PolicyClause
from jiangjin.areas.demo import JIANGJIN
from jiangjin.common.demo import Counts, DemoContext, DemoPart, DemoRefused, parts
from jiangjin.common.money import yuan_to_fen


def fill(context: DemoContext) -> Counts:
    """Enter the measures that are not there yet. The catalogue is one for all counties; its clauses are the shipped
    district's."""
    told = table("measures")
    known = set(Measure.objects.values_list("code", flat=True))
    rows = [row for row in told["measures"] if row["code"] not in known]
    if not rows:
        return {"measures": 0}
    clauses = _clauses()
    places = {row["code"]: place for place, row in enumerate(told["measures"], start=1)}
    made = [_measure(row, clauses, valid_from=told["valid_from"], order=10 * places[row["code"]]) for row in rows]
    Measure.objects.bulk_create(made)
    return {"measures": len(made)}


def foreign(*, first: bool) -> str:
    """Measures that were there before the demo."""
    return _("support measures") if first and Measure.objects.exists() else ""


def _clauses() -> dict[tuple[str, int], PolicyClause]:
    """The clauses by short name of the document and number."""
    rows = PolicyClause.objects.filter(document__area__code=JIANGJIN).select_related("document").order_by("valid_from")
    return {(clause.document.code, clause.number): clause for clause in rows}


def _measure(
    row: dict[str, Any], clauses: dict[tuple[str, int], PolicyClause], *, valid_from: str, order: int
) -> Measure:
    document, number = row["clause"]
    clause = clauses.get((document, number))
    if clause is None:
        raise DemoRefused(
            _("Clause %(number)s of the policy document “%(document)s” is not on file.")
            % {"number": number, "document": document}
        )
    texts = ("detail", "quantity_unit", "eligibility", "mandatory_tiers")
    return Measure(
        code=row["code"],
        name=row["name"],
        batch=row["batch"],
        target=row["target"],
        recurrence=row["recurrence"],
        clause=clause,
        description=row["description"],
        amount_fen=yuan_to_fen(row["amount_yuan"]) if "amount_yuan" in row else None,
        valid_from=valid_from,
        order=order,
        **{name: row.get(name, "") for name in texts},
    )


parts.register(DemoPart(code="measure_catalogue", order=43, fill=fill, foreign=foreign))
