"""Filters of the list of household months, and the choice of a month. Everything they know stands in the URL."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import MonthField, found_by, named, search_field, select
from assistance.models.visit_check import DUE_STATES, VisitState
from households.models import HouseholdStatus, Tier
from households.models.household import REGISTERED
from jiangjin.areas.models import Area
from jiangjin.common.clock import parse_month
from jiangjin.common.components import Chip
from supervision.indicators import Indicator, additive, indicators
from supervision.models import HouseholdMonth

NONE = "none"
REGISTERED_ALL = "registered"
TO_VISIT = [VisitState.MISSED, VisitState.PENDING]
VISITS: dict[str, tuple[Any, Q]] = {
    "due": (_("due, all"), Q(visit_state__in=DUE_STATES)),
    "met": (VisitState.MET.label, Q(visit_state=VisitState.MET)),
    "open": (_("due, not visited"), Q(visit_state__in=TO_VISIT)),
    "missed": (VisitState.MISSED.label, Q(visit_state=VisitState.MISSED)),
    "pending": (VisitState.PENDING.label, Q(visit_state=VisitState.PENDING)),
    "not_due": (VisitState.NOT_DUE.label, Q(visit_state=VisitState.NOT_DUE)),
    "unchecked": (_("not checked yet"), Q(visit_state=None)),
}


class MonthChoice(forms.Form):
    """One of the months that have been counted, the latest first."""

    month = forms.ChoiceField(label=_("Month"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [f"{month:%Y-%m}" for month in sorted(months, reverse=True)]
        self.fields["month"].choices = [(key, key) for key in keys]  # type: ignore[attr-defined]


class HouseholdMonthFilter(forms.Form):
    """Household, the months, what they are counted in, status and tier at the month's end, visit; a group by a link only."""

    q = search_field(_("Name, pinyin, initials or number"))
    since = MonthField(label=_("From month"), required=False)
    month = MonthField(label=_("Month, or to month"))
    indicator = select(_("Counted in"), [])
    tier = select(_("Tier"), [*Tier.choices, (NONE, _("without a tier"))])
    status = select(_("Status"), [(REGISTERED_ALL, _("On the roll, all kinds")), *HouseholdStatus.choices])
    visit = select(_("Visit"), [(code, label) for code, (label, _rows) in VISITS.items()])
    group = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())

    STATUSES: ClassVar = {REGISTERED_ALL: Q(status__in=REGISTERED)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", _("any")), *((indicator.code, indicator.label) for indicator in additive())]
        self.fields["indicator"].choices = known  # type: ignore[attr-defined]

    def clean_group(self) -> str:
        value: str = self.cleaned_data["group"]
        if value and value != NONE and not (value.isascii() and value.isdecimal()):
            raise forms.ValidationError(_("There is no such record."), code="key")
        return value

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("since") and values.get("month") and values["since"] > values["month"]:
            self.add_error("since", _("The first month lies after the last."))
        return values

    @property
    def counted_in(self) -> Indicator | None:
        """What the rows are counted in, if that was asked for."""
        code = self.cleaned_data.get("indicator") if self.is_valid() else ""
        chosen = indicators[code] if code else None
        return chosen if isinstance(chosen, Indicator) else None

    def linked(self) -> list[Chip]:
        """Chips of the filters that only links set."""
        group = self.cleaned_data.get("group")
        if not group:
            return []
        name = _now("without a group") if group == NONE else named(Area.objects.filter(pk=group))
        return [Chip(_("Group"), name, "group")]

    def apply(self, rows: QuerySet[HouseholdMonth]) -> QuerySet[HouseholdMonth]:
        """The rows that pass."""
        values = self.cleaned_data
        month = parse_month(values["month"])
        first = parse_month(values["since"]) if values["since"] else month
        rows = rows.filter(month=month) if first == month else rows.filter(month__range=(first, month))
        if values["q"]:
            rows = rows.filter(household__in=found_by(values["q"]))
        if self.counted_in is not None:
            rows = rows.filter(self.counted_in.rows)
        if values["tier"]:
            rows = rows.filter(tier="" if values["tier"] == NONE else values["tier"])
        if values["status"]:
            rows = rows.filter(self.STATUSES.get(values["status"], Q(status=values["status"])))
        if values["visit"]:
            rows = rows.filter(VISITS[values["visit"]][1])
        if values["group"]:
            rows = rows.filter(household__group=None if values["group"] == NONE else int(values["group"]))
        return rows
