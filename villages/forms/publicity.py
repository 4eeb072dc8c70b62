"""Forms of meetings and postings."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.forms.fields import model_field, number_input, reason_field
from jiangjin.areas.models import Area, AreaLevel
from villages.forms.records import EvidenceForm
from villages.models import PublicityEvent
from villages.services.publicity import CORRECTABLE

FIELDS = ("kind", "group", "topic", "place", "starts_on", "ends_on", "attendance", "held_by")


class PublicityFields(forms.Form):
    """What was told or posted; the fields bear the names of the columns."""

    kind = model_field(PublicityEvent, "kind")
    group = forms.ModelChoiceField(
        label=_("Villagers' group"),
        queryset=Area.objects.none(),
        required=False,
        empty_label=_("the whole village"),
    )
    topic = model_field(PublicityEvent, "topic")
    place = model_field(PublicityEvent, "place")
    starts_on = model_field(
        PublicityEvent, "starts_on", label=_("Day"), help_text=_("Of the meeting, or the first day on the board.")
    )
    ends_on = model_field(
        PublicityEvent,
        "ends_on",
        label=_("Last day on the board"),
        help_text=_("Empty: it still hangs there. Not for a meeting."),
    )
    attendance = model_field(
        PublicityEvent, "attendance", widget=number_input(), help_text=_("Of a meeting: how many came.")
    )
    held_by = model_field(PublicityEvent, "held_by")

    def offer(self, village: Area) -> None:
        """The groups of the village; a posting may end later than today."""
        groups = Area.objects.filter(parent=village, level=AreaLevel.GROUP).order_by("path")
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["ends_on"].latest = None  # type: ignore[attr-defined]


class PublicityForm(PublicityFields, EvidenceForm):
    """Record a meeting or a posting."""

    field_order = (*FIELDS, "evidence")

    def __init__(
        self, data: Any = None, files: Any = None, *, village: Area, by: Any, today: dt.date, kind: str = ""
    ) -> None:
        super().__init__(data, files, by=by, today=today, initial={"kind": kind, "starts_on": today})
        self.offer(village)


class CorrectPublicityForm(PublicityFields, EvidenceForm):
    """Change what is on file, such as the day on which something was taken down."""

    reason = reason_field(length=200)

    field_order = (*FIELDS, "evidence", "reason")

    def __init__(self, data: Any = None, files: Any = None, *, event: PublicityEvent, by: Any, today: dt.date) -> None:
        on_file = {name: getattr(event, name) for name in CORRECTABLE}
        held = event.evidence.order_by("pk")
        super().__init__(data, files, by=by, held=held, today=today, version=event.version, on_file=on_file)
        self.offer(event.village)
