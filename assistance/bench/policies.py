"""Which policy document, clause and basis pages are asked about when they are measured."""

from typing import Any

from assistance.models import ClauseBasis, PolicyDocument
from assistance.permissions import VIEW_POLICIES
from jiangjin.common.bench import Sample, samples


def policy(user: Any) -> dict[str, Any]:
    """A document, with a clause of it and (if there is one) a norm that rests on it."""
    found = PolicyDocument.objects.visible_to(user, VIEW_POLICIES).order_by("order", "pk").first()
    if found is None:
        return {}
    basis = ClauseBasis.objects.filter(clause__document=found).select_related("clause").order_by("pk").first()
    clause = basis.clause if basis is not None else found.clauses.order_by("number").first()
    named = {"policy": found.code, "clause": clause.number if clause else None, "basis": basis.pk if basis else None}
    return {name: value for name, value in named.items() if value is not None}


samples.register(Sample("policy", policy))
