"""Fields that several household forms share: answers of a model, yes/no/not answered, days, identity numbers, villages."""

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from households.identity import Identity, parse_identity
from households.imports.values import clean, read_name
from jiangjin.accounts.scoping import Scope
from jiangjin.areas.models import Area, under
from jiangjin.common.forms import DateInput

NOT_STATED = _("not stated")
REASON = _("Reason")


class AnswerSelect(forms.NullBooleanSelect):
    """Yes, no, or nobody has answered."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.choices = [("true", _("yes")), ("false", _("no")), ("unknown", _("not answered"))]


class AnswerField(forms.NullBooleanField):
    """A question of which nobody may have asked: True, False or None."""

    widget = AnswerSelect


def model_field(model: type[models.Model], name: str, **kwargs: Any) -> Any:
    """The form field of a column, with its name, choices and limits; an open choice reads “not stated”."""
    column: Any = model._meta.get_field(name)
    if isinstance(column, models.BooleanField):
        kwargs.setdefault("form_class", AnswerField)
    elif column.choices and column.blank:
        kwargs.setdefault("choices", [("", NOT_STATED), *column.flatchoices])
    elif isinstance(column, models.DateField):
        kwargs.setdefault("form_class", DayField)
    return column.formfield(**kwargs)


def number_input(unit: Any = "", mode: str = "numeric") -> forms.TextInput:
    """A box for a number with its unit behind it (unless the label says it); `mode` is the phone's keyboard."""
    attrs = {"inputmode": mode, "autocomplete": "off"}
    return forms.TextInput(attrs={**attrs, "data-unit": unit} if unit else attrs)


class DayField(forms.DateField):
    """A day. With `latest` set (by the form, which knows today) nothing after it is taken, and with `farthest`, for days to come,
    nothing after that; a year half typed (0015) never is."""

    widget = DateInput
    earliest = dt.date(1900, 1, 1)
    latest: dt.date | None = None
    farthest: dt.date | None = None
    default_error_messages: ClassVar = {
        "future": _("The day lies in the future."),
        "far": _("The day lies after %(farthest)s: look at the year again."),
        "past": _("The day lies before %(earliest)s: look at the year again."),
    }

    def validate(self, value: dt.date | None) -> None:
        super().validate(value)
        if value is not None and self.latest is not None and value > self.latest:
            raise ValidationError(self.error_messages["future"], code="future")
        if value is not None and self.farthest is not None and value > self.farthest:
            raise ValidationError(self.error_messages["far"], code="far", params={"farthest": self.farthest})
        if value is not None and value < self.earliest:
            raise ValidationError(self.error_messages["past"], code="past", params={"earliest": self.earliest})


class NarrowField(forms.CharField):
    """Text in which wide digits and letters (５００) are those of the keyboard, as in a roster."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")


class NameField(forms.CharField):
    """A person's name as a roster's is read: no line breaks, nothing invisible; one without a letter is none."""

    default_error_messages: ClassVar = {"name": _("“%(value)s” is not a name.")}

    def to_python(self, value: Any) -> str:
        return read_name(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not any(character.isalpha() for character in value):
            raise ValidationError(self.error_messages["name"], code="name", params={"value": value})


class IdentityField(forms.CharField):
    """A certificate number that cleans to an `Identity`, or None where it may stay empty. The form sets `on`."""

    on: dt.date

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Identity number"))
        kwargs.setdefault(
            "widget",
            forms.TextInput(
                attrs={
                    "autocomplete": "off",
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                    "data-no-draft": "1",
                }
            ),
        )
        super().__init__(max_length=40, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return parse_identity(text, on=self.on) if text else None

    def prepare_value(self, value: Any) -> Any:
        return value.number if isinstance(value, Identity) else value


class VillageChoices(ModelChoiceIterator):
    """Villages below their towns."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        villages = self.queryset.select_related("parent").order_by("path")
        for town, below in groupby(villages, key=lambda village: village.parent.name):
            yield town, [self.choice(village) for village in below]


class VillageField(forms.ModelChoiceField):
    """A village of those that the form offers, listed by town."""

    iterator = VillageChoices

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Village"))
        super().__init__(queryset=Area.objects.none(), **kwargs)


def villages_within(scope: Scope) -> QuerySet[Area]:
    """The villages below the areas of a scope."""
    below = Q(pk__in=[])
    for path in scope.paths:
        below |= under(path)
    return Area.objects.villages().filter(below)


def reason_field(*, required: bool = True, label: Any = REASON, help_text: Any = "", length: int = 300) -> Any:
    """Why something is done; it stands in the change log."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
