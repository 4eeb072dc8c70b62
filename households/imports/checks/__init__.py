"""What is looked at in every household of a roster, in this order. A check is a function that tells its findings.

Errors stand where cells are read (rows.py), where places are looked up (places.py), in `structure`, and where the register is
compared (comparing.py); everything here that is not in `structure` warns. Source: national data-quality checks (DOMAIN 1.6).
"""

from collections.abc import Callable

from households.imports.checks import across, blanks, certificates, contradictions, money, people, ranges, structure
from households.imports.roster import Roster, SheetHousehold

CHECKS: list[Callable[[SheetHousehold], None]] = [
    *structure.CHECKS,
    *certificates.CHECKS,
    *blanks.CHECKS,
    *contradictions.CHECKS,
    *people.CHECKS,
    *money.CHECKS,
    *ranges.CHECKS,
]
ACROSS: list[Callable[[list[SheetHousehold]], None]] = [*across.CHECKS]


def check(roster: Roster) -> None:
    """Tell every finding that the sheet alone allows."""
    for household in roster.households:
        for look in CHECKS:
            look(household)
    for look_across in ACROSS:
        look_across(roster.households)
