"""The tables that the visits are drawn from: rates, phrases, difficulties, gifts."""

import functools
import json
from importlib import resources
from typing import Any


@functools.cache
def table(name: str) -> Any:
    """One of the JSON files of this folder, read once."""
    return json.loads(resources.files("assistance.demo").joinpath(f"{name}.json").read_text(encoding="utf-8"))
