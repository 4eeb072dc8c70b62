"""The tables that the demo's village helpers and publicity are drawn from, and what drawing them has in common."""

import datetime as dt
import functools
import json
import random
from importlib import resources
from typing import Any

from households.demo import naming
from households.demo.planned import working_day
from households.models import Sex

YEAR = 2015


@functools.cache
def table(name: str) -> Any:
    """One of the JSON files of this folder, read once."""
    return json.loads(resources.files("villages.demo").joinpath(f"{name}.json").read_text(encoding="utf-8"))


def day(text: str) -> dt.date:
    """'02-18' → that day of the year."""
    return dt.date.fromisoformat(f"{YEAR}-{text}")


def weekday(rng: random.Random, first: str, last: str) -> dt.date:
    """A working day of the year between two."""
    return working_day(rng, day(first), day(last))


def invented_name(rng: random.Random, *, women: int = 38, young: bool = False) -> str:
    """The name of an invented cadre; `women`: how many of a hundred are."""
    sex = Sex.FEMALE if rng.randrange(100) < women else Sex.MALE
    generation = "young" if young else "middle" if rng.randrange(100) < 75 else "old"
    return naming.surname(rng) + naming.given_name(rng, sex, generation)
