"""Figures of the annual report that are counted from difficulties."""

import datetime as dt

from assistance.models import Difficulty
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures


def problems_solved(year: int, scope: Scope) -> int | None:
    """Difficulties solved in the year whose solution was not denied, of households and of villages in common."""
    difficulties = Difficulty.objects.within(scope)
    count = difficulties.solved_within(dt.date(year, 1, 1), dt.date(year, 12, 31)).count()
    return count if count or difficulties.exists() else None


figures.register(
    Figure(
        code="problems_solved",
        order=200,
        compute=problems_solved,
        query="difficulties/?solved_from={year}-01-01&solved_to={year}-12-31",
    )
)
