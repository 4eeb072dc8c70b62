"""An uploaded file → sheets of plain rows. Refuses what is no workbook, what is too large, and what would unpack to too much.

python-calamine reads .xlsx, .xlsm, .xls and .ods. It shows a cell with an error (#REF!) as an empty one, which would make zero
out of an exception: for .xlsx and .ods the errors are looked up in the file itself.
"""

import functools
import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast
from xml.etree import ElementTree

import python_calamine
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Row = list[Any]
# (first row, first column, last row, last column), counted from 0, both ends included.
Merge = tuple[int, int, int, int]

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BROKEN = (EOFError, RuntimeError, KeyError, OSError, UnicodeDecodeError)
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_CELLS = 4_000_000
MAX_SHEETS = 100
CHUNK = 1024 * 1024

# Attributes of one tag are short; the bound keeps a hostile file from making the search quadratic.
ROW = re.compile(rb'<(?:\w+:)?row\b[^>]{0,300}?\br="(\d{1,8})"')
FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})[0-9]')
FILLED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]{0,300}?\br="([A-Z]{1,3})(\d{1,8})"[^>]{0,300}(?<!/)>')
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^>]{0,300}\bt="e")(?:[^>]{0,300}?\br="([A-Z]{1,3})(\d{1,8})")?')
EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b(?:[^>]{0,300}?\br="([A-Z]{1,3})(\d{1,8})")?[^>]{0,300}>'
    rb"<(?:\w+:)?f\b[^>]{0,300}(?:/>|>[^<]{0,9000}</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s{0,3}/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
ODS_ERROR = re.compile(rb'calcext:value-type="error"')


class UnreadableFile(ValidationError):
    """The file as a whole cannot be taken; the message says why and what to do."""

    def __init__(self, message: str | Promise, code: str, **params: Any) -> None:
        super().__init__(cast(str, message), code=code, params=params)


@dataclass
class Sheet:
    """A sheet as plain rows, all of one length. `broken` are the cells (row, column, from 0) whose formula has no value."""

    name: str
    rows: list[Row]
    merges: list[Merge] = field(default_factory=list)
    broken: set[tuple[int, int]] = field(default_factory=set)
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


def read_workbook(content: bytes, *, max_bytes: int) -> Workbook:
    """Raises UnreadableFile."""
    if not content:
        raise UnreadableFile(_("The file is empty."), "empty_file")
    if len(content) > max_bytes:
        raise UnreadableFile(
            _("The file has %(size)s MB; at most %(limit)s MB can be taken. Split it by village."),
            "file_too_large",
            size=-(-len(content) // 1024**2),
            limit=max_bytes // 1024**2,
        )
    broken: dict[str, set[tuple[int, int]]] = {}
    if content.startswith(ZIP):
        broken = _inspect(content)
    elif not content.startswith(OLE):
        raise UnreadableFile(
            _("This is no Excel workbook. Save the roster as .xlsx and upload that."), "not_a_workbook"
        )
    return Workbook(_load(content, broken), errors_hidden=content.startswith(OLE))


def _load(content: bytes, broken: dict[str, set[tuple[int, int]]]) -> list[Sheet]:
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = []
        for meta in book.sheets_metadata[:MAX_SHEETS]:
            if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height * sheet.total_width > MAX_CELLS:
                raise _too_many_cells(meta.name)
            merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
            sheets.append(
                Sheet(
                    meta.name,
                    sheet.to_python(skip_empty_area=False),
                    merges,
                    broken.get(meta.name, set()),
                    meta.visible == python_calamine.SheetVisibleEnum.Visible,
                )
            )
    except python_calamine.PasswordError as error:
        raise UnreadableFile(
            _("The workbook is protected by a password. Remove it and upload the file again."), "password"
        ) from error
    except UnreadableFile:
        raise
    except BaseException as error:
        # The reader is written in Rust: what it did not foresee arrives as a PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise _damaged() from error
        raise
    return sheets


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        _("The workbook is damaged and cannot be read. Open it in Excel, save it again and upload that."), "damaged"
    )


def _too_many_cells(name: str) -> UnreadableFile:
    return UnreadableFile(
        _("Sheet “%(sheet)s” reaches over more than %(cells)s cells. Delete what stands far outside the table."),
        "too_many_cells",
        sheet=name,
        cells=MAX_CELLS,
    )


# --- a look into the package before it is read ----------------------------------------------------------------------


def _inspect(content: bytes) -> dict[str, set[tuple[int, int]]]:
    """Refuse archives that unpack to too much or spread too far; the cells without a value, by sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            budget = MAX_UNPACKED_BYTES
            if "content.xml" in names:
                for _name, part in _parts(package, names, budget):
                    if ODS_ERROR.search(part):
                        raise UnreadableFile(
                            _("The workbook has cells with formula errors. Correct them and upload it again."),
                            "formula_errors",
                        )
                return {}
            if "xl/workbook.xml" not in names:
                raise UnreadableFile(
                    _("This is no Excel workbook. Save the roster as .xlsx and upload that."), "not_a_workbook"
                )
            titles: dict[str, str] = {}
            broken: dict[str, set[tuple[int, int]]] = {}
            found: dict[str, set[tuple[int, int]]] = {}
            for name, part in _parts(package, names, budget):
                if name == "xl/workbook.xml":
                    titles = _sheet_parts(part, package)
                elif name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _refuse_far_cells(name, part)
                    found[name] = _broken_cells(part)
            for part_name, title in titles.items():
                broken[title] = found.get(part_name, set())
            return broken
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, *BROKEN) as error:
        raise _damaged() from error


def _parts(package: zipfile.ZipFile, names: set[str], budget: int) -> Iterator[tuple[str, bytes]]:
    """The XML parts, unpacked one after another; what a part claims about its size is not believed."""
    for info in package.infolist():
        pieces = []
        wanted = info.filename.endswith(".xml")
        with package.open(info) as stream:
            while piece := stream.read(CHUNK):
                budget -= len(piece)
                if budget < 0:
                    raise UnreadableFile(
                        _("The workbook unpacks to more than %(limit)s MB and is not opened."),
                        "unpacks_too_large",
                        limit=MAX_UNPACKED_BYTES // 1024**2,
                    )
                if wanted:
                    pieces.append(piece)
        if wanted:
            yield info.filename, b"".join(pieces)


def _sheet_parts(workbook: bytes, package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names by the part they stand in."""
    relations = {}
    for element in _xml(package.read("xl/_rels/workbook.xml.rels")):
        target = element.get("Target", "")
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        relations[element.get("Id")] = path
    found = {}
    for element in _xml(workbook).iter():
        if element.tag.endswith("}sheet"):
            key = next((value for name, value in element.items() if name.endswith("}id")), None)
            if key in relations:
                found[relations[key]] = element.get("name", "")
    return found


def _xml(text: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise zipfile.BadZipFile("a workbook declares no entities")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise zipfile.BadZipFile(str(error)) from error


def _refuse_far_cells(name: str, part: bytes) -> None:
    """One cell in the last corner would make a dense table of 17,000 million cells."""
    rows = max(map(int, ROW.findall(part)), default=0)
    columns = max(map(_column_number, set(FAR_COLUMN.findall(part))), default=26)
    if rows * columns <= MAX_CELLS:
        return
    rows, columns = 0, 0  # formatted but empty cells do not count, and are what a large sheet usually consists of
    for letters, row in FILLED_CELL.findall(part):
        rows, columns = max(rows, int(row)), max(columns, _column_number(letters))
    if rows * columns > MAX_CELLS:
        raise _too_many_cells(posixpath.basename(name))


def _broken_cells(part: bytes) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    patterns = []
    if b't="e"' in part:
        patterns.append(ERROR_CELL)
    if b"<f" in part or b":f" in part:
        patterns.append(EMPTY_FORMULA)
    for pattern in patterns:
        for letters, row in pattern.findall(part):
            if not letters:
                raise UnreadableFile(
                    _("The workbook has cells with formula errors. Correct them and upload it again."),
                    "formula_errors",
                )
            found.add((int(row) - 1, _column_number(letters) - 1))
    return found


def _column_number(letters: bytes) -> int:
    """A → 1, AB → 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(column: int) -> str:
    """0 → A, 27 → AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 0, AB → 27."""
    return _column_number(letters.encode()) - 1
