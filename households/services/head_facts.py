"""What higher apps add to the head of the household file: facts that only they know."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from households.models import Household
from jiangjin.common.registries import Label, Registry


@dataclass(frozen=True)
class FactLine:
    """A line of a fact: what, and a word about it; `url` opens what it is about."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class HeadFact:
    """A fact of the head. `lines`: what the user may see of it; none means that it is not shown."""

    code: str
    order: int
    label: Label
    lines: Callable[[Household, Any], list[FactLine]]


head_facts: Registry[HeadFact] = Registry("head facts")


def facts_of(household: Household, user: Any) -> list[tuple[Label, list[FactLine]]]:
    """The facts that have something to tell."""
    found = [(fact.label, fact.lines(household, user)) for fact in head_facts]
    return [(label, lines) for label, lines in found if lines]
