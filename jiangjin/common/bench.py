"""Measuring: each result stands beside its limit, measured in the same run, as a ratio. Machines are noisy; ratios travel."""

import gc
import math
import resource
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from jiangjin.common.registries import Registry


@dataclass(frozen=True)
class Measure:
    """One line of a result: what took `seconds`, against a limit that took `limit_seconds`.

    budget: the ratio that must not be exceeded; None where there is only something to know.
    """

    what: str
    seconds: float
    limit: str = ""
    limit_seconds: float | None = None
    budget: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.seconds / self.limit_seconds if self.limit_seconds else None

    @property
    def within(self) -> bool | None:
        """Whether the budget is kept; None where there is none."""
        if self.budget is None or self.ratio is None:
            return None
        return self.ratio <= self.budget

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "seconds": round(self.seconds, 3),
            "limit": self.limit,
            "limit_seconds": round(self.limit_seconds, 3) if self.limit_seconds is not None else None,
            "ratio": round(self.ratio, 3) if self.ratio is not None else None,
            "budget": self.budget,
            "within": self.within,
        }

    def __str__(self) -> str:
        beside = f"{self.ratio:.2f} × {self.limit}" if self.ratio is not None else ""
        return f"{self.seconds:8.3f} s  {beside}"


@dataclass(frozen=True)
class Memory:
    """Another line of a result: the most memory that the process held meanwhile, against what it may."""

    what: str
    megabytes: float
    budget_megabytes: float

    @property
    def within(self) -> bool:
        return self.megabytes <= self.budget_megabytes

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "megabytes": round(self.megabytes),
            "budget_megabytes": round(self.budget_megabytes),
            "within": self.within,
        }

    def __str__(self) -> str:
        return f"{self.megabytes:8.0f} MB  of {self.budget_megabytes:.0f} MB"


@dataclass(frozen=True)
class PageMeasure:
    """Another: what half (p50) and what nineteen of twenty (p95) requests for a page took as one user, beside an empty page behind
    the same door."""

    what: str
    user: str
    address: str
    p50: float
    p95: float
    queries: int
    limit_seconds: float
    budget_seconds: float

    @property
    def within(self) -> bool:
        return self.p95 <= self.budget_seconds

    def as_json(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "user": self.user,
            "address": self.address,
            "p50_ms": milliseconds(self.p50),
            "p95_ms": milliseconds(self.p95),
            "queries": self.queries,
            "limit": "empty page",
            "limit_ms": milliseconds(self.limit_seconds),
            "ratio": round(self.p50 / self.limit_seconds, 1),
            "budget_ms": milliseconds(self.budget_seconds),
            "within": self.within,
        }

    def __str__(self) -> str:
        times = f"{milliseconds(self.p50):6.1f} ms, 95 %: {milliseconds(self.p95):6.1f} ms, {self.queries:3d} queries"
        return f"{self.user:10} {times}"


@dataclass(frozen=True)
class Skipped:
    """What could not be measured, and why; a result that hides nothing."""

    what: str
    user: str
    why: str
    within: None = None

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "user": self.user, "skipped": self.why, "within": None}

    def __str__(self) -> str:
        return f"{self.user:10} not measured: {self.why}"


Result: TypeAlias = Measure | Memory | PageMeasure | Skipped


@dataclass(frozen=True)
class Bench:
    """A benchmark: fills the scratch database with `households` invented households and measures."""

    code: str
    label: str
    run: Callable[[int], Sequence[Result]]
    order: int = 0


@dataclass(frozen=True)
class Asked:
    """What is asked of a benchmark of the database at hand. pages: names of views; none means all."""

    users: Sequence[str]
    requests: int
    budget_seconds: float
    pages: Collection[str] = ()


@dataclass(frozen=True)
class AtHand:
    """A benchmark of the database that is there, which it leaves as it was. It runs only when it is named."""

    code: str
    label: str
    run: Callable[[Asked], Sequence[Result]]
    order: int = 0


benches: Registry[Bench | AtHand] = Registry("benches")


@dataclass(frozen=True)
class Sample:
    """What pages are asked about when they are measured. values: of a user, an argument of addresses → a record's; {} where
    there is none.

    views: the views that it is for, where what is no argument of the address goes behind its "?"; without any, `code` is the
    argument of all others.
    """

    code: str
    values: Callable[[Any], Mapping[str, Any]]
    views: Collection[str] = ()
    order: int = 0


samples: Registry[Sample] = Registry("samples")


def milliseconds(seconds: float) -> float:
    """Milliseconds with one decimal."""
    return round(seconds * 1000, 1)


def percentile(seconds: Iterable[float], share: int) -> float:
    """What `share` of a hundred of the times do not exceed."""
    ordered = sorted(seconds)
    return ordered[math.ceil(len(ordered) * share / 100) - 1]


def clocked(work: Callable[[], Any]) -> float:
    """Seconds that `work` took."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def best_of(times: int, work: Callable[[], Any], *, before: Callable[[], Any] = lambda: None) -> float:
    """The shortest of several runs, each after `before`."""
    results = []
    for _ in range(times):
        before()
        results.append(clocked(work))
    return min(results)


@dataclass
class Peak:
    """What `peak_memory` found; filled when its block ends."""

    megabytes: float = 0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """The most memory the process held within the block. Where the system cannot start the count anew (all but Linux), it is
    the most since the process began."""
    gc.collect()
    anew = Path("/proc/self/clear_refs")
    if anew.exists():
        anew.write_text("5")
    peak = Peak()
    yield peak
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        peak.megabytes = int(held.split()[1]) / 1024
    else:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak.megabytes = most / 1024**2 if sys.platform == "darwin" else most / 1024
