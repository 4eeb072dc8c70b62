"""Figures of the annual report: each is registered by the app that owns its facts and counted from rows.

The report (supervision) names the lines and their units; a line without a figure is "not reported", which is not zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jiangjin.common.registries import Registry


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure.

    compute: (year, scope) → the value in the unit of its line, None where there is nothing to count from. `scope` is a
    `jiangjin.accounts.scoping.Scope`, which stands above this layer: only rows within it are counted.
    query: the address below /api/v1/ of the rows that add up to it; `{year}` stands for the year.
    """

    code: str
    order: int
    compute: Callable[[int, Any], Decimal | int | None]
    query: str


figures: Registry[Figure] = Registry("figures")
