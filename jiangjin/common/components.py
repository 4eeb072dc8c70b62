"""Values that views hand to the shared components. docs/frontend.md shows how they are used."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from jiangjin.common.registries import Label


@dataclass(frozen=True, kw_only=True)
class TimelineEvent:
    """Something that happened to a record. `tone` as for badges; `icon` from the sprite."""

    at: date | datetime
    title: Label
    text: Label = ""
    by: Label = ""
    url: str = ""
    icon: str = "point"
    tone: str = "plain"

    @property
    def timed(self) -> bool:
        """Whether the hour is known, too."""
        return isinstance(self.at, datetime)


@dataclass(frozen=True)
class Chip:
    """A filter that is on. Its cross removes the whole parameter or, with `value`, that one of several."""

    label: Label
    text: Label
    param: str
    value: str = ""


def chips(form: forms.Form) -> list[Chip]:
    """The filters that are on in a bound form, in the order of its fields; wrong values give no chip."""
    found: list[Chip] = []
    if not form.is_bound:
        return found
    form.is_valid()
    for bound in form:
        value: Any = form.cleaned_data.get(bound.name)
        if bound.is_hidden or _is_off(bound.field, value):
            continue
        several = isinstance(bound.field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
        for single in value if several else [value]:
            posted = str(bound.field.prepare_value(single)) if several else ""
            found.append(Chip(str(bound.label), _text(bound.field, single), bound.html_name, posted))
    return found


def _is_off(form_field: forms.Field, value: Any) -> bool:
    if value is None or (hasattr(value, "__len__") and not len(value)):
        return True
    return value is False and not isinstance(form_field, forms.NullBooleanField)


def _text(form_field: forms.Field, value: Any) -> str:
    """How a chosen value reads."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(form_field, forms.ModelChoiceField) or not hasattr(form_field, "choices"):
        return str(value)
    labels = {str(code): str(label) for code, label in _flat(form_field.choices)}
    return labels.get(str(value), str(value))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for code, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield code, label


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A piece of long work as its bar shows it. `state` is queued, running, done or failed.

    `url` answers with the same component (the bar asks once a second while the work runs). `result_url` opens
    what came out, by itself when the work ends if `follow` is set. `total` 0: nobody knows how much it is.
    """

    title: Label
    state: str
    url: str
    done: int = 0
    total: int = 0
    message: Label = ""
    seconds_left: int | None = None
    result_url: str = ""
    follow: bool = False

    @property
    def moving(self) -> bool:
        return self.state in ("queued", "running")

    @property
    def percent(self) -> int:
        if self.state == "done":
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def minutes_left(self) -> int:
        return round((self.seconds_left or 0) / 60)


def seconds_left(*, done: int, total: int, started_at: datetime | None, now: datetime) -> int | None:
    """How long the rest will take at the pace so far; None while nobody can know."""
    if not (done and total and started_at) or done > total:
        return None
    return round((now - started_at).total_seconds() / done * (total - done))


@dataclass(frozen=True)
class Series:
    """One row of bars or one line; a missing value is None and leaves a gap, it is never drawn as zero."""

    name: Label
    values: Sequence[float | int | None]


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure with its unit, source and time, and the same numbers as a table.

    `kind` is bar (lying, for areas), column or line. `links` (one a category) open the list behind. `target`
    is drawn as a line. `source` and `at` are printed under the figure. For other kinds (a Sankey), give
    `option` (ECharts) and the table as `categories` and `series`.
    """

    code: str
    title: Label
    kind: str
    categories: Sequence[Label]
    series: Sequence[Series]
    unit: Label
    source: Label
    at: date | datetime
    category_label: Label = ""
    target: float | int | None = None
    target_label: Label = ""
    links: Sequence[str] = ()
    option: dict[str, Any] = field(default_factory=dict)

    @property
    def printed_at(self) -> str:
        """The time of the figure in local time."""
        if isinstance(self.at, datetime):
            local = timezone.localtime(self.at) if timezone.is_aware(self.at) else self.at
            return local.strftime("%Y-%m-%d %H:%M")
        return self.at.isoformat()

    def data(self) -> dict[str, Any]:
        """What app.js needs to draw it."""
        return {
            "kind": self.kind,
            "unit": str(self.unit),
            "title": str(self.title),
            "categories": [str(category) for category in self.categories],
            "series": [{"name": str(row.name), "values": list(row.values)} for row in self.series],
            "target": self.target,
            "targetLabel": str(self.target_label),
            "links": list(self.links),
            "option": self.option,
        }

    def rows(self) -> list[tuple[Label, str, list[float | int | None]]]:
        """The table: category, its link, one value a series."""
        links = list(self.links) or [""] * len(self.categories)
        return [
            (category, link, [row.values[index] for row in self.series])
            for index, (category, link) in enumerate(zip(self.categories, links, strict=True))
        ]
