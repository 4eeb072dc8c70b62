"""Figures of the annual report that are counted from village files."""

from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures
from villages.models import PoorVillage


def poor_villages_exited(year: int, scope: Scope) -> int | None:
    """Poor villages struck off the municipal list in the year."""
    villages = PoorVillage.objects.within(scope)
    count = villages.delisted_in(year).count()
    return count if count or villages.exists() else None


figures.register(
    Figure(
        code="poor_villages_exited",
        order=100,
        compute=poor_villages_exited,
        query="poor-villages/?delisted_from={year}-01-01&delisted_to={year}-12-31",
    )
)
