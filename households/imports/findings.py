"""What a check says: a code, a place, and details. How grave a code is and how it reads stands with the check."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from households.imports.headers import Header
from households.imports.workbook import column_letters
from households.models import Severity
from households.models.roster_import import FindingKind, finding_kinds, place_in_words
from jiangjin.common.registries import Label


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; rows and columns from 0, no column where it concerns the row or the household."""

    code: str
    row: int
    column: int | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return finding_kinds[self.code].severity

    @property
    def sentence(self) -> str:
        """What is wrong, in the language in use."""
        return str(finding_kinds[self.code].sentence) % self.params


def whereabouts(header: Header, finding: Finding) -> str:
    """Sheet, row and column, as a person looks for them."""
    return place_in_words(header.sheet.name, finding.row + 1, *column_in_words(header, finding.column))


def column_in_words(header: Header, column: int | None) -> tuple[str, str]:
    """Letters and title of a column; empty where there is none."""
    return ("", "") if column is None else (column_letters(column), header.titles.get(column, ""))


def error(code: str, sentence: Label) -> str:
    """Declare an error: its household is refused. Returns the code."""
    return _declare(code, Severity.ERROR, sentence)


def warning(code: str, sentence: Label) -> str:
    """Declare a warning: the household is taken, somebody should look. Returns the code."""
    return _declare(code, Severity.WARNING, sentence)


def hint(code: str, sentence: Label) -> str:
    """Declare a hint: what was done with the sheet. Returns the code."""
    return _declare(code, Severity.HINT, sentence)


def _declare(code: str, severity: Severity, sentence: Label) -> str:
    finding_kinds.register(FindingKind(code, severity, sentence))
    return code
