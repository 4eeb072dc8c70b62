"""The completeness check as pages, exports and the API tell it: each norm of a village in words. What is met is decided by
`rules.post_check` alone."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from jiangjin.areas.models import Area
from villages.models import PoorVillage, PostStandard
from villages.rules.post_check import NORMS, Norm, checked, standard_on


@dataclass(frozen=True)
class Finding:
    """How one norm stands in one village: so many of so many."""

    norm: Norm
    count: int
    wanted: int
    met: bool

    @property
    def word(self) -> str:
        """Met, missing, or too many."""
        if self.met:
            return _("met")
        return _("too many") if self.count > self.wanted else _("missing")


def findings(row: Any, standard: PostStandard) -> list[Finding]:
    """Every norm of a row of `checked`, in their order."""
    found = []
    for norm in NORMS:
        count = getattr(row, norm.code)
        wanted = row.on_roll if norm.of_households else getattr(standard, norm.code)
        found.append(Finding(norm, count, wanted, getattr(row, f"has_{norm.code}")))
    return found


def check_of(village: Area, *, on: dt.date) -> list[Finding] | None:
    """The same for one village; None where the village is not asked. The list's query, filtered."""
    standard = standard_on(on)
    row = checked(PoorVillage.objects.filter(village=village), on=on, standard=standard).first()
    return findings(row, standard) if row is not None else None


def tallies(rows: QuerySet[PoorVillage]) -> dict[str, int]:
    """Of rows of `checked`: how many there are ("villages"), lack nothing ("nothing"), something ("anything"), and each norm (by
    its code)."""
    counted: dict[str, int] = rows.order_by().aggregate(
        villages=Count("pk"),
        nothing=Count("pk", filter=Q(missing=0)),
        anything=Count("pk", filter=Q(missing__gt=0)),
        **{f"lack_{norm.code}": Count("pk", filter=Q(**{f"has_{norm.code}": False})) for norm in NORMS},
    )
    return {name.removeprefix("lack_"): count for name, count in counted.items()}
