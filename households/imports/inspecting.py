"""A look into the package before anybody reads it.

The reader makes a dense table of a sheet, and a file of 1 KB with two cells in opposite corners makes it ask for 500 GB: the
process is then gone, not only the upload. So a sheet is measured first. What is written as every program writes it is measured
by a search; whatever is written otherwise is gone through tag by tag.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers import expat

from households.imports.reading import MAX_CELLS
from households.imports.unreadable import (
    damaged,
    formula_errors,
    not_a_workbook,
    too_many_cells,
    unpacks_too_large,
)

# Cells (row, column, from 0) whose formula has no value.
Broken = set[tuple[int, int]]

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
CHUNK = 1024 * 1024
DAMAGE = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, expat.ExpatError, ElementTree.ParseError),
    *(NotImplementedError, EOFError, RuntimeError, KeyError, OSError, ValueError),
)
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
ODS_CONTENT = "content.xml"
ODS_ERROR = re.compile(rb"calcext:value-type\s*=\s*[\"']error")

# A cell that is not one of the first 40 columns and 99,999 rows, or not written as `<c r="A1"`.
BEYOND_USUAL = re.compile(rb'<c(?=[\s/>])(?! r="(?:[A-Z]|A[A-N])[0-9]{1,5}")')
NOT_CANONICAL = re.compile(rb'<c(?=[\s/>])(?! r="[A-Z]{1,3}[0-9]{1,7}")')
CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"')
# Attributes hold no `<`, and what stands before them is short: no file makes these searches slow.
ERROR_CELL = re.compile(rb'<(?:\w+:)?c\b(?=[^<>]{0,300}\bt="e")(?:[^<>]{0,300}?\br="([A-Z]{1,3})(\d{1,7})")?')
EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\b(?:[^<>]{0,300}?\br="([A-Z]{1,3})(\d{1,7})")?[^<>]{0,300}>'
    rb"<(?:\w+:)?f\b[^<>]{0,300}(?:/>|>[^<]{0,9000}</(?:\w+:)?f>)"
    rb"(?:<(?:\w+:)?v\s{0,3}/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Package:
    """What was inspected. `content` holds the inspected parts and nothing else, so that the reader sees what was looked at.

    broken: cells without a value, by sheet. measured: whether no sheet reaches too far; of an .ods nobody knows beforehand.
    """

    content: bytes
    broken: dict[str, Broken]
    measured: bool


def inspect_package(content: bytes) -> Package:
    """Raises UnreadableFile for what is no workbook, unpacks to too much, spreads too far, or could be read in two ways."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [info.filename.lower() for info in package.infolist()]
            if len(set(names)) < len(names):
                raise damaged()
            xlsx, ods = WORKBOOK in names, ODS_CONTENT in names
            if xlsx == ods or "xl/workbook.bin" in names:
                raise not_a_workbook()
            return _inspect_xlsx(package) if xlsx else _inspect_ods(package)
    except DAMAGE as error:
        raise damaged() from error


def _inspect_ods(package: zipfile.ZipFile) -> Package:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as copy:
        for name, part in _parts(package):
            if ODS_ERROR.search(part):
                raise formula_errors()
            _add(copy, name, part)
    return Package(stream.getvalue(), {}, measured=False)


def _inspect_xlsx(package: zipfile.ZipFile) -> Package:
    stream = io.BytesIO()
    relations = workbook = b""
    found: dict[str, Broken] = {}
    with zipfile.ZipFile(stream, "w") as copy:
        for name, part in _parts(package):
            _add(copy, name, part)
            if name == WORKBOOK:
                workbook = part
            elif name == RELATIONS:
                relations = part
            elif b"sheetData" in part:
                _refuse_far_cells(name, part)
                found[name.lower()] = _broken_cells(part)
    titles = _sheet_titles(workbook, relations)
    broken = {title: found.get(part_name.lower(), set()) for part_name, title in titles.items()}
    return Package(stream.getvalue(), broken, measured=True)


def _add(copy: zipfile.ZipFile, name: str, part: bytes) -> None:
    """Pictures and the like are left out; nothing is compressed, since it is read right away."""
    if name.lower().endswith((".xml", ".rels", "mimetype")):
        copy.writestr(name, part)


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The parts, unpacked one after another; what a part claims about its size is not believed."""
    budget = MAX_UNPACKED_BYTES
    for info in package.infolist():
        pieces = []
        with package.open(info) as stream:
            while piece := stream.read(CHUNK):
                budget -= len(piece)
                if budget < 0:
                    raise unpacks_too_large(MAX_UNPACKED_BYTES)
                pieces.append(piece)
        part = b"".join(pieces)
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part.startswith(UTF_16):
            raise damaged()  # no program writes a workbook so, and searches would not see what stands in it
        yield info.filename, part


def _sheet_titles(workbook: bytes, relations: bytes) -> dict[str, str]:
    """Sheet names by the part they stand in."""
    targets = {}
    for element in ElementTree.fromstring(relations):
        target = element.get("Target", "")
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        targets[element.get("Id")] = path
    found = {}
    for element in ElementTree.fromstring(workbook).iter():
        if element.tag.endswith("}sheet"):
            key = next((value for name, value in element.items() if name.endswith("}id")), None)
            if key in targets:
                found[targets[key]] = element.get("name", "")
    return found


# --- how far a sheet reaches ------------------------------------------------------------------------------------------


def _refuse_far_cells(name: str, part: bytes) -> None:
    prefixed = b":c" in part or b":row" in part
    if not prefixed and not BEYOND_USUAL.search(part):
        return
    if not prefixed and not NOT_CANONICAL.search(part):
        cells = CELL.findall(part)
        rows = max(int(row) for _letters, row in cells)
        columns = max(map(column_number, {letters for letters, _row in cells})) + 1
    else:
        rows, columns = _measure(part)
    if rows * columns > MAX_CELLS and _reach_of_filled(part) > MAX_CELLS:
        raise too_many_cells(posixpath.basename(name))


def _reach_of_filled(part: bytes) -> int:
    """Cells from A1 to the last that holds something: the reader leaves out those that are only formatted."""
    rows, columns = _measure(part, filled=True)
    return rows * columns


def _measure(part: bytes, *, filled: bool = False) -> tuple[int, int]:
    """(rows, columns) up to the last cell, or the last that is not empty, however the tags are written.

    A row or cell without a reference stands behind the one before it.
    """
    farthest, here, content = [0, 0], [0, 0], [False]

    def start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local == "row":
            here[0], here[1] = _row_number(attributes.get("r"), here[0] + 1), 0
        elif local == "c":
            row, here[1] = _reference(attributes.get("r"), here)
            content[0] = not filled
            if content[0]:
                farthest[0], farthest[1] = max(farthest[0], row), max(farthest[1], here[1])
            here[0] = max(here[0], row)
        elif filled and local in {"v", "is", "f"}:
            farthest[0], farthest[1] = max(farthest[0], here[0]), max(farthest[1], here[1])

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(part, True)
    return farthest[0], farthest[1]


def _row_number(text: str | None, following: int) -> int:
    return int(text) if text is not None else following


def _reference(text: str | None, here: list[int]) -> tuple[int, int]:
    """(row, column), from 1, of a reference in whatever letters; without one the next cell of the row."""
    if text is None:
        return here[0], here[1] + 1
    letters = text.rstrip("0123456789")
    if not letters.isalpha() or not letters.isascii() or len(letters) > 3 or letters == text:
        raise ValueError(text)
    return int(text[len(letters) :]), column_number(letters.upper().encode()) + 1


# --- formulas without a value -----------------------------------------------------------------------------------------


def _broken_cells(part: bytes) -> Broken:
    found: Broken = set()
    patterns = []
    if b't="e"' in part:
        patterns.append(ERROR_CELL)
    if b"<f" in part or b":f" in part:
        patterns.append(EMPTY_FORMULA)
    for pattern in patterns:
        for letters, row in pattern.findall(part):
            if not letters:
                raise formula_errors()
            found.add((int(row) - 1, column_number(letters)))
    return found


def column_number(letters: bytes) -> int:
    """A → 0, AB → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
