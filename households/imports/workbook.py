"""An uploaded file → sheets of plain rows. Refuses what is no workbook, what is too large, and what would unpack to too much.

python-calamine reads .xlsx, .xlsm, .xls and .ods. It shows a cell with an error (#REF!) as an empty one, which would make zero
out of an exception: for .xlsx and .ods the errors are looked up in the file itself.
"""

import functools
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from households.imports.inspecting import Broken, column_number, inspect_package
from households.imports.reading import (
    PASSWORD,
    TOO_MANY_CELLS,
    CannotRead,
    Merge,
    ReadSheet,
    Row,
    read_apart,
    read_here,
)
from households.imports.unreadable import UnreadableFile, damaged, not_a_workbook, password, too_many_cells

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Sheet:
    """A sheet as plain rows, all of one length. `broken` are the cells (row, column, from 0) whose formula has no value."""

    name: str
    rows: list[Row]
    merges: list[Merge] = field(default_factory=list)
    broken: Broken = field(default_factory=set)
    visible: bool = True

    @functools.cached_property
    def merges_by_row(self) -> dict[int, list[Merge]]:
        """The merged cells by their first row."""
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            found.setdefault(merge[0], []).append(merge)
        return found


@dataclass
class Workbook:
    """What was uploaded. `errors_hidden`: an old format in which a formula error cannot be told from an empty cell."""

    sheets: list[Sheet]
    errors_hidden: bool = False


def look_at_file(content: bytes, *, max_bytes: int) -> None:
    """What can be said without opening it; raises UnreadableFile."""
    if not content:
        raise UnreadableFile(_("The file is empty."), "empty_file")
    if len(content) > max_bytes:
        raise UnreadableFile(
            _("The file has %(size)s MB; at most %(limit)s MB can be taken. Split it by village."),
            "file_too_large",
            size=-(-len(content) // 1024**2),
            limit=max_bytes // 1024**2,
        )
    if not content.startswith((ZIP, OLE)):
        raise not_a_workbook()


def read_workbook(content: bytes, *, max_bytes: int) -> Workbook:
    """Raises UnreadableFile."""
    look_at_file(content, max_bytes=max_bytes)
    old = content.startswith(OLE)
    package = None if old else inspect_package(content)
    try:
        if package is None:
            sheets = read_apart(content)
        else:
            sheets = read_here(package.content) if package.measured else read_apart(package.content)
    except CannotRead as failure:
        raise _in_words(failure) from failure
    broken = package.broken if package is not None else {}
    return Workbook([_sheet(sheet, broken) for sheet in sheets], errors_hidden=old)


def _sheet(sheet: ReadSheet, broken: dict[str, Broken]) -> Sheet:
    return Sheet(sheet.name, sheet.rows, sheet.merges, broken.get(sheet.name, set()), sheet.visible)


def _in_words(failure: CannotRead) -> UnreadableFile:
    if failure.reason == PASSWORD:
        return password()
    return too_many_cells(failure.sheet) if failure.reason == TOO_MANY_CELLS else damaged()


def column_letters(column: int) -> str:
    """0 → A, 27 → AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """A → 0, AB → 27."""
    return column_number(letters.encode())
