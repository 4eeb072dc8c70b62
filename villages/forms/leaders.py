"""Forms of district leaders and their links."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from households.forms.fields import DayField, NameField, VillageField, model_field, number_input, reason_field
from households.models import Household
from jiangjin.areas.models import Area
from villages.forms.records import OwnRecordForm
from villages.models import DistrictLeader
from villages.services.leaders import CORRECTABLE


def leader_label(leader: DistrictLeader) -> str:
    """Name and title."""
    return f"{leader.name} · {leader.title}"


class LeaderFields(forms.Form):
    """What is on file about a leader."""

    name = model_field(
        DistrictLeader, "name", form_class=NameField, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    office = model_field(DistrictLeader, "office")
    title = model_field(DistrictLeader, "title")
    rank = model_field(DistrictLeader, "rank", widget=number_input())
    starts_on = DayField(label=_("In office since"))


class LeaderForm(LeaderFields, OwnRecordForm):
    """Put a leader on file."""

    def __init__(self, data: Any = None, *, today: dt.date) -> None:
        super().__init__(data, today=today, initial={"rank": 100})


class CorrectLeaderForm(LeaderFields, OwnRecordForm):
    """Change what is on file."""

    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, leader: DistrictLeader, today: dt.date) -> None:
        on_file = {name: getattr(leader, name) for name in CORRECTABLE if name != "user"}
        super().__init__(data, today=today, version=leader.version, on_file=on_file)


class LinkForm(OwnRecordForm):
    """A leader is linked to a town, a village or a household: one of them."""

    leader = forms.ModelChoiceField(
        label=_("District leader"), queryset=DistrictLeader.objects.none(), empty_label=_("choose")
    )
    town = forms.ModelChoiceField(
        label=_("Town or street"), queryset=Area.objects.none(), required=False, empty_label=_("none")
    )
    village = VillageField(required=False, empty_label=_("none"))
    household = forms.CharField(
        label=_("Household number"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    starts_on = DayField(label=_("From"))

    def __init__(
        self,
        data: Any = None,
        *,
        leaders: Any,
        towns: Any,
        villages: Any,
        households: Any,
        today: dt.date,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, today=today, initial={"starts_on": today, **initial})
        leader: Any = self.fields["leader"]
        leader.queryset, leader.label_from_instance = leaders, leader_label
        self.fields["town"].queryset = towns  # type: ignore[attr-defined]
        self.fields["village"].queryset = villages  # type: ignore[attr-defined]
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]
        self.households = households

    def clean_household(self) -> Household | None:
        number = self.cleaned_data["household"].strip()
        if not number:
            return None
        household: Household | None = self.households.filter(number=number).first()
        if household is None:
            raise ValidationError(_("There is no household of this number in your area."), code="household")
        return household

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = [name for name in ("town", "village", "household") if values.get(name) is not None]
        if len(chosen) != 1 and not self.errors.keys() & {"town", "village", "household"}:
            message = _("Choose one: a town, a village, or a household.")
            self.add_error(chosen[-1] if chosen else "town", ValidationError(message, code="one"))
        return values

    def take(self, refusal: ValidationError) -> None:
        """What the service says about the area stands at the one that was chosen."""
        if hasattr(refusal, "error_dict") and "area" in refusal.error_dict:
            self.add_error("town" if self.cleaned_data.get("town") else "village", refusal.error_dict["area"])
        else:
            super().take(refusal)

    @property
    def target(self) -> dict[str, Any]:
        """What the service is to link."""
        values = self.cleaned_data
        return {"area": values["town"] or values["village"], "household": values["household"]}


class HandOverForm(OwnRecordForm):
    """Another leader takes over all links."""

    to = forms.ModelChoiceField(
        label=_("Who takes over"), queryset=DistrictLeader.objects.none(), empty_label=_("choose")
    )
    starts_on = DayField(label=_("Takes over on"), help_text=_("The former one's last day is the day before."))
    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, leader: DistrictLeader, leaders: Any, today: dt.date) -> None:
        super().__init__(data, today=today, version=leader.version, initial={"starts_on": today})
        to: Any = self.fields["to"]
        to.queryset, to.label_from_instance = leaders, leader_label
        self.fields["starts_on"].latest = None  # type: ignore[attr-defined]
