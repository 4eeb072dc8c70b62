"""Forms of support groups."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.forms.fields import DayField, model_field, reason_field
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area
from villages.forms.posts import unit_field, units_of
from villages.forms.records import OwnRecordForm
from villages.models import SupportGroup
from villages.services.support_groups import CORRECTABLE


class GroupFields(forms.Form):
    """What is on file about a group besides its units."""

    name = model_field(SupportGroup, "name")
    basis = model_field(SupportGroup, "basis")


class GroupForm(GroupFields, OwnRecordForm):
    """Units begin to help a village."""

    lead = unit_field(_("Lead unit"), required=True)
    members = forms.ModelMultipleChoiceField(
        label=_("Member units"), queryset=Unit.objects.none(), required=False, widget=forms.CheckboxSelectMultiple()
    )
    starts_on = DayField(label=_("From"))

    field_order = ("name", "lead", "members", "basis", "starts_on")

    def __init__(self, data: Any = None, *, village: Area, today: dt.date) -> None:
        super().__init__(data, today=today, initial={"starts_on": today})
        for name in ("lead", "members"):
            self.fields[name].queryset = units_of(village)  # type: ignore[attr-defined]
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]


class CorrectGroupForm(GroupFields, OwnRecordForm):
    """Change the name or the basis."""

    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, group: SupportGroup, today: dt.date) -> None:
        on_file = {name: getattr(group, name) for name in CORRECTABLE}
        super().__init__(data, today=today, version=group.version, on_file=on_file)


class JoinForm(OwnRecordForm):
    """One more unit helps."""

    unit = unit_field(_("Unit"), required=True)
    starts_on = DayField(label=_("From"))

    def __init__(self, data: Any = None, *, group: SupportGroup, today: dt.date) -> None:
        super().__init__(data, today=today, version=group.version, initial={"starts_on": today})
        self.fields["unit"].queryset = units_of(group.village)  # type: ignore[attr-defined]
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]


class ChangeLeadForm(JoinForm):
    """Another unit leads."""

    reason = reason_field(length=200)
