"""Forms about a record on file: what was changed, and what to do when somebody else was faster.

The page carries the record's version and the answers as they stood when it was opened. A service that finds another version
refuses; then answers that the user left alone become those of the register, and beside those that both changed stands what
the other wrote. What was typed is never lost.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from households.forms.fields import DayField, IdentityField
from households.models import Household
from jiangjin.common.forms import YuanField
from jiangjin.common.money import fen_to_yuan
from jiangjin.common.words import listed


class RecordForm(forms.Form):
    """Base of these forms.

    stored_version: the version that stands on file now.
    on_file: the answers that stand on file now, by field. Fields that are not in it belong to the act (a day, a reason).
    today: no day typed into a `DayField` may lie after it, unless the subclass says otherwise.
    """

    # A service's name for an answer → the form's, where they differ.
    aliases: ClassVar[Mapping[str, str]] = {}

    # A draft that the browser puts back says over which version it was typed.
    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-keep": "1"}))
    opened = forms.CharField(widget=forms.HiddenInput(attrs={"data-keep": "1"}), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        stored_version: int,
        today: dt.date,
        on_file: Mapping[str, Any] | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.stored_version = stored_version
        self.today = today
        self.on_file = dict(on_file or {})
        super().__init__(data, files, initial={**self.on_file, **(initial or {})})
        self.initial.update(version=stored_version, opened=json.dumps(self.raw_on_file()))
        for field in self.fields.values():
            if isinstance(field, DayField):
                field.latest = today
            elif isinstance(field, IdentityField):
                field.on = today

    def raw_on_file(self) -> dict[str, str]:
        """The answers on file as an untouched page sends them."""
        return {name: raw(self.fields[name], value) for name, value in self.on_file.items() if name in self.fields}

    def changes(self) -> dict[str, Any]:
        """The answers that differ from those that the page was opened with."""
        return {
            name: self.cleaned_data[name] for name in self.on_file if name in self.cleaned_data and self.touched(name)
        }

    def touched(self, name: str) -> bool:
        """Whether the user changed an answer (also one that is wrong)."""
        opened = self._opened()
        if name not in opened or name not in self.cleaned_data:
            return True
        try:
            before = self.fields[name].clean(opened[name])
        except ValidationError:
            return True
        return bool(before != self.cleaned_data[name])

    def _opened(self) -> dict[str, str]:
        try:
            opened = json.loads(self.data.get(self.add_prefix("opened"), ""))
        except (ValueError, RecursionError):
            return {}
        answers = opened.items() if isinstance(opened, dict) else []
        return {name: answer for name, answer in answers if isinstance(answer, str)}

    def take(self, refusal: ValidationError) -> None:
        """What a service refused, at the field that it names if the form has it, else at the top."""
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": [refusal]}
        for named, errors in by_field.items():
            name = self.aliases.get(named, named)
            self.add_error(name if name in self.fields else None, ValidationError(errors))

    def merged(self, fresh: "RecordForm") -> tuple[QueryDict, list[str], list[str]]:
        """What to send again over `fresh`, the form of the file as it is now: (data, fields taken over, fields in dispute)."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        opened, now = self._opened(), fresh.raw_on_file()
        taken, disputed = [], []
        for name, theirs in now.items():
            if theirs == opened.get(name):
                continue
            if not self.touched(name):
                data[self.add_prefix(name)] = theirs
                taken.append(name)
            elif self.cleaned_data.get(name) != fresh.on_file[name]:
                disputed.append(name)
        data[self.add_prefix("version")] = str(fresh.stored_version)
        data[self.add_prefix("opened")] = json.dumps(now)
        return data, taken, disputed

    def conflict_text(self, *, who: str, at: str) -> str:
        """That somebody else was faster."""
        raise TypeError(f"{type(self).__name__} has no words for a conflict")

    def say_conflict(self, *, who: str, at: str, taken: list[str], disputed: list[str]) -> None:
        """Tell that somebody else was faster, and beside each answer in dispute what stands there now."""
        errors = [self.conflict_text(who=who, at=at)]
        if taken:
            labels = listed(self.fields[name].label for name in taken)
            errors.append(_("Taken over from the file: %(answers)s.") % {"answers": labels})
        self.add_error(None, ValidationError([ValidationError(text, code="conflict") for text in errors]))
        for name in disputed:
            value = shown(self.fields[name], self.on_file[name])
            self.add_error(
                name, ValidationError(_("On file now: %(value)s. Saving writes yours.") % {"value": value}, "conflict")
            )


class ChangeForm(RecordForm):
    """A form about a household: its version is that of the file."""

    def __init__(self, data: Any = None, *, household: Household, **kwargs: Any) -> None:
        self.household = household
        super().__init__(data, stored_version=household.version, **kwargs)

    def conflict_text(self, *, who: str, at: str) -> str:
        return _(
            "%(who)s changed household %(number)s at %(at)s, while you had this page open. Nothing has been written yet and "
            "nothing of yours is lost: look at the answers again, then save."
        ) % {"who": who, "number": self.household.number, "at": at}


def raw(field: forms.Field, value: Any) -> str:
    """A value as its widget sends it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(field.prepare_value(value))


def shown(field: forms.Field, value: Any) -> str:
    """A value as a person reads it."""
    if value is None or value == "":
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(field, YuanField):
        return _("%(amount)s yuan") % {"amount": f"{fen_to_yuan(value):,}"}
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        labels: Any = field.choices
        return str(dict(labels).get(value, value))
    return str(value)
