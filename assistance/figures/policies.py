"""Figures of the annual report that are counted from policy documents."""

import datetime as dt

from assistance.models import PolicyDocument, PolicyKind
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures

# 1+9: notices are documents, too, and not meant.
KINDS = [PolicyKind.OPINION, PolicyKind.SUPPORTING]


def policy_documents(year: int, scope: Scope) -> int | None:
    """Opinions and supporting documents in force on the last day of the year."""
    documents = PolicyDocument.objects.within(scope).filter(kind__in=KINDS)
    count = documents.in_force(dt.date(year, 12, 31)).count()
    return count if count or documents.exists() else None


figures.register(
    Figure(
        code="policy_documents",
        order=200,
        compute=policy_documents,
        query="policies/?in_force_on={year}-12-31&kind=opinion&kind=supporting",
    )
)
