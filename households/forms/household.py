"""Forms of the household itself: open a file, correct it, close it."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from households.forms.changing import ChangeForm
from households.forms.fields import (
    DayField,
    IdentityField,
    NameField,
    NarrowField,
    VillageField,
    model_field,
    reason_field,
)
from households.forms.members import NAME, sex_choices, with_sex
from households.imports.values import clean
from households.models import Household, Member, Relation, StatusEventKind
from households.services.drafts import MemberDraft
from households.services.statuses import POSSIBLE_FROM

DIGITS = {"inputmode": "numeric", "autocomplete": "off"}
PHONE = {"inputmode": "tel", "autocomplete": "off", "data-no-draft": "1"}
ACCOUNT = {**DIGITS, "data-no-draft": "1"}
PLAIN_FIELDS = [
    "attribute",
    "standard",
    "main_cause",
    "other_cause",
    "second_other_cause",
    "bank_name",
    "military_family",
    "only_child_family",
    "two_daughters_family",
    "note",
]
PLACE_FIELDS = ["number", "village", "group"]
SEALED = ["phone", "bank_account"]
# Ends of a file that need no procedure of their own; a removal after review does.
CLOSING = [StatusEventKind.DISSOLVED, StatusEventKind.MOVED_OUT]


def number_field() -> Any:
    return model_field(Household, "number", form_class=NarrowField, widget=forms.TextInput(attrs=DIGITS))


def group_field() -> Any:
    """A villagers' group by name; the page offers those that the village has."""
    return forms.CharField(
        label=_("Villagers' group"),
        required=False,
        max_length=60,
        help_text=_("Such as 4组; a new name makes a new group of the village."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "groups"}),
    )


def sealed_field(name: str, attrs: dict[str, str]) -> Any:
    """A personal number, always empty when the page opens; digits, spaces and hyphens are taken."""
    column: Any = Household._meta.get_field(name)
    return DigitsField(
        label=capfirst(column.verbose_name), required=False, max_length=40, widget=forms.TextInput(attrs=attrs)
    )


class DigitsField(forms.CharField):
    """A phone or an account: digits, with a plus in front if there is one; separators are dropped."""

    def clean(self, value: Any) -> str:
        text = clean(super().clean(value))
        plain = text.translate({ord(mark): None for mark in " -()"})
        if plain and not re.fullmatch(r"\+?[0-9]+", plain):
            raise ValidationError(_("Only digits stand in this number."), code="digits")
        if plain and not 5 <= len(plain) <= 30:
            raise ValidationError(_("This number has %(length)s digits."), code="length", params={"length": len(plain)})
        return str(plain)


class RecordForm(ChangeForm):
    """Correct the file; its number and place only with `villages` to choose from."""

    number = number_field()
    village = VillageField()
    group = group_field()
    attribute = model_field(Household, "attribute", widget=forms.Select(attrs={"data-select": "1"}))
    standard = model_field(Household, "standard")
    main_cause = model_field(Household, "main_cause")
    other_cause = model_field(Household, "other_cause")
    second_other_cause = model_field(Household, "second_other_cause")
    phone = sealed_field("phone", PHONE)
    drop_phone = forms.BooleanField(label=_("Remove the phone number on file"), required=False)
    bank_name = model_field(Household, "bank_name", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    bank_account = sealed_field("bank_account", ACCOUNT)
    drop_bank_account = forms.BooleanField(label=_("Remove the bank account on file"), required=False)
    military_family = model_field(Household, "military_family")
    only_child_family = model_field(Household, "only_child_family")
    two_daughters_family = model_field(Household, "two_daughters_family")
    note = model_field(Household, "note", widget=forms.Textarea(attrs={"rows": 3}))
    reason = reason_field(required=False, help_text=_("Why it is corrected; it stands in the change log."))

    def __init__(self, data: Any = None, *, household: Household, villages: Any, **kwargs: Any) -> None:
        on_file = {name: getattr(household, name) for name in PLAIN_FIELDS}
        if villages is not None:
            group = household.group.name if household.group is not None else ""
            on_file |= {"number": household.number, "village": household.village, "group": group}
        super().__init__(data, household=household, on_file=on_file, **kwargs)
        if villages is None:
            for name in PLACE_FIELDS:
                del self.fields[name]
        else:
            self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        for name in SEALED:
            masked = getattr(household, f"{name}_masked")
            if masked:
                told = _("On file: %(masked)s. Leave it empty to keep that.")
                self.fields[name].help_text = told % {"masked": masked}
            else:
                del self.fields[f"drop_{name}"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in SEALED:
            if values.get(name) and values.get(f"drop_{name}"):
                self.add_error(name, ValidationError(_("Either write a new number or remove the one on file.")))
        return values

    def changes(self) -> dict[str, Any]:
        changes = super().changes()
        for name in SEALED:
            if self.cleaned_data.get(name):
                changes[name] = self.cleaned_data[name]
            elif self.cleaned_data.get(f"drop_{name}"):
                changes[name] = ""
        return changes


class OpeningForm(forms.Form):
    """The household of a new file; its people stand in a `PeopleFormSet`."""

    village = VillageField(empty_label=_("choose"))
    number = number_field()
    group = group_field()
    registered_on = DayField(label=_("Registered on"), help_text=_("The day on which it was identified as poor."))
    attribute = model_field(Household, "attribute", widget=forms.Select(attrs={"data-select": "1"}))
    standard = model_field(Household, "standard")
    tier = model_field(Household, "tier")
    main_cause = model_field(Household, "main_cause")
    other_cause = model_field(Household, "other_cause")
    phone = sealed_field("phone", PHONE)
    reason = reason_field(
        label=_("Why it is registered"),
        help_text=_("Such as the village's assessment and its day; it stands in the file's history."),
    )

    def __init__(self, data: Any = None, *, villages: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        registered_on: Any = self.fields["registered_on"]
        registered_on.latest = registered_on.initial = today

    def fields_of_file(self) -> dict[str, Any]:
        """What stands on the household besides number, place and tier."""
        names = ["attribute", "standard", "main_cause", "other_cause", "phone"]
        return {name: self.cleaned_data[name] for name in names}


class PersonForm(forms.Form):
    """One person of a new file. A row in which nothing was typed is no person."""

    name = model_field(Member, "name", form_class=NameField, widget=forms.TextInput(attrs=NAME))
    identity = IdentityField()
    relation = forms.ChoiceField(label=_("Relation to the head"), choices=[("", "---------"), *Relation.choices])
    sex = forms.ChoiceField(label=_("Sex"), required=False)
    ethnicity = model_field(Member, "ethnicity")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["identity"].on = today  # type: ignore[attr-defined]
        self.fields["sex"].choices = sex_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        return with_sex(super().clean() or {})

    def draft(self) -> MemberDraft:
        """The person as the service takes them."""
        return MemberDraft(**{name: self.cleaned_data[name] for name in self.fields})


class BasePeople(forms.BaseFormSet):
    """The people of a new file; the first row is the head's."""

    def drafts(self) -> list[MemberDraft]:
        """Everybody who was typed."""
        return [form.draft() for form in self.forms if form.has_changed()]


PEOPLE = "people"
MOST_PEOPLE = 20
PeopleFormSet = forms.formset_factory(
    PersonForm, formset=BasePeople, extra=0, min_num=1, validate_min=True, max_num=MOST_PEOPLE, validate_max=True
)


class EndFileForm(ChangeForm):
    """The household is dissolved or has moved away as a whole."""

    kind = forms.ChoiceField(label=_("How the file ends"), choices=[(kind.value, kind.label) for kind in CLOSING])
    occurred_on = DayField(label=_("Day"))
    reason = reason_field(help_text=_("It stands in the file's history."))
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=300,
        help_text=_("Such as the number of a certificate or of the police station's notice."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.initial.setdefault("occurred_on", self.today)


def may_be_closed(household: Household) -> bool:
    """Whether the household's status lets its file be closed."""
    return any(household.status in POSSIBLE_FROM[kind] for kind in CLOSING)
