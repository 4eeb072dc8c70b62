"""The form that takes a list for a measure: pasted, or as a file."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.forms.enrolment_filters import years_offered
from assistance.forms.enrolments import MeasureField, UnitField, amount_field, quantity_field, units_of
from assistance.imports.enrolment_lists import GivenList, read_file, read_text
from assistance.models import Measure
from assistance.services.enrolling_many import Particulars
from households.forms.fields import DayField
from households.imports.unreadable import UnreadableFile
from jiangjin.areas.models import Area

ACCEPTED = ".xlsx,.xlsm,.xls,.ods,.csv,.txt"
LONGEST_TEXT = 1_000_000


class ListForm(forms.Form):
    """Which measure, for which year and area, and who: a pasted list or a file."""

    measure = MeasureField()
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    area = forms.ModelChoiceField(
        label=_("Area"),
        queryset=Area.objects.none(),
        empty_label=None,
        help_text=_("Households of other areas are refused."),
    )
    text = forms.CharField(
        label=_("Paste a list"),
        required=False,
        max_length=LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_(
            "One household a line: its number, or the last digits of it; where persons are enrolled, the name behind it. A "
            "table copied from Excel with its titles works, too."
        ),
    )
    file = forms.FileField(
        label=_("Or upload a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty.")},
    )
    amount_fen = amount_field(help_text=_("For rows that do not say their own; empty: the measure's price."))
    quantity = quantity_field()
    unit = UnitField()
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    on = DayField(label=_("Proposed on"))

    given: GivenList

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        areas: QuerySet[Area],
        chosen: Area | None,
        today: dt.date,
        measure: str = "",
    ) -> None:
        super().__init__(data, files, initial={"measure": measure, "year": today.year, "on": today, "area": chosen})
        fields: Any = self.fields
        fields["measure"].queryset = Measure.objects.in_force(today)
        fields["year"].choices = [(year, str(year)) for year in years_offered(today)[:3]]
        fields["area"].queryset = areas
        fields["unit"].queryset = units_of(chosen.path if chosen is not None else "")
        fields["on"].latest = today

    def clean(self) -> dict[str, Any]:
        """One of the two is read."""
        values = super().clean() or {}
        file, text = values.get("file"), values.get("text") or ""
        if file is not None and text.strip():
            self.add_error("file", ValidationError(_now("Either paste a list or upload a file."), code="both"))
            return values
        try:
            if file is not None:
                self.given = read_file(name=file.name, content=file.read(), max_bytes=settings.UPLOAD_MAX_BYTES)
            elif text.strip():
                self.given = read_text(text)
            elif "text" not in self.errors and "file" not in self.errors:
                self.add_error("text", ValidationError(_now("Paste a list, or upload a file."), code="required"))
        except UnreadableFile as refusal:
            self.add_error("file" if file is not None else "text", refusal)
        return values

    @property
    def source(self) -> str:
        """Where the rows came from."""
        file = self.cleaned_data.get("file")
        return str(file.name) if file is not None else _now("Pasted list")

    def particulars(self) -> Particulars:
        """What holds for rows that do not say otherwise."""
        values = self.cleaned_data
        return Particulars(
            on=values["on"],
            note=values["note"],
            unit=values["unit"],
            amount_fen=values["amount_fen"],
            quantity=values["quantity"],
            titles=self.given.titles,
        )
