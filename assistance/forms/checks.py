"""Choosing the month of the check, and starting it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import MonthField
from jiangjin.common.clock import month_start, parse_month


class CheckMonth(forms.Form):
    """Which of the checked months is shown, put together by what."""

    by = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    month = forms.ChoiceField(label=_("Month"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, data: Any, *, months: list[dt.date]) -> None:
        super().__init__(data)
        choices: Any = [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months]
        self.fields["month"].choices = choices  # type: ignore[attr-defined]


class CheckStart(forms.Form):
    """Start the check of a month, the running one or one before."""

    month = MonthField()

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data, initial={"month": f"{today:%Y-%m}"}, auto_id="start-%s")
        self.today = today

    def clean_month(self) -> dt.date:
        """The month's first day."""
        month = parse_month(self.cleaned_data["month"])
        if month > month_start(self.today):
            raise ValidationError(_("This month has not begun."), code="future")
        return month
