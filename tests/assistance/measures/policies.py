"""The shipped set of policy documents, as far as measures refer to it: short names and numbers of clauses."""

import datetime as dt

from assistance.models import PolicyClause, PolicyDocument
from jiangjin.areas.models import Area

CLAUSES = {
    "industry": 7,
    "employment": 4,
    "relocation": 4,
    "house-repair": 4,
    "education": 6,
    "medical": 6,
    "safety-net": 4,
}
SINCE = dt.date(2014, 1, 1)


def clauses(county: Area) -> list[PolicyClause]:
    """Documents and clauses that are not there yet, without a text that matters."""
    made = []
    for order, (code, count) in enumerate(CLAUSES.items()):
        if PolicyDocument.objects.filter(area=county, code=code).exists():
            continue
        document = PolicyDocument.objects.create(
            area=county, code=code, kind="notice", order=order, title=code, valid_from=SINCE, is_placeholder=True
        )
        made += [
            PolicyClause(document=document, number=number, heading=f"{code} {number}", text="…", valid_from=SINCE)
            for number in range(1, count + 1)
        ]
    return PolicyClause.objects.bulk_create(made)
