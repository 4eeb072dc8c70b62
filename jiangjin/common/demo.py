"""The synthetic district: which parts it is made of, and what they tell each other.

Apps register their parts at start-up; the command above them (supervision) runs them in order, one county after another.
Whatever a part draws at random comes from `DemoContext.rng`, so that the same seed makes the same county, and a part that is
added later changes nothing in the others.
"""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from jiangjin.common.registries import Registry

# The demo lives on this day (JIANGJIN_TODAY of a demo installation); nothing in it is later.
DEMO_DAY = dt.date(2015, 12, 31)
# Statistical codes of what the demo adds to the tree carry this vintage; no official release does.
DEMO_VINTAGE = "demo"
# For more counties the identity numbers of the never-issued prefix would not suffice.
MOST_COUNTIES = 160

T = TypeVar("T")
Counts = dict[str, int]


class DemoRefused(RuntimeError):
    """The demo cannot be loaded here; the message says why, for the person at the command line."""


@dataclass
class DemoContext:
    """One county being made.

    number: 0 is the shipped district, from 1 on invented counties. share: how much of a district's people to make (tests make
    a small district of the same law). `put` and `get` hand what one part made to later ones, by its type.
    """

    seed: int
    number: int = 0
    share: Fraction = Fraction(1)
    today: dt.date = DEMO_DAY
    _made: dict[type, Any] = field(default_factory=dict)

    def rng(self, name: str) -> random.Random:
        """A random source of this county for one purpose."""
        return random.Random(f"{self.seed}/{self.number}/{name}")

    def part_of(self, amount: int) -> int:
        """A district's amount, cut down to the share that is made."""
        return round(amount * self.share)

    def put(self, made: Any) -> None:
        """Leave something for later parts."""
        self._made[type(made)] = made

    def get(self, kind: type[T]) -> T:
        """What an earlier part left; a KeyError means that the parts run in the wrong order."""
        made: T = self._made[kind]
        return made


class Foreign(Protocol):
    def __call__(self, *, first: bool) -> str: ...


def nothing_foreign(*, first: bool) -> str:
    """For parts whose tables nobody else fills."""
    return ""


@dataclass(frozen=True, kw_only=True)
class DemoPart:
    """One app's part.

    fill: makes its rows of the county and returns how many of each; all parts of a county share one transaction, so a county
    is there whole or not at all. With `derived` it runs after that transaction instead, and may be repeated.
    foreign: names, in the user's language, data that the demo did not make and that would mix with it; "" for none. `first`:
    no county was made yet.
    """

    code: str
    order: int
    fill: Callable[[DemoContext], Counts]
    derived: bool = False
    foreign: Foreign = nothing_foreign


parts: Registry[DemoPart] = Registry("demo parts")
