"""The conditions of exit (脱贫越线), one a file, in the order in which they are read out.

A rule is one SQL expression over the facts of `facts.py`; the whole population, one household and a simulation run the
same expression with another filter or line. Nothing here is computed a second time in Python.
"""

import datetime as dt

from households.rules import (
    compulsory_schooling,
    food_and_clothing,
    income_above_line,
    medical_cover,
    safe_housing,
    safe_water,
)
from households.rules.exit_rule import ExitRule

EXIT_RULES: list[ExitRule] = [
    income_above_line.RULE,
    food_and_clothing.RULE,
    compulsory_schooling.RULE,
    medical_cover.RULE,
    safe_housing.RULE,
    safe_water.RULE,
]
BY_CODE = {rule.code: rule for rule in EXIT_RULES}


def in_force(as_of: dt.date) -> list[ExitRule]:
    """The rules that hold on a day."""
    return [rule for rule in EXIT_RULES if rule.holds_on(as_of)]
