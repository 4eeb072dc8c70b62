"""Whole numbers that add up: drawn or shared out so that their sum is exactly what it must be."""

import random
from collections.abc import Sequence

from households.demo.tables import Urn


def draw_sizes(rng: random.Random, *, count: int, total: int, urn: Urn) -> list[int]:
    """`count` sizes from the urn whose sum is `total`.

    Raises ValueError where no such sizes exist between the urn's smallest and largest.
    """
    smallest, largest = min(urn.values), max(urn.values)
    if not count * smallest <= total <= count * largest:
        raise ValueError(f"{count} sizes of {smallest} to {largest} cannot add up to {total}")
    sizes = urn.draw_many(rng, count)
    missing = total - sum(sizes)
    step = 1 if missing > 0 else -1
    while missing:
        position = rng.randrange(count)
        if smallest <= sizes[position] + step <= largest:
            sizes[position] += step
            missing -= step
    return sizes


def share_out(total: int, shares: Sequence[float]) -> list[int]:
    """Whole parts of `total` in proportion to `shares`; what rounding leaves over goes one by one to the first."""
    whole = sum(shares)
    parts = [int(total * share / whole) for share in shares]
    for position in range(total - sum(parts)):
        parts[position % len(parts)] += 1
    return parts
