"""Forms of exit channels: filters of the lists, setting the channels of an exit."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import found_by, search_field, select
from assistance.models import Batch, ExitChannel
from assistance.services.channel_proposals import differing
from assistance.services.exit_channels import Said
from households.forms.fields import reason_field
from households.models import Member, StatusEvent, Tier
from jiangjin.common.components import Chip


class ChannelYear(forms.Form):
    """Which year of exits is shown, counted by what."""

    by = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput())
    year = forms.ChoiceField(label=_("Year"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, data: Any, *, years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(str(year), str(year)) for year in years]  # type: ignore[attr-defined]


class ChannelFilter(forms.Form):
    """Search, channels (all that are chosen, or these and no other), whether any, tier."""

    WITH, WITHOUT, DIFFERING = "with", "without", "differing"

    q = search_field(_("Name, pinyin, initials or number"))
    year = forms.ChoiceField(label=_("Year"), required=False, widget=forms.Select(attrs={"data-select": "1"}))
    batch = forms.MultipleChoiceField(
        label=_("Channels"),
        required=False,
        choices=Batch.choices,
        widget=forms.CheckboxSelectMultiple(),
    )
    exact = forms.BooleanField(label=_("These and no other"), required=False)
    state = select(_("State"), [(WITH, _("with a channel")), (WITHOUT, _("without any channel"))])
    tier = select(_("Tier"), Tier.choices)

    def __init__(self, data: Any, *, years: Sequence[int], year: int) -> None:
        super().__init__(data)
        self.chosen_year = year
        self.fields["year"].choices = [(str(each), str(each)) for each in years]  # type: ignore[attr-defined]

    def linked(self) -> list[Chip]:
        """Everything stands in fields that are seen."""
        return []

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("batch") and values.get("state") == self.WITHOUT:
            self.add_error("state", ValidationError(_("Nobody has these channels and none at once."), code="state"))
        if values.get("exact") and not values.get("batch"):
            self.add_error("exact", ValidationError(_("Choose the channels first."), code="exact"))
        return values

    def narrowed(self, rows: Any, channels: QuerySet[ExitChannel]) -> Any:
        """The rows whose `channels` (a queryset that refers to the outer row) are as chosen."""
        values = self.cleaned_data
        for batch in values["batch"]:
            rows = rows.filter(Exists(channels.filter(batch=batch)))
        if values["exact"]:
            rows = rows.filter(~Exists(channels.exclude(batch__in=values["batch"])))
        if values["state"] == self.WITH:
            rows = rows.filter(Exists(channels))
        elif values["state"] == self.WITHOUT:
            rows = rows.filter(~Exists(channels))
        return rows


class ExitFilter(ChannelFilter):
    """Exited households."""

    state = select(
        _("State"),
        [
            (ChannelFilter.WITH, _("with a channel")),
            (ChannelFilter.WITHOUT, _("without any channel")),
            (ChannelFilter.DIFFERING, _("done measures speak for more")),
        ],
    )

    def apply(self, exits: QuerySet[StatusEvent]) -> QuerySet[StatusEvent]:
        """The exits that pass the filters."""
        values = self.cleaned_data
        exits = self.narrowed(exits, ExitChannel.objects.order_by().filter(exit=OuterRef("pk")))
        if values["state"] == self.DIFFERING:
            exits = exits.filter(pk__in=differing(exits, year=self.chosen_year))
        if values["tier"]:
            exits = exits.filter(household__tier=values["tier"])
        if values["q"]:
            exits = exits.filter(household__in=found_by(values["q"]))
        return exits


class PersonFilter(ChannelFilter):
    """Persons of exited households."""

    def apply(self, members: QuerySet[Member]) -> QuerySet[Member]:
        """The members (with `exit_id`) that pass the filters."""
        values = self.cleaned_data
        channels = ExitChannel.objects.order_by().filter(exit=OuterRef("exit_id"), member=OuterRef("pk"))
        members = self.narrowed(members, channels)
        if values["tier"]:
            members = members.filter(household__tier=values["tier"])
        if values["q"]:
            members = members.filter(household__in=found_by(values["q"]))
        return members


class PutForm(forms.Form):
    """The channels of an exit: one answer a person. `opened` tells how they stood when the page was opened."""

    opened = forms.CharField(widget=forms.HiddenInput(attrs={"data-keep": "1"}), required=False)

    PREFIX: ClassVar[str] = "member-"

    def __init__(self, data: Any = None, *, members: Sequence[Member], on_file: Said) -> None:
        super().__init__(data)
        self.members = list(members)
        self.on_file = {member: sorted(map(str, batches)) for member, batches in on_file.items() if batches}
        self.initial["opened"] = json.dumps(self.on_file)
        for member in self.members:
            self.fields[f"{self.PREFIX}{member.pk}"] = forms.MultipleChoiceField(
                label=member.name,
                required=False,
                choices=Batch.choices,
                widget=forms.CheckboxSelectMultiple(),
                initial=self.on_file.get(member.pk, []),
            )
        if self.on_file:
            self.fields["reason"] = reason_field(
                required=False, help_text=_("Needed where something is changed. It stands in the change log.")
            )

    @property
    def people(self) -> list[tuple[Member, Any]]:
        """Each member with the field of their channels."""
        return [(member, self[f"{self.PREFIX}{member.pk}"]) for member in self.members]

    @property
    def channels(self) -> dict[int, list[str]]:
        """The channels that were chosen, by member."""
        return {member.pk: self.cleaned_data[f"{self.PREFIX}{member.pk}"] for member in self.members}

    def opened_with(self) -> dict[int, list[str]]:
        """The channels as they stood when the page was opened; nothing where that cannot be read."""
        try:
            opened = json.loads(self.cleaned_data["opened"])
            return {int(member): [str(batch) for batch in batches] for member, batches in opened.items()}
        except (ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def take(self, refusal: ValidationError) -> None:
        """What the service said, at its field if the form has it, else at the top."""
        by_field = refusal.error_dict if hasattr(refusal, "error_dict") else {"": [refusal]}
        for name, errors in by_field.items():
            self.add_error(name if name in self.fields else None, ValidationError(errors))

    def over(self, fresh: "PutForm") -> Any:
        """What was chosen, to be sent again over the channels as they stand now."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["opened"] = json.dumps(fresh.on_file)
        return data

    def say_conflict(self) -> None:
        """Tell what stands on file now; what was chosen stays chosen."""
        shown = [
            _now("%(name)s: %(channels)s") % {"name": member.name, "channels": named(self.on_file[member.pk])}
            for member in self.members
            if member.pk in self.on_file
        ]
        lines = [
            _now(
                "Somebody else changed the channels of this exit while you had the page open. Nothing has been written yet; saving "
                "writes what is chosen below."
            ),
            _now("On file now: %(what)s.") % {"what": "；".join(shown) if shown else _now("nothing")},
        ]
        self.add_error(None, ValidationError([ValidationError(line, code="conflict") for line in lines]))


def named(batches: Sequence[str]) -> str:
    """Channels by their names."""
    return "、".join(str(Batch(batch).label) for batch in batches)
