"""A workbook of gains → entries for `services.business_gains`, and the workbook to be filled in.

A row names its tie by the number in the first column of the template, or by household number, business and way of taking part.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assistance.models import BusinessGain, BusinessLink
from assistance.services.business_gains import GainEntry
from assistance.services.heads import heads_of
from households.imports.unreadable import UnreadableFile
from households.imports.values import Unreadable, as_text, is_blank, read_amount, read_digits, read_text, squeeze
from households.imports.workbook import Sheet, column_letters, read_workbook
from jiangjin.audit.models import AuditAction
from jiangjin.audit.services import record
from jiangjin.common.money import fen_to_yuan

MAX_BYTES = 5 * 1024**2
MAX_ROWS = 5000
LAST_HEADER_ROW = 20
# Titles by column; the first is the one that the template writes.
TITLES: dict[str, tuple[str, ...]] = {
    "key": ("联结编号",),
    "number": ("户编号", "户号", "贫困户编号"),
    "head": ("户主", "户主姓名"),
    "business": ("经营主体", "经营主体名称"),
    "tie": ("联结方式", "利益联结方式"),
    "gain": ("带动增收", "增收金额", "增收"),
    "basis": ("核算方式", "核算依据", "备注"),
}


@dataclass(frozen=True)
class GainRow:
    """One row of the workbook: where it stands, whom it means, and either an entry or what is wrong with it."""

    place: str
    number: str
    business: str
    entry: GainEntry | None = None
    problem: str = ""


def read_gains(content: bytes, *, year: int, links: QuerySet[BusinessLink]) -> list[GainRow]:
    """The rows that say an amount. `links`: the ties that the user keeps; others are not found.

    Raises UnreadableFile for what is no workbook, has no table of gains, or too many rows.
    """
    rows = [row for sheet in read_workbook(content, max_bytes=MAX_BYTES).sheets for row in _cells(sheet)]
    if not rows:
        raise UnreadableFile(
            _(
                "There is no table of gains in this workbook: a column 户编号 or 联结编号 and a column 带动增收 are needed."
            ),
            "no_gains",
        )
    filled = [row for row in rows if not is_blank(row.get("gain"))]
    if len(filled) > MAX_ROWS:
        raise UnreadableFile(_("The workbook has more than %(most)s rows. Split it."), "too_many_rows", most=MAX_ROWS)
    finder = _Finder(filled, links)
    return [_row(row, finder, year=year) for row in filled]


def template(links: QuerySet[BusinessLink], *, year: int, by: Any) -> bytes:
    """A workbook of these ties to be filled in; what is on file for the year stands in it already. Who took it is logged."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(f"{year}")
    bold = book.add_format({"bold": True, "bg_color": "#E8EFF7", "border": 1})
    wanted, text = (
        book.add_format({"bold": True, "bg_color": "#FFE699", "border": 1}),
        book.add_format({"num_format": "@"}),
    )
    titles = [f"{title}（元）" if code == "gain" else title for code, (title, *_others) in TITLES.items()]
    for column, title in enumerate(titles):
        sheet.write_string(0, column, title, wanted if column == list(TITLES).index("gain") else bold)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 20, text)
    sheet.set_column(2, len(titles) - 1, 16)
    sheet.freeze_panes(1, 2)
    rows = list(links.select_related("household", "business").order_by("business", "household__number", "pk"))
    heads = heads_of(link.household_id for link in rows)
    gains = {
        gain.link_id: gain for gain in BusinessGain.objects.filter(year=year, link__in=links.order_by().values("pk"))
    }
    for place, link in enumerate(rows, start=1):
        sheet.write_number(place, 0, link.pk)
        sheet.write_string(place, 1, link.household.number)
        sheet.write_row(place, 2, [heads.get(link.household_id, ""), link.business.name, str(link.get_tie_display())])
        if gain := gains.get(link.pk):
            sheet.write_number(place, 5, float(fen_to_yuan(gain.gain_fen)))
            sheet.write_string(place, 6, gain.basis)
    book.close()
    record(
        by=by,
        action=AuditAction.EXPORTED,
        model=BusinessLink._meta.label_lower,
        label=f"{len(rows)}",
        after={"rows": len(rows), "year": year},
    )
    return stream.getvalue()


def _cells(sheet: Sheet) -> Iterator[dict[str, Any]]:
    """The rows below the titles, by column code, with `place`; nothing for a sheet without such a table."""
    header = _header(sheet)
    if header is None:
        return
    first, columns = header
    for number, row in enumerate(sheet.rows[first + 1 :], start=first + 2):
        if all(is_blank(cell) for cell in row):
            continue
        cells = {code: row[column] for code, column in columns.items()}
        at = column_letters(columns["gain"])
        broken = (number - 1, columns["gain"]) in sheet.broken
        yield {**cells, "place": f"{sheet.name}!{at}{number}", **({"gain": "#"} if broken else {})}


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the titles (from 0) and the columns by code."""
    for number, row in enumerate(sheet.rows[:LAST_HEADER_ROW]):
        columns = _columns(row)
        if "gain" in columns and ("key" in columns or "number" in columns):
            return number, columns
    return None


def _columns(row: Sequence[Any]) -> dict[str, int]:
    known = {title: code for code, titles in TITLES.items() for title in titles}
    found: dict[str, int] = {}
    for column, cell in enumerate(row):
        title = squeeze(as_text(cell)).partition("(")[0]
        if title in known:
            found.setdefault(known[title], column)
    return found


class _Finder:
    """The ties that rows mean, found for all of them in two statements."""

    def __init__(self, rows: Sequence[dict[str, Any]], links: QuerySet[BusinessLink]) -> None:
        keys = {key for row in rows if (key := _key(row)) is not None}
        numbers = {_number(row) for row in rows} - {""}
        found = links.filter(Q(pk__in=keys) | Q(household__number__in=numbers)).select_related("business", "household")
        self.by_key: dict[int, BusinessLink] = {}
        self.by_number: dict[str, list[BusinessLink]] = {}
        for link in found.order_by("pk"):
            self.by_key[link.pk] = link
            self.by_number.setdefault(link.household.number, []).append(link)

    def find(self, row: dict[str, Any]) -> BusinessLink:
        """Raises LookupError with what is wrong."""
        key, number = _key(row), _number(row)
        if key is not None:
            link = self.by_key.get(key)
            if link is None:
                raise LookupError(_("There is no tie of this number among those you keep."))
            if number and number != link.household.number:
                raise LookupError(_("The tie of this number belongs to another household."))
            return link
        return self._by_names(row, number)

    def _by_names(self, row: dict[str, Any], number: str) -> BusinessLink:
        wanted = self.by_number.get(number, [])
        if not wanted:
            raise LookupError(_("No tie of this household is among those you keep."))
        for code, said in (
            ("business", lambda link: link.business.name),
            ("tie", lambda link: str(link.get_tie_display())),
        ):
            text = "" if is_blank(row.get(code)) else read_text(row[code])
            if text:
                wanted = [link for link in wanted if squeeze(said(link)) == squeeze(text) or text == link.tie]
        if len(wanted) == 1:
            return wanted[0]
        if not wanted:
            raise LookupError(_("The household has no such tie."))
        raise LookupError(
            _("Several ties of the household are meant; write the business and the way of taking part, or 联结编号.")
        )


def _key(row: dict[str, Any]) -> int | None:
    """The number of the tie; none where the cell is empty. What is no number finds nothing."""
    if is_blank(row.get("key")):
        return None
    try:
        return int(read_digits(row["key"])[:18])
    except Unreadable:
        return -1


def _number(row: dict[str, Any]) -> str:
    if is_blank(row.get("number")):
        return ""
    try:
        return read_digits(row["number"])
    except Unreadable:
        return read_text(row["number"])


def _row(row: dict[str, Any], finder: _Finder, *, year: int) -> GainRow:
    number, business = _number(row), "" if is_blank(row.get("business")) else read_text(row["business"])
    try:
        link = finder.find(row)
        fen = read_amount(row["gain"])
    except LookupError as error:
        return GainRow(row["place"], number, business, problem=str(error.args[0]))
    except Unreadable:
        wrong = _("“%(value)s” is no amount.") % {"value": as_text(row["gain"])}
        return GainRow(row["place"], number, business, problem=wrong)
    basis = "" if is_blank(row.get("basis")) else read_text(row["basis"])[:200]
    return GainRow(
        row["place"],
        link.household.number,
        link.business.name,
        GainEntry(link=link.pk, year=year, gain_fen=fen, basis=basis),
    )
