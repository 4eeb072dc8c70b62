"""The annual report: every line in its order, filled where an app counts it from rows.

A line is "not reported" (None) where no app registered a figure, or where there is nothing to count from; that is not zero.
"""

import csv
import functools
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from urllib.parse import quote

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area
from jiangjin.common.figures import Figure, figures

API_PREFIX = "/api/v1/"
# As the lines name them; what is written in Chinese there needs no name.
UNITS: dict[str, str | Promise] = {
    "household": pgettext_lazy("unit", "households"),
    "person": pgettext_lazy("unit", "persons"),
    "village": pgettext_lazy("unit", "villages"),
    "yuan": pgettext_lazy("unit", "yuan"),
    "group": pgettext_lazy("unit", "groups"),
    "team": pgettext_lazy("unit", "teams"),
    "visit": pgettext_lazy("unit", "visits"),
    "document": pgettext_lazy("unit", "documents"),
    "project": pgettext_lazy("unit", "projects"),
    "problem": pgettext_lazy("unit", "problems"),
    "site": pgettext_lazy("unit", "sites"),
    "km": pgettext_lazy("unit", "km"),
    "point": pgettext_lazy("unit", "collection points"),
    "percent": pgettext_lazy("unit", "percent"),
    "association": pgettext_lazy("unit", "associations"),
    "cooperative": pgettext_lazy("unit", "cooperatives"),
    "inn": pgettext_lazy("unit", "inns"),
    "firm": pgettext_lazy("unit", "firms"),
    "session": pgettext_lazy("unit", "sessions"),
    "report": pgettext_lazy("unit", "reports"),
    "head": pgettext_lazy("unit", "head of livestock"),
    "万元": gettext_lazy("10,000 yuan"),
    "元": pgettext_lazy("unit", "yuan"),
    "亩": pgettext_lazy("unit", "mu"),
}
# How the office states a figure.
RELATIONS: dict[str, str | Promise] = {"=": "", ">=": gettext_lazy("at least"), "~": gettext_lazy("about")}


@dataclass(frozen=True)
class Line:
    """One line of the report. unit and relation: keys of UNITS and RELATIONS; label and note are Chinese."""

    key: str
    label: str
    unit: str
    relation: str
    note: str


@dataclass(frozen=True)
class Entry:
    """A line with its value in the line's unit, None where it is not reported, and the address of the rows behind it."""

    line: Line
    value: Decimal | int | None
    query: str | None


@functools.cache
def lines() -> tuple[Line, ...]:
    """The lines of the report, in its order."""
    text = resources.files("supervision").joinpath("data/annual_report.csv").read_text(encoding="utf-8")
    return tuple(Line(**row) for row in csv.DictReader(text.splitlines()))


def compile_report(*, year: int, scope: Scope, area: Area | None = None) -> list[Entry]:
    """Every line of the year's report, counted within `scope`. `area`: what the addresses are narrowed to, too."""
    return [_entry(line, year, scope, area) for line in lines()]


def as_json(entries: list[Entry]) -> dict[str, dict[str, object]]:
    """By key: value (a number or None), unit and query."""
    return {
        entry.line.key: {"value": number(entry.value), "unit": entry.line.unit, "query": entry.query}
        for entry in entries
    }


def as_markdown(entries: list[Entry], *, title: str) -> str:
    """A document with one table, in the language in force."""
    heading = [_("Figure"), _("Value"), _("Unit"), _("Stated as"), _("Note"), _("Rows")]
    rows = [_row(entry) for entry in entries]
    reported = sum(entry.value is not None for entry in entries)
    summary = _(
        "%(reported)d of %(lines)d figures are counted from rows; the others are not reported, which is not zero."
    )
    table = [heading, ["---", "---:", *["---"] * 4], *rows]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in table)
    return f"# {title}\n\n{summary % {'reported': reported, 'lines': len(entries)}}\n\n{text}\n"


def number(value: Decimal | int | None) -> int | float | None:
    """A value as JSON has it: whole numbers without a point."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _entry(line: Line, year: int, scope: Scope, area: Area | None) -> Entry:
    if line.key not in figures:
        return Entry(line, None, None)
    figure = figures[line.key]
    return Entry(line, figure.compute(year, scope), address(figure, year=year, area=area))


def address(figure: Figure, *, year: int, area: Area | None = None) -> str:
    """Where the rows of a figure are read."""
    query = API_PREFIX + figure.query.format(year=year)
    if area is None:
        return query
    return f"{query}{'&' if '?' in query else '?'}area={quote(area.code)}"


def _row(entry: Entry) -> list[str]:
    value = number(entry.value)
    return [
        entry.line.label,
        _("not reported") if value is None else f"{value:,}",
        str(UNITS[entry.line.unit]),
        str(RELATIONS[entry.line.relation]),
        entry.line.note,
        f"`{entry.query}`" if entry.query else "",
    ]
