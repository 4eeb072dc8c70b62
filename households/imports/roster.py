"""What stands in a roster, household by household, before anybody compares it with the register."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from households.identity import Identity
from households.imports.columns import AMOUNTS
from households.imports.findings import Finding
from households.imports.headers import Header
from households.models import Relation, Schooling, Severity
from jiangjin.areas.models import Area
from jiangjin.common.money import FEN_PER_YUAN
from jiangjin.common.personal import IDENTITY, digest

# Whether somebody is at school is asked at these ages.
SCHOOL_AGES = range(6, 24)


@dataclass(slots=True)
class SheetMember:
    """One row: a person. `values` holds what was read, by column code; `unreadable` the columns that say something else."""

    row: int
    name: str = ""
    relation: str = ""
    sex: str = ""
    identity: Identity | None = None
    values: dict[str, Any] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    _digest: str = ""

    @property
    def digest(self) -> str:
        """What the register finds this person by; empty where the identity number is not readable."""
        if not self._digest and self.identity is not None:
            self._digest = digest(IDENTITY.code, self.identity.number)
        return self._digest

    def age(self, on: dt.date) -> int | None:
        """Full years on the day; None where the identity number is not readable."""
        if self.identity is None:
            return None
        born_on = self.identity.born_on
        return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))

    def is_not_at_school(self, age: int | None) -> bool:
        """As the sheet says; where it says nothing, whoever is past the ages at which it is asked."""
        schooling = self.values.get("schooling")
        if schooling is None:
            return age is not None and age >= SCHOOL_AGES.stop
        return bool(schooling == Schooling.NOT_IN_SCHOOL)


@dataclass(slots=True)
class SheetHousehold:
    """The rows of one household. `values` and `unreadable` as for members, `places` where each value stands."""

    header: Header
    year: int
    number: str
    first_row: int
    last_row: int
    members: list[SheetMember] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    places: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    village: Area | None = None

    @property
    def refused(self) -> bool:
        """A household is one unit: one error returns all its rows."""
        return any(finding.severity == Severity.ERROR for finding in self.findings)

    @property
    def year_end(self) -> dt.date:
        """Ages are those of the last day of the sheet's year."""
        return dt.date(self.year, 12, 31)

    @property
    def head(self) -> SheetMember | None:
        """The first member who is called the head."""
        return next((member for member in self.members if member.relation == Relation.HEAD), None)

    @property
    def net_income_fen(self) -> int | None:
        """The sum of what stands in the sheet; None where no item was given."""
        if not any(code in self.values for code in AMOUNTS):
            return None
        gross = sum(self.values.get(code, 0) for code in AMOUNTS if code != "business_cost_fen")
        return int(gross - self.values.get("business_cost_fen", 0))

    @property
    def first_amount(self) -> str:
        """The first income column of the sheet, where what concerns the income as a whole is told; empty without one."""
        return next((code for code in AMOUNTS if code in self.header.columns), "")

    def is_blank_of_income(self) -> bool:
        """Whether no income item is filled in: then nothing is known, and nothing is zero."""
        return not any(code in self.values or code in self.unreadable for code in AMOUNTS)

    def has(self, *codes: str) -> bool:
        """Whether the sheet has all of these columns. What it does not have is not blank."""
        return all(code in self.header.columns for code in codes)

    def is_blank(self, code: str) -> bool:
        """Whether the sheet has the column, and the household nothing in it."""
        return code in self.header.columns and code not in self.values and code not in self.unreadable

    def is_nothing(self, code: str) -> bool:
        """Whether the sheet has the column, and the household zero or nothing in it."""
        return code in self.header.columns and not self.values.get(code) and code not in self.unreadable

    def tell(self, code: str, column: str = "", *, row: int | None = None, **params: Any) -> None:
        """Add a finding, at the household's own cell of the column unless a row is given."""
        if row is None:
            row = self.places.get(column, self.first_row)
        self.findings.append(Finding(code, row, self.header.columns.get(column), params))

    def tell_of(self, member: SheetMember, code: str, column: str = "", **params: Any) -> None:
        """Add a finding about a member, at their row."""
        self.tell(code, column, row=member.row, name=member.name, **params)


@dataclass
class Roster:
    """A whole file. `findings` concern no household; `rows` are those that belong to the table, by sheet."""

    households: list[SheetHousehold]
    headers: list[Header]
    year: int
    facts_on: dt.date
    findings: list[tuple[Header, Finding]] = field(default_factory=list)

    @property
    def accepted(self) -> list[SheetHousehold]:
        return [household for household in self.households if not household.refused]

    @property
    def refused(self) -> list[SheetHousehold]:
        return [household for household in self.households if household.refused]

    def counts(self) -> dict[str, Any]:
        """Figures of the file, whatever the register says."""
        accepted, tally = self.accepted, dict.fromkeys(Severity.values, 0)
        for finding in [
            *(finding for _header, finding in self.findings),
            *(finding for household in self.households for finding in household.findings),
        ]:
            tally[finding.severity] += 1
        net = sum(household.net_income_fen or 0 for household in accepted)
        return {
            "households_in_file": len(self.households),
            "members_in_file": sum(len(household.members) for household in self.households),
            "accepted_households": len(accepted),
            "accepted_members": sum(len(household.members) for household in accepted),
            "refused_households": len(self.households) - len(accepted),
            "errors": tally[Severity.ERROR],
            "warnings": tally[Severity.WARNING],
            "hints": tally[Severity.HINT],
            "net_income_yuan_total": plain_yuan(net),
        }


def plain_yuan(fen: int) -> int | float:
    """Yuan as counts print them: whole where they are."""
    return fen // FEN_PER_YUAN if fen % FEN_PER_YUAN == 0 else fen / FEN_PER_YUAN
