"""Forms of the evaluation page."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jiangjin.common.forms import DateInput, YuanField

EARLIEST = dt.date(2014, 1, 1)


class EvaluationStart(forms.Form):
    """Start an evaluation now."""

    as_of = forms.DateField(label=_("As of"), widget=DateInput(), help_text=_("Facts known on this day count."))

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["as_of"].initial = today

    def clean_as_of(self) -> dt.date:
        as_of = self.cleaned_data["as_of"]
        if as_of > self.today:
            raise ValidationError(_("The day lies in the future: its facts are not known yet."))
        if as_of < EARLIEST:
            raise ValidationError(_("No rule is in force before 2014."))
        return as_of


class Simulation(forms.Form):
    """Ask what another line would mean."""

    line = YuanField(label=_("Poverty line per head and year"), min_value=1)


class EvaluationDay(forms.Form):
    """Which day's verdicts the page shows."""

    as_of = forms.TypedChoiceField(
        label=_("Verdicts as of"), required=False, coerce=dt.date.fromisoformat, empty_value=None
    )

    def __init__(self, *args: Any, days: list[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["as_of"]
        chosen.choices = [("", _("latest")), *((day.isoformat(), day.isoformat()) for day in days)]
