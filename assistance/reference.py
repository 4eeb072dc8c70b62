"""The standards that the project ships. An office's own are left alone: one is added only where there is none."""

import datetime as dt

from assistance.models import DifficultyKind, DifficultyStandard, VisitStandard
from jiangjin.common import reference

# Days until due by kind; escalated to the town, then to the district, when so many days late.
DUE_DAYS = {
    DifficultyKind.INCOME: 45,
    DifficultyKind.ROADS: 60,
    DifficultyKind.WATER: 20,
    DifficultyKind.HOUSING: 60,
    DifficultyKind.SCHOOLING: 20,
    DifficultyKind.MEDICAL: 20,
    DifficultyKind.POWER: 20,
    DifficultyKind.COMMUNICATIONS: 30,
    DifficultyKind.EMPLOYMENT: 45,
    DifficultyKind.OTHER: 30,
}
NOT_OFFERED = {DifficultyKind.EMPLOYMENT}
TOWN_AFTER_DAYS, DISTRICT_AFTER_DAYS = 7, 20


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


@reference.register
def load_difficulty_standards() -> None:
    """One a kind (docs/assumptions.md: which are offered, how soon they are to be solved)."""
    known = set(DifficultyStandard.objects.values_list("kind", flat=True))
    DifficultyStandard.objects.bulk_create(
        DifficultyStandard(
            kind=kind,
            valid_from=dt.date(2014, 1, 1),
            is_offered=kind not in NOT_OFFERED,
            due_days=days,
            town_after_days=TOWN_AFTER_DAYS,
            district_after_days=DISTRICT_AFTER_DAYS,
            basis="江津区2015年帮扶工作：着力解决贫困群众“八难”问题；办理时限为项目设定",
            is_assumption=True,
        )
        for kind, days in DUE_DAYS.items()
        if kind not in known
    )
