"""Filters of the village list. Everything they know stands in the URL."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.areas.models import Area, under
from jiangjin.common.components import Chip
from jiangjin.common.forms import DateInput, SearchInput
from villages.models import PoorVillage, PoorVillageEvidence, Village
from villages.rules.incidence import MET, NOT_MET, NOT_VERIFIED
from villages.services.standing import without_survey

EVER, LISTED, STRUCK_OFF, NEVER = "ever", "listed", "struck_off", "never"
MISSING, REPORTED = "missing", "reported"


def select(label: Any, choices: list[Any]) -> forms.ChoiceField:
    """A filter of fixed choices, as a select however few they are."""
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", _("any")), *choices],
        widget=forms.Select(attrs={"data-select": "1"}),
    )


class VillageFilter(forms.Form):
    """Search, town, poor-village status and evidence, incidence against the limit, survey of the year; as of a day."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=SearchInput(attrs={"placeholder": _("Village, pinyin, initials or code")}),
    )
    town = select(_("Town"), [])
    poor = select(
        _("Poor village"),
        [
            (EVER, _("poor villages, all")),
            (LISTED, _("on the list")),
            (STRUCK_OFF, _("struck off")),
            (NEVER, _("never on the list")),
        ],
    )
    evidence = select(pgettext_lazy("poor village", "Evidence"), PoorVillageEvidence.choices)
    incidence = select(
        _("Poverty incidence"),
        [(MET, _("below the limit")), (NOT_MET, _("not below the limit")), (NOT_VERIFIED, _("not verified"))],
    )
    survey = select(_("Survey of the year"), [(MISSING, _("missing")), (REPORTED, _("on file"))])
    as_of = forms.DateField(label=_("As of"), required=False, widget=DateInput())

    def __init__(self, data: Any = None, *, today: dt.date, towns: QuerySet[Area]) -> None:
        super().__init__(data)
        self.today = today
        self.fields["town"].choices = [("", _("any")), *towns.values_list("code", "name")]  # type: ignore[attr-defined]

    def clean_as_of(self) -> dt.date | None:
        """A day that has come."""
        day: dt.date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("The day lies in the future."), code="future")
        return day

    def linked(self) -> list[Chip]:
        """No filter is set by links only."""
        return []

    def day(self) -> dt.date:
        """The day whose numbers are shown."""
        return self.cleaned_data.get("as_of") or self.today

    def apply(self, villages: QuerySet[Village]) -> QuerySet[Village]:
        """The villages that pass; incidence, which is computed, is asked apart."""
        values, on = self.cleaned_data, self.day()
        if values["q"]:
            villages = villages.search(values["q"])  # type: ignore[attr-defined]
        if values["town"]:
            town = Area.objects.get(code=values["town"])
            villages = villages.filter(under(town.path))
        if values["poor"] == LISTED:
            villages = villages.filter(poor_village__in=PoorVillage.objects.listed(on))
        elif values["poor"] == STRUCK_OFF:
            villages = villages.filter(poor_village__delisted_on__lte=on)
        elif values["poor"] == EVER:
            villages = villages.filter(poor_village__listed_on__lte=on)
        elif values["poor"] == NEVER:
            villages = villages.exclude(poor_village__listed_on__lte=on)
        if values["evidence"]:
            villages = villages.filter(poor_village__evidence=values["evidence"])
        if values["survey"]:
            missing = without_survey(on)
            villages = villages.filter(missing if values["survey"] == MISSING else ~missing)
        return villages
