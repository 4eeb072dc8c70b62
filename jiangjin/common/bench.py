"""Measuring: each result stands beside its limit, measured in the same run, as a ratio. Machines are noisy; ratios travel."""

import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Bench:
    """A benchmark: fills the scratch database with `households` invented households and measures."""

    code: str
    label: str
    run: Callable[[int], Sequence[Measure | Memory]]
    order: int = 0


benches: Registry[Bench] = Registry("benches")


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
