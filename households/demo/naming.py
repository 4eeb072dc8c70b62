"""Names of invented people, by sex and the fashion of their birth years."""

import functools
import random

from households.demo.tables import Urn, table


def surname(rng: random.Random) -> str:
    """A surname, as frequent as in the region."""
    name: str = _surnames().draw(rng)
    return name


def given_name(rng: random.Random, sex: str, generation: str) -> str:
    """One or two characters of a generation: old, middle or young."""
    names = table("names")
    characters = names["given"][sex][generation]
    count = 2 if rng.randrange(10) < names["two_characters_in_ten"] else 1
    while (drawn := rng.sample(characters, count))[-1] in names["never_last"]:
        pass
    return "".join(drawn)


@functools.cache
def _surnames() -> Urn:
    return Urn(table("names")["surnames"])
