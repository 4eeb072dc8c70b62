"""Drawing households so that their number and the sum of their sizes come out exactly."""

import random
from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar


class Sized(Protocol):
    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)
A = TypeVar("A")


def in_order(rng: random.Random, candidates: Collection[A], weight: Callable[[A], float]) -> list[A]:
    """Candidates with a weight above zero in a random order in which heavy ones tend to stand first."""
    keyed = [(rng.random() ** (1 / weight(each)), place, each) for place, each in enumerate(candidates) if weight(each)]
    return [each for _key, _place, each in sorted(keyed, reverse=True)]


def draw(
    rng: random.Random, candidates: Collection[T], weight: Callable[[T], float], *, count: int, total: int
) -> list[T]:
    """`count` candidates whose sizes add up to `total`, heavy ones likelier than light ones.

    Where there are too few of them, or no such sum is possible, what comes nearest: a small district has no more to offer.
    """
    ordered = in_order(rng, candidates, weight)
    chosen, others = ordered[:count], ordered[count:]
    return exchanged(chosen, others, missing=total - sum(each.size for each in chosen))


def exchanged(chosen: Sequence[T], others: Sequence[T], *, missing: int) -> list[T]:
    """`chosen` with as many members exchanged for `others` as it takes to make the sum of sizes larger by `missing` (smaller,
    where that is negative), step by step."""
    inside, outside = _by_size(chosen), _by_size(others)
    while missing:
        step = _smallest_step(inside, outside, missing)
        if step is None:
            break
        leaving, coming = step
        one, other = inside[leaving].pop(), outside[coming].pop()
        inside.setdefault(coming, []).insert(0, other)
        outside.setdefault(leaving, []).insert(0, one)
        missing -= coming - leaving
    kept = {id(each) for group in inside.values() for each in group}
    return [each for each in [*chosen, *others] if id(each) in kept]


def _by_size(rows: Sequence[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(row.size, []).append(row)
    return found


def _smallest_step(inside: dict[int, list[T]], outside: dict[int, list[T]], missing: int) -> tuple[int, int] | None:
    """(size that leaves, size that comes) of the smallest exchange that brings the sum nearer."""
    steps = [
        (abs(coming - leaving), leaving, coming)
        for leaving, rows in sorted(inside.items())
        if rows
        for coming, available in sorted(outside.items())
        if available and (coming - leaving) * missing > 0 and abs(coming - leaving) <= abs(missing)
    ]
    if not steps:
        return None
    # Of the equal ones, where most wait to be exchanged: the mix of sizes changes least.
    _width, leaving, coming = min(steps, key=lambda step: (step[0], -min(len(inside[step[1]]), len(outside[step[2]]))))
    return leaving, coming


def shared_sizes(
    rng: random.Random, limits: Sequence[tuple[int, int]], wished: Sequence[int], *, total: int
) -> list[int]:
    """A number within its limits (least, most) for each, near what is wished, with the sum `total` or what comes nearest."""
    numbers = [min(max(wish, least), most) for wish, (least, most) in zip(wished, limits, strict=True)]
    missing = total - sum(numbers)
    step = 1 if missing > 0 else -1
    places = list(range(len(numbers)))
    while missing:
        movable = [place for place in places if limits[place][0] <= numbers[place] + step <= limits[place][1]]
        if not movable:
            break
        for place in rng.sample(movable, min(len(movable), abs(missing))):
            numbers[place] += step
            missing -= step
    return numbers
