"""The visit standard that the project ships. An office's own standards are left alone: it is added only where there is none."""

import datetime as dt

from assistance.models import VisitStandard
from jiangjin.common import reference


@reference.register
def load_visit_standard() -> None:
    """Every household once a month, at home or in the field (docs/assumptions.md: from how many days on it is due)."""
    if VisitStandard.objects.exists():
        return
    VisitStandard.objects.create(
        valid_from=dt.date(2014, 1, 1),
        least_days=15,
        late_after_days=3,
        follows_exited=True,
        basis="江津区2015年帮扶要求：每户每月至少走访一次",
        is_assumption=True,
    )
