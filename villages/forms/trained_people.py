"""Forms of people who were trained."""

import datetime as dt
from typing import Any

from django import forms

from households.forms.changing import RecordForm
from households.forms.fields import NameField, model_field, reason_field
from villages.models import TrainedPerson
from villages.services.trained_people import CORRECTABLE


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


class TrainedForm(TrainedFields, RecordForm):
    """Record somebody who was trained."""

    def __init__(self, data: Any = None, *, today: dt.date, kind: str = "") -> None:
        super().__init__(data, today=today, initial={"kind": kind})


class CorrectTrainedForm(TrainedFields, RecordForm):
    """Change what is on file."""

    reason = reason_field(length=200)

    def __init__(self, data: Any = None, *, person: TrainedPerson, today: dt.date) -> None:
        on_file = {name: getattr(person, name) for name in CORRECTABLE}
        super().__init__(data, today=today, version=person.version, on_file=on_file)
