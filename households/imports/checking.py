"""Checking a whole file: read it, look at every household, compare it with the register. Writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from households.imports.checks import check
from households.imports.comparing import Plan, compare
from households.imports.findings import Finding
from households.imports.headers import Header
from households.imports.places import Places, find_places
from households.imports.register import load
from households.imports.roster import Roster
from households.imports.rows import read_roster
from households.imports.workbook import Workbook, read_workbook
from households.models import RosterOutcome
from jiangjin.areas.models import Area

HOUSEHOLDS_AT_ONCE = 1000

Progress = Callable[[int, int, str], None]


@dataclass
class Checked:
    """A file that was checked: what stands in it, and (one plan a household) what it means for the register."""

    book: Workbook
    roster: Roster
    plans: list[Plan]

    def counts(self) -> dict[str, Any]:
        """Figures of the file, and how many households are new, changed and unchanged."""
        outcomes = [plan.outcome for plan in self.plans]
        return {
            **self.roster.counts(),
            "new": outcomes.count(RosterOutcome.NEW),
            "changed": outcomes.count(RosterOutcome.CHANGED),
            "unchanged": outcomes.count(RosterOutcome.UNCHANGED),
        }

    def findings(self) -> list[tuple[Header, str, Finding]]:
        """Every finding with its table and the number of its household, in the order of the file."""
        told = [(header, "", finding) for header, finding in self.roster.findings]
        for household in self.roster.households:
            told += [(household.header, household.number, finding) for finding in household.findings]
        tables = {id(header): position for position, header in enumerate(self.roster.headers)}
        return sorted(told, key=lambda each: (tables[id(each[0])], each[2].row, each[2].column or 0))


def _quiet(done: int, total: int, stage: str) -> None:
    return None


def check_file(content: bytes, *, area: Area, max_bytes: int, progress: Progress = _quiet) -> Checked:
    """Read and check a file that is uploaded for `area`, and compare it with the register; raises UnreadableFile.

    The number of queries does not depend on the number of households below HOUSEHOLDS_AT_ONCE.
    """
    checked, places = check_sheets(content, area=area, max_bytes=max_bytes, progress=progress)
    progress(2, 3, _("comparing with the register"))
    roster = checked.roster
    for start in range(0, len(roster.households), HOUSEHOLDS_AT_ONCE):
        sheets = roster.households[start : start + HOUSEHOLDS_AT_ONCE]
        on_file = load(sheets, year=roster.year)
        checked.plans += [compare(sheet, on_file, places) for sheet in sheets]
    return checked


def check_sheets(content: bytes, *, area: Area, max_bytes: int, progress: Progress = _quiet) -> tuple[Checked, Places]:
    """What the file says by itself, without plans; raises UnreadableFile."""
    progress(0, 3, _("reading the workbook"))
    book = read_workbook(content, max_bytes=max_bytes)
    roster = read_roster(book)
    progress(1, 3, _("checking every row"))
    places = Places(area)
    find_places(roster, places)
    check(roster)
    return Checked(book, roster, []), places
