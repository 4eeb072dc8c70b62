"""Reads the sheets of a workbook. Knows no Django, so that it can also run apart, in a process with a memory limit:

    python -m households.imports.reading < workbook > sheets

An .xls or .ods file cannot be measured before it is read, and one made for it asks for more memory than there is: then only
that process ends. It answers with lines of JSON; its exit code says what is wrong.
"""

import datetime as dt
import io
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import python_calamine

Row = list[Any]
# (first row, first column, last row, last column), counted from 0, both ends included.
Merge = tuple[int, int, int, int]

MAX_CELLS = 4_000_000
MAX_SHEETS = 100
MEMORY_BYTES = 2 * 1024**3
SECONDS = 60
DAMAGED, PASSWORD, TOO_MANY_CELLS = 3, 4, 5


class CannotRead(Exception):
    """`reason` is one of the exit codes; `sheet` names the sheet that reaches too far."""

    def __init__(self, reason: int, sheet: str = "") -> None:
        super().__init__(reason, sheet)
        self.reason = reason
        self.sheet = sheet


@dataclass
class ReadSheet:
    """A sheet as it stands in the file, rows all of one length."""

    name: str
    rows: list[Row]
    merges: list[Merge] = field(default_factory=list)
    visible: bool = True


def read_here(content: bytes) -> list[ReadSheet]:
    """The work sheets in their order; raises CannotRead."""
    try:
        return _read(content)
    except CannotRead:
        raise
    except python_calamine.PasswordError as error:
        raise CannotRead(PASSWORD) from error
    except BaseException as error:
        # The reader is written in Rust: what it did not foresee arrives as a PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise CannotRead(DAMAGED) from error
        raise


def _read(content: bytes) -> list[ReadSheet]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    found = []
    for meta in book.sheets_metadata[:MAX_SHEETS]:
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        if sheet.total_height * sheet.total_width > MAX_CELLS:
            raise CannotRead(TOO_MANY_CELLS, meta.name)
        merges = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
        visible = meta.visible == python_calamine.SheetVisibleEnum.Visible
        found.append(ReadSheet(meta.name, sheet.to_python(skip_empty_area=False), merges, visible))
    return found


def read_apart(content: bytes) -> list[ReadSheet]:
    """The same in a process of its own; raises CannotRead, also where memory or time did not suffice."""
    command = [sys.executable, "-m", "households.imports.reading"]
    root = Path(__file__).resolve().parents[2]
    try:
        answer = subprocess.run(command, input=content, capture_output=True, cwd=root, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise CannotRead(DAMAGED) from error
    if answer.returncode == TOO_MANY_CELLS:
        raise CannotRead(TOO_MANY_CELLS, answer.stdout.decode())
    if answer.returncode:
        raise CannotRead(answer.returncode if answer.returncode == PASSWORD else DAMAGED)
    return [
        ReadSheet(name, [[_plain(cell) for cell in row] for row in rows], [tuple(merge) for merge in merges], visible)
        for name, rows, merges, visible in map(json.loads, answer.stdout.splitlines())
    ]


def _marked(value: Any) -> Any:
    """Days and times for JSON, which has none."""
    if isinstance(value, dt.datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return {"text": str(value)}


def _plain(cell: Any) -> Any:
    if not isinstance(cell, dict):
        return cell
    ((kind, text),) = cell.items()
    if kind == "datetime":
        return dt.datetime.fromisoformat(text)
    return dt.date.fromisoformat(text) if kind == "date" else text


def main() -> int:
    """Answer on the standard output; returns the exit code."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except ImportError:  # not on Windows
        pass
    try:
        for sheet in read_here(sys.stdin.buffer.read()):
            print(json.dumps([sheet.name, sheet.rows, sheet.merges, sheet.visible], default=_marked))
    except CannotRead as failure:
        print(failure.sheet, end="")
        return failure.reason
    return 0


if __name__ == "__main__":
    sys.exit(main())
