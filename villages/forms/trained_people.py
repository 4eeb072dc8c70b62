"""Forms of people who were trained."""

import datetime as dt
from typing import Any

from django import forms

from households.forms.fields import NameField, model_field, reason_field
from villages.forms.records import EvidenceForm
from villages.models import TrainedPerson
from villages.services.trained_people import CORRECTABLE

FIELDS = ("kind", "name", "subject", "started_on", "finished_on", "place", "certificate")


class TrainedFields(forms.Form):
    """Who was trained as what, in what, when and where; the fields bear the names of the columns."""

    kind = model_field(TrainedPerson, "kind")
    name = model_field(
        TrainedPerson, "name", form_class=NameField, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    subject = model_field(TrainedPerson, "subject")
    started_on = model_field(TrainedPerson, "started_on")
    finished_on = model_field(TrainedPerson, "finished_on")
    place = model_field(TrainedPerson, "place")
    certificate = model_field(TrainedPerson, "certificate")


class TrainedForm(TrainedFields, EvidenceForm):
    """Record somebody who was trained."""

    field_order = (*FIELDS, "evidence")

    def __init__(self, data: Any = None, files: Any = None, *, by: Any, today: dt.date, kind: str = "") -> None:
        super().__init__(data, files, by=by, today=today, initial={"kind": kind})


class CorrectTrainedForm(TrainedFields, EvidenceForm):
    """Change what is on file."""

    reason = reason_field(length=200)

    field_order = (*FIELDS, "evidence", "reason")

    def __init__(self, data: Any = None, files: Any = None, *, person: TrainedPerson, by: Any, today: dt.date) -> None:
        on_file = {name: getattr(person, name) for name in CORRECTABLE}
        held = person.evidence.order_by("pk")
        super().__init__(data, files, by=by, held=held, today=today, version=person.version, on_file=on_file)
