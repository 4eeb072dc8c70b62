"""The tables that the generator draws from: targets, situations, places, families, names, phrases."""

import functools
import json
import random
from importlib import resources
from itertools import accumulate
from typing import Any


@functools.cache
def table(name: str) -> Any:
    """One of the JSON files of this folder, read once."""
    return json.loads(resources.files("households.demo").joinpath(f"{name}.json").read_text(encoding="utf-8"))


class Urn:
    """Values with weights to draw from."""

    def __init__(self, weights: dict[Any, float]) -> None:
        self.values = list(weights)
        self.cumulative = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> Any:
        """One value."""
        return rng.choices(self.values, cum_weights=self.cumulative)[0]

    def draw_many(self, rng: random.Random, count: int) -> list[Any]:
        """Several values, with replacement."""
        return rng.choices(self.values, cum_weights=self.cumulative, k=count)
