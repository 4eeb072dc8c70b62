"""Rows of sheets → households with their members, every cell read once. What cannot be read becomes a finding."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from households.identity import MESSAGES as IDENTITY_MESSAGES
from households.identity import Certificate, IdentityError, parse_identity
from households.imports.columns import AMOUNTS, Column, Level, by_title, columns, plain_title
from households.imports.findings import Finding, error, hint, warning
from households.imports.headers import Header, find_header, is_footer, is_numbering, reported_on
from households.imports.roster import Roster, SheetHousehold, SheetMember
from households.imports.values import (
    DigitsLost,
    Reader,
    Unreadable,
    as_text,
    is_blank,
    read_name,
    refuse_lost_digits,
    squeeze,
)
from households.imports.workbook import Row, UnreadableFile, Workbook
from households.models import Relation
from jiangjin.common.words import listed

NUMBER_LENGTHS = range(8, 21)
SHOWN = 40  # characters of a cell that a message repeats
# Two different answers in the rows of one household: which of them holds cannot be guessed where it decides something.
DECISIVE = {*AMOUNTS, "tier", "village", "group", "town"}

AMOUNT_UNREADABLE = error("amount_unreadable", _("“%(value)s” is not an amount."))
TIER_UNKNOWN = error("tier_unknown", _("“%(value)s” is no tier; it must be A, B or C."))
NUMBER_BLANK = error("number_blank", _("The household has no number."))
NUMBER_DIGITS_LOST = error(
    "number_digits_lost",
    _("The household number was stored as a numeric cell and lost its last digits; type it as text."),
)
NUMBER_UNREADABLE = error("number_unreadable", _("“%(value)s” is no household number; it has 8 to 20 digits."))
NUMBER_REPEATED = error(
    "number_repeated", _("The household number %(number)s stands in several places of the file (row %(other)s, too).")
)
IDENTITY_BLANK = error("identity_blank", _("%(name)s has no identity number."))
IDENTITY_DIGITS_LOST = error(
    "identity_digits_lost",
    _("The identity number of %(name)s was stored as a numeric cell and lost its last digits; type it as text."),
)
for _code, _message in IDENTITY_MESSAGES.items():
    error(_code, _message)
NAME_BLANK = error("name_blank", _("A person without a name."))
NAME_TOO_LONG = error("name_too_long", _("“%(value)s” is too long for a name."))
FORMULA_ERROR = error("formula_error", _("The formula in this cell has no value."))
VALUES_DIFFER = error("values_differ", _("The rows of this household say both “%(value)s” and “%(other)s”."))
DETAIL_DIFFERS = warning(
    "detail_differs", _("The rows of this household say both “%(value)s” and “%(other)s”; the first is taken.")
)
NAME_ODD = warning("name_odd", _("“%(value)s” is an unusual name."))
RELATION_BLANK = warning("relation_blank", _("The relation of %(name)s to the head is blank; “other” is taken."))
RELATION_UNKNOWN = warning(
    "relation_unknown", _("“%(value)s” is no relation of the national form; “other” is taken for %(name)s.")
)
CELL_UNREADABLE = warning("cell_unreadable", _("“%(value)s” is not understood and is left out."))
DIGITS_LOST = warning(
    "digits_lost", _("This number was stored as a numeric cell and lost its last digits; it is left out.")
)
PERSONAL_UNREADABLE = warning(
    "personal_number_unreadable", _("This is not the number of a phone or an account; it is left out.")
)
OLD_IDENTITY = warning(
    "old_identity", _("%(name)s has an old number of 15 digits; %(number)s is taken, the old one is kept beside it.")
)
DISABILITY_CARD = hint(
    "disability_card", _("%(name)s has the number of a disability card; the identity number in it is taken.")
)
COLUMN_UNREAD = hint("column_unread", _("The column “%(title)s” is not known and is not imported."))
COLUMN_DOUBLED = hint("column_doubled", _("The column “%(title)s” stands there twice; the first is taken."))
ROW_UNREAD = warning("row_unread", _("This row has neither a name nor an identity number and is not imported."))
SHEET_HIDDEN = warning("sheet_hidden", _("Sheet “%(sheet)s” is hidden and is not imported."))
ERRORS_HIDDEN = hint(
    "errors_hidden",
    _("In an old .xls file a formula error cannot be told from an empty cell; save it as .xlsx to be sure."),
)


@dataclass(frozen=True)
class _Cells:
    """How to read the rows of one table: (code, position, reader) of members and of households."""

    members: list[tuple[str, int, Reader]]
    households: list[tuple[str, int, Reader]]
    used: dict[int, str]


def read_roster(book: Workbook) -> Roster:
    """Read every table of a workbook; raises UnreadableFile where there is none, or no year."""
    found = [header for sheet in book.sheets if (header := find_header(sheet)) is not None]
    headers = [header for header in found if header.sheet.visible]
    hidden = [header for header in found if not header.sheet.visible and not header.missing]
    if hidden and not headers:
        raise UnreadableFile(
            _("The only roster stands in the hidden sheet “%(sheet)s”. Unhide it and upload the file again."),
            "only_hidden",
            sheet=hidden[0].sheet.name,
        )
    complete = [header for header in headers if not header.missing]
    if not complete:
        raise _no_table(headers)
    year = _year(complete)
    households: list[SheetHousehold] = []
    findings: list[tuple[Header, Finding]] = []
    days: list[dt.date] = []
    for header in complete:
        read, strays, day = _read_table(header, year)
        households += read
        findings += [(header, finding) for finding in [*_about_columns(header), *strays]]
        days += [day] if day else []
    if not households:
        raise UnreadableFile(_("There is a table, but no household in it."), "no_households")
    findings += [
        (header, Finding(SHEET_HIDDEN, header.first, None, {"sheet": header.sheet.name[:SHOWN]})) for header in hidden
    ]
    if book.errors_hidden:
        findings.append((complete[0], Finding(ERRORS_HIDDEN, complete[0].first)))
    _tell_repeated(households)
    facts_on = days[0] if days and days[0].year in {year, year + 1} else dt.date(year, 12, 31)
    return Roster(households, [*complete, *hidden], year, facts_on, findings)


def _no_table(headers: list[Header]) -> UnreadableFile:
    if not headers:
        return UnreadableFile(
            _(
                "No roster was found: no sheet has a row of titles with household number, name, relation and identity number."
            ),
            "no_table",
        )
    titles = "、".join(columns()[code].titles[0] for code in headers[0].missing)
    return UnreadableFile(
        _("Sheet “%(sheet)s” lacks these columns: %(titles)s."),
        "columns_missing",
        sheet=headers[0].sheet.name,
        titles=titles,
    )


def _year(headers: list[Header]) -> int:
    years = {header.year for header in headers if header.year is not None}
    if not years:
        raise UnreadableFile(
            _("The file does not say of which year it is. Write the year into the title, such as “2015年”."), "no_year"
        )
    if len(years) > 1:
        raise UnreadableFile(
            _("The sheets are of different years (%(years)s). Upload one year at a time."),
            "several_years",
            years=listed(sorted(years)),
        )
    return years.pop()


def _about_columns(header: Header) -> list[Finding]:
    return [
        Finding(code, header.last, column, {"title": header.titles[column][:SHOWN]})
        for code, columns_told in ((COLUMN_UNREAD, header.unread), (COLUMN_DOUBLED, header.doubled))
        for column in columns_told
    ]


def _cells(header: Header) -> _Cells:
    members, households, used = [], [], {}
    for code, position in header.columns.items():
        column: Column = columns()[code]
        if column.level != Level.UNUSED:
            used[position] = code
        if column.reader is None:
            continue
        if column.level == Level.MEMBER:
            members.append((code, position, column.reader))
        elif column.level == Level.HOUSEHOLD:
            households.append((code, position, column.reader))
    return _Cells(members, households, used)


def _read_table(header: Header, year: int) -> tuple[list[SheetHousehold], list[Finding], dt.date | None]:
    """The households of one table, stray rows, and the day on which the form was filled in."""
    cells = _cells(header)
    rows, broken = header.sheet.rows, header.sheet.broken
    broken_rows = {row for row, _column in broken}
    at = header.columns
    found: list[SheetHousehold] = []
    strays: list[Finding] = []
    outside: list[Row] = rows[: header.first]
    current: SheetHousehold | None = None
    raw_number = ""
    for number in range(header.last + 1, len(rows)):
        row = rows[number]
        if not any(cell != "" and not is_blank(cell) for cell in row):
            continue
        identity_blank = is_blank(row[at["identity"]])
        name_blank = is_blank(row[at["name"]])
        number_blank = is_blank(row[at["number"]])
        if identity_blank and is_footer(row):
            outside.append(row)
            continue
        if _repeats_header(header, row) or (number == header.last + 1 and is_numbering(row)):
            continue
        if identity_blank and name_blank and number_blank and (number, at["identity"]) not in broken:
            strays.append(Finding(ROW_UNREAD, number, at["name"]))
            continue
        given = squeeze(as_text(row[at["number"]])) if not number_blank else ""
        if current is None or (given and given != raw_number) or (not given and _opens(header, row)):
            current, raw_number = _open(header, year, number, row[at["number"]]), given
            found.append(current)
        current.last_row = number
        if number in broken_rows:
            _tell_broken(current, number, cells, broken)
        _read_household(current, number, row, cells)
        current.members.append(_read_member(current, number, row, cells))
    return found, strays, reported_on(outside)


def _repeats_header(header: Header, row: Row) -> bool:
    """Titles printed again on every page."""
    known = by_title()
    texts = [row[header.columns[code]] for code in ("name", "identity")]
    return all(isinstance(text, str) and known.get(plain_title(text)) in {"name", "identity"} for text in texts)


def _opens(header: Header, row: Row) -> bool:
    """A head with a village of their own, but without a number: another household, not a second head of the one above."""
    village = header.columns.get("village")
    if village is None or is_blank(row[village]):
        return False
    relation = columns()["relation"].reader
    try:
        return relation is not None and relation(row[header.columns["relation"]]) == Relation.HEAD
    except Unreadable:
        return False


def _open(header: Header, year: int, number: int, cell: Any) -> SheetHousehold:
    household = SheetHousehold(header, year, "", number, number)
    household.places["number"] = number
    if is_blank(cell):
        household.tell(NUMBER_BLANK, "number")
        return household
    text = squeeze(as_text(cell))
    try:
        refuse_lost_digits(cell)
    except DigitsLost:
        household.tell(NUMBER_DIGITS_LOST, "number")
        return household
    if not (text.isascii() and text.isdigit() and len(text) in NUMBER_LENGTHS):
        household.tell(NUMBER_UNREADABLE, "number", value=text[:SHOWN])
        return household
    household.number = text
    return household


def _tell_broken(household: SheetHousehold, number: int, cells: _Cells, broken: set[tuple[int, int]]) -> None:
    for position, code in cells.used.items():
        if (number, position) in broken:
            household.tell(FORMULA_ERROR, code, row=number)


def _read_household(household: SheetHousehold, number: int, row: Row, cells: _Cells) -> None:
    values = household.values
    for code, position, reader in cells.households:
        cell = row[position]
        if cell == "" or is_blank(cell):
            continue
        try:
            value = reader(cell)
        except Unreadable as failure:
            if code not in household.unreadable:
                household.unreadable.add(code)
                household.places.setdefault(code, number)
                _tell_unreadable(household, code, number, cell, failure)
            continue
        if code not in values:
            values[code] = value
            household.places[code] = number
        elif values[code] != value:
            told = VALUES_DIFFER if code in DECISIVE else DETAIL_DIFFERS
            first = household.header.sheet.rows[household.places[code]][position]
            household.tell(told, code, row=number, value=as_text(first)[:SHOWN], other=as_text(cell)[:SHOWN])


def _tell_unreadable(household: SheetHousehold, code: str, number: int, cell: Any, failure: Unreadable) -> None:
    value = as_text(cell).strip()[:SHOWN]
    if code in AMOUNTS:
        household.tell(AMOUNT_UNREADABLE, code, row=number, value=value)
    elif code == "tier":
        household.tell(TIER_UNKNOWN, code, row=number, value=value)
    elif isinstance(failure, DigitsLost):
        household.tell(DIGITS_LOST, code, row=number)
    elif code in {"phone", "bank_account"}:
        household.tell(PERSONAL_UNREADABLE, code, row=number)
    else:
        household.tell(CELL_UNREADABLE, code, row=number, value=value)


def _read_member(household: SheetHousehold, number: int, row: Row, cells: _Cells) -> SheetMember:
    at = household.header.columns
    member = SheetMember(number)
    _read_name(household, member, row[at["name"]])
    for code, position, reader in cells.members:
        cell = row[position]
        if cell == "" or is_blank(cell):
            continue
        try:
            member.values[code] = reader(cell)
        except Unreadable:
            member.unreadable.add(code)
            if code != "relation":
                household.tell_of(member, CELL_UNREADABLE, code, value=as_text(cell).strip()[:SHOWN])
    _read_relation(household, member, row[at["relation"]])
    _read_identity(household, member, row[at["identity"]])
    member.sex = member.values.get("sex") or (member.identity.sex if member.identity else "")
    return member


def _read_name(household: SheetHousehold, member: SheetMember, cell: Any) -> None:
    if is_blank(cell):
        household.tell_of(member, NAME_BLANK, "name")
        return
    member.name = read_name(cell)
    if len(member.name) > 60:
        household.tell_of(member, NAME_TOO_LONG, "name", value=member.name[:SHOWN])
        member.name = member.name[:60]
    elif any(character.isdigit() for character in member.name) or len(member.name) < 2:
        household.tell_of(member, NAME_ODD, "name", value=member.name)


def _read_relation(household: SheetHousehold, member: SheetMember, cell: Any) -> None:
    member.relation = member.values.get("relation", "")
    if member.relation:
        return
    member.relation = Relation.OTHER
    if "relation" in member.unreadable:
        household.tell_of(member, RELATION_UNKNOWN, "relation", value=as_text(cell).strip()[:SHOWN])
    else:
        household.tell_of(member, RELATION_BLANK, "relation")


def _read_identity(household: SheetHousehold, member: SheetMember, cell: Any) -> None:
    if is_blank(cell):
        household.tell_of(member, IDENTITY_BLANK, "identity")
        return
    try:
        refuse_lost_digits(cell)
        member.identity = parse_identity(as_text(cell), on=household.year_end)
    except DigitsLost:
        household.tell_of(member, IDENTITY_DIGITS_LOST, "identity")
    except IdentityError as failure:
        household.tell_of(member, str(failure.code), "identity", **(failure.params or {}))
    else:
        if member.identity.certificate == Certificate.OLD_IDENTITY:
            household.tell_of(member, OLD_IDENTITY, "identity", number=_masked(member.identity.number))
        elif member.identity.certificate == Certificate.DISABILITY_CARD:
            household.tell_of(member, DISABILITY_CARD, "identity")


def _masked(number: str) -> str:
    """A finding is kept longer than the file: it does not repeat a personal number."""
    return number[:6] + "*" * 10 + number[-2:]


def _tell_repeated(households: list[SheetHousehold]) -> None:
    times = Counter(household.number for household in households if household.number)
    repeated: dict[str, list[SheetHousehold]] = {}
    for household in households:
        if times[household.number] > 1:
            repeated.setdefault(household.number, []).append(household)
    for number, same in repeated.items():
        for household in same:
            other = next(each for each in same if each is not household)
            household.tell(NUMBER_REPEATED, "number", number=number, other=other.first_row + 1)
