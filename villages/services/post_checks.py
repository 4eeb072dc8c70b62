"""The completeness check as pages, exports and the API tell it: each norm of a village in words. What is met is decided by
`rules.post_check` alone."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from jiangjin.areas.models import Area
from villages.models import PoorVillage, PostStandard
from villages.rules.post_check import CHECKED, NORMS, Norm, checked, standard_on


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


@dataclass(frozen=True)
class VillageCheck:
    """One poor village beside the norms. `missing`: how many are not met."""

    poor: PoorVillage
    findings: list[Finding]
    missing: int

    def lacks(self, code: str) -> bool:
        """Whether it does not meet a norm."""
        return any(finding.norm.code == code and not finding.met for finding in self.findings)

    @property
    def unmet(self) -> list[Finding]:
        """The norms that are not met."""
        return [finding for finding in self.findings if not finding.met]


def checks_of(
    villages: QuerySet[PoorVillage], *, on: dt.date, standard: PostStandard | None = None
) -> list[VillageCheck]:
    """Those of the villages that are asked on the day, in the order of their places. One statement judges all of them."""
    standard = standard or standard_on(on)
    found = {row[0]: dict(zip(CHECKED, row, strict=True)) for row in checked(villages, on=on, standard=standard).rows()}
    rows = PoorVillage.objects.filter(pk__in=found).select_related("village__parent").order_by("village__path")
    return [VillageCheck(poor, _findings(found[poor.pk], standard), found[poor.pk]["missing"]) for poor in rows]


def _findings(row: dict[str, Any], standard: PostStandard) -> list[Finding]:
    return [
        Finding(
            norm,
            count=row[norm.code],
            wanted=row["on_roll"] if norm.of_households else getattr(standard, norm.code),
            met=bool(row[f"has_{norm.code}"]),
        )
        for norm in NORMS
    ]


def check_of(village: Area, *, on: dt.date) -> VillageCheck | None:
    """The same for one village; None where it is not asked. The list's query, filtered."""
    return next(iter(checks_of(PoorVillage.objects.filter(village=village), on=on)), None)


def tallies(checks: Iterable[VillageCheck]) -> dict[str, int]:
    """How many villages there are ("villages"), lack nothing ("nothing"), something ("anything"), and each norm (by its code)."""
    checks = list(checks)
    complete = sum(check.missing == 0 for check in checks)
    counts = {"villages": len(checks), "nothing": complete, "anything": len(checks) - complete}
    return counts | {norm.code: sum(check.lacks(norm.code) for check in checks) for norm in NORMS}
