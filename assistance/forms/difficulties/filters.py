"""Filters of the list and the board of difficulties. Everything they know stands in the URL."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import NOBODY, ListFilter, found_by, named, search_field, select
from assistance.models import Difficulty, DifficultyKind, DifficultySource, DifficultyState, EscalationLevel
from assistance.models.difficulty import SOLVED
from households.forms.fields import DayField
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area, under
from jiangjin.common.components import Chip


class UnitFilterField(forms.ChoiceField):
    """A unit by its number, or NOBODY; the form offers those of the district."""

    def __init__(self) -> None:
        widget = forms.Select(attrs={"data-select": "1"})
        super().__init__(label=_("Unit in charge"), required=False, widget=widget)

    def offer(self, units: QuerySet[Unit]) -> None:
        """Let these be chosen, in their order."""
        self.choices = [
            ("", _("any")),
            (NOBODY, _("not assigned yet")),
            *((str(pk), name) for pk, name in units.values_list("pk", "name")),
        ]


class DifficultyFilter(ListFilter):
    """Words or household, state, kind, unit, late, escalated, source, days; those still to be solved unless others are asked for."""

    RESOLVED, ALL = "resolved", "all"
    ESCALATED: ClassVar = {"town": EscalationLevel.TOWN, "district": EscalationLevel.DISTRICT}

    q = search_field(_("Name, pinyin, number, or words of the difficulty"))
    state = select(
        _("State"),
        [
            *((state.value, state.label) for state in DifficultyState),
            (RESOLVED, _("solved, confirmed or not")),
            (ALL, _("all")),
        ],
        empty=("", _("still to be solved")),
    )
    kind = select(_("Kind"), DifficultyKind.choices)
    unit = UnitFilterField()
    escalated = select(
        _("Escalated"),
        [("any", _("escalated, any level")), ("town", _("to the town")), ("district", _("to the district"))],
    )
    source = select(_("Source"), DifficultySource.choices)
    raised_from = DayField(label=_("Raised from"), required=False)
    raised_to = DayField(label=_("Raised to"), required=False)
    solved_from = DayField(label=_("Solved from"), required=False)
    solved_to = DayField(label=_("Solved to"), required=False)
    late = forms.BooleanField(label=_("Late"), required=False)
    common = forms.BooleanField(label=_("Of a village in common"), required=False)
    place = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, units: QuerySet[Unit] | None = None) -> None:
        super().__init__(data)
        field: Any = self.fields["unit"]
        field.offer(units if units is not None else Unit.objects.none())

    def clean_place(self) -> str:
        """The code of an area, for links of users without an area of their own."""
        code: str = self.cleaned_data["place"]
        if code and not Area.objects.filter(code=code).exists():
            raise ValidationError(_("There is no such record."), code="key")
        return code

    def linked(self) -> list[Chip]:
        chips = super().linked()
        if place := self.cleaned_data.get("place"):
            chips.append(Chip(_("Area"), named(Area.objects.filter(code=place)), "place"))
        return chips

    def apply(self, rows: QuerySet[Difficulty], *, on: dt.date) -> QuerySet[Difficulty]:
        """The difficulties that pass the filters. `on`: today."""
        values = self.cleaned_data
        rows = self._in_state(rows, values["state"])
        if values["late"]:
            rows = rows.late(on)  # type: ignore[attr-defined]
        if values["q"]:
            # Whom the words mean is found out once; the list asks twice, for the count and the page.
            meant = list(found_by(values["q"]).values_list("pk", flat=True))
            rows = rows.filter(Q(household__in=meant) | Q(what__contains=values["q"].strip()))
        for name in ("kind", "source"):
            if values[name]:
                rows = rows.filter(**{name: values[name]})
        if values["unit"]:
            rows = rows.filter(owner_unit=None if values["unit"] == NOBODY else int(values["unit"]))
        if values["escalated"] == "any":
            rows = rows.filter(escalation__gt=EscalationLevel.NONE)
        elif values["escalated"]:
            rows = rows.filter(escalation=self.ESCALATED[values["escalated"]])
        for name in ("raised", "solved"):
            if values[f"{name}_from"] is not None:
                rows = rows.filter(**{f"{name}_on__gte": values[f"{name}_from"]})
            if values[f"{name}_to"] is not None:
                rows = rows.filter(**{f"{name}_on__lte": values[f"{name}_to"]})
        if values["helper"] is not None:
            rows = rows.filter(helper=values["helper"])
        if values["common"]:
            rows = rows.filter(household=None)
        if values["place"]:
            place = Area.objects.get(code=values["place"])
            rows = rows.filter(under(place.path, "village__path"))
        return rows

    def _in_state(self, rows: QuerySet[Difficulty], state: str) -> QuerySet[Difficulty]:
        if state == self.RESOLVED:
            return rows.filter(state__in=SOLVED)
        if state == self.ALL:
            return rows
        if state:
            return rows.filter(state=state)
        if self.cleaned_data["solved_from"] or self.cleaned_data["solved_to"]:
            return rows  # what has a day of solution is solved
        return rows.unsolved()  # type: ignore[attr-defined, no-any-return]


class BoardFilter(forms.Form):
    """The period in which what was solved is counted, and what the board is put together by."""

    by = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    first = DayField(label=_("Solved from"), required=False)
    last = DayField(label=_("Solved to"), required=False)

    @classmethod
    def over(cls, data: QueryDict, *, today: dt.date) -> "BoardFilter":
        """The form over an address; this year up to today stands where it says nothing."""
        data = data.copy()
        data.setdefault("first", today.replace(month=1, day=1).isoformat())
        data.setdefault("last", today.isoformat())
        return cls(data)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first is not None and last is not None and last < first:
            self.add_error("last", ValidationError(_("The last day lies before the first."), code="order"))
        return values

    def period(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """First and last day; this year up to today where nothing is asked, or something wrong."""
        values = self.cleaned_data if self.is_valid() else {}
        last = values.get("last") or today
        return values.get("first") or last.replace(month=1, day=1), last
