"""The form side: a field of several files. What was sent and is good stays, whatever else is wrong with the form."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.services import take
from jiangjin.evidence.services.storing import too_many

# Without HEIC, so that phones hand their photos over as JPEG; with each kind by name, so that they offer the camera.
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
CAPTION_LENGTH = 200


@dataclass(frozen=True)
class Sent:
    """What a browser sent for the field: files, keys of files that were stored earlier and are kept, and what is said of the new
    ones."""

    files: Sequence[File]
    keys: Sequence[str]
    caption: str
    taken_on: str


class EvidenceInput(forms.Widget):
    """Chips of the files that are there, each of which may be left out, and a box that takes more. Works without script."""

    template_name = "evidence/_input.html"
    needs_multipart_form = True

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Sent:
        def listed(source: Any, key: str) -> list[Any]:
            found = source.getlist(key) if hasattr(source, "getlist") else source.get(key, [])
            return list(found) if isinstance(found, list | tuple) else [found]

        return Sent(
            files=listed(files, name),
            keys=[str(key) for key in listed(data, f"{name}_kept")],
            caption=str(data.get(f"{name}_caption", "")),
            taken_on=str(data.get(f"{name}_taken_on", "")),
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}_kept" not in data

    def use_required_attribute(self, initial: Any) -> bool:
        return False  # a file that is there already would do

    def id_for_label(self, id_: str) -> str:
        return id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, {"accept": ACCEPT, **(attrs or {})})
        context["widget"]["shown"] = value if isinstance(value, Shown) else Shown([])
        context["limits"] = {"bytes": settings.EVIDENCE_MAX_BYTES, "files": settings.EVIDENCE_MAX_FILES}
        return context


@dataclass(frozen=True)
class Shown:
    """What the widget shows: the files that are there, and what was said of further ones (None: it does not ask)."""

    files: Sequence[EvidenceFile]
    caption: str | None = None
    taken_on: str | None = None
    latest: dt.date | None = None


class EvidenceField(forms.Field):
    """Cleans to the list of EvidenceFile that the record is to hold; its service gives them to `evidence.attach`.

    The form says who fills it in (`given_by`). With `asks_caption` and `asks_day` the field asks what new files show and when they
    were taken. Good files are stored when the form is cleaned, and are there when it comes back with errors.
    """

    widget = EvidenceInput
    default_error_messages: ClassVar = {
        "required": _("Add at least one photo or document."),
        "gone": _("One of the files is no longer there. Add it again."),
        "caption": _("What the files show is said in %(limit)s characters at most. Add the files again."),
        "day": _("Enter the day on which the photos were taken as 2015-12-31, and add the files again."),
        "future": _("The photos cannot have been taken after today. Add the files again."),
    }

    def __init__(self, *, asks_caption: bool = False, asks_day: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.asks_caption, self.asks_day = asks_caption, asks_day
        self._by: Any = None
        self._latest: dt.date | None = None
        self._held: list[EvidenceFile] = []
        self._there: list[EvidenceFile] = []
        self._sent: Sent | None = None

    def given_by(self, by: Any, *, held: Iterable[EvidenceFile] = (), latest: dt.date | None = None) -> None:
        """Called by the form: who fills it in, which files the record holds (they may be kept or left out), and the last day on
        which photos can have been taken."""
        self._by, self._held, self._latest = by, list(held), latest
        self.initial = self._held

    def clean(self, value: Sent) -> list[EvidenceFile]:
        """The files that are kept and the new ones, which are stored."""
        if self._by is None:
            raise ValueError("an EvidenceField must be told who fills it in: given_by()")
        self._sent = value
        self._there = self._kept(value.keys)
        errors = []
        if len(self._there) < len(set(value.keys)):
            errors.append(ValidationError(self.error_messages["gone"], code="gone"))
        if value.files:
            errors += self._take(value)
        if errors:
            raise ValidationError(errors)
        if self.required and not self._there:
            raise ValidationError(self.error_messages["required"], code="required")
        return list(self._there)

    def _kept(self, keys: Collection[str]) -> list[EvidenceFile]:
        """Files that were stored earlier: those of the record, and those of the user that no record holds."""
        wanted = {key for key in map(_uuid, keys) if key is not None}
        if not wanted:
            return []
        kept = [file for file in self._held if file.key in wanted]
        own = EvidenceFile.objects.unused().filter(uploaded_by=self._by, key__in=wanted)
        return kept + [file for file in own.order_by("pk") if file not in kept]

    def _take(self, sent: Sent) -> list[ValidationError]:
        """Store the new files; returns what is wrong with them."""
        try:
            caption, taken_on = self._caption(sent.caption), self._day(sent.taken_on)
        except ValidationError as refusal:
            return [refusal]
        room = max(0, settings.EVIDENCE_MAX_FILES - len(self._there))
        taken = take(files=sent.files[:room], by=self._by, caption=caption, taken_on=taken_on, besides=self._there)
        self._there += taken.stored
        return [*taken.errors, *([too_many()] if len(sent.files) > room else [])]

    def _caption(self, text: str) -> str:
        text = " ".join(text.split()) if self.asks_caption else ""
        if len(text) > CAPTION_LENGTH:
            raise ValidationError(self.error_messages["caption"], code="caption", params={"limit": CAPTION_LENGTH})
        return text

    def _day(self, text: str) -> dt.date | None:
        if not self.asks_day or not text:
            return None
        try:
            day = dt.date.fromisoformat(text)
        except ValueError as error:
            raise ValidationError(self.error_messages["day"], code="day") from error
        if self._latest is not None and day > self._latest:
            raise ValidationError(self.error_messages["future"], code="future")
        return day

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What the form shows when it comes back: the files that are there by now."""
        return self._there

    def prepare_value(self, value: Any) -> Shown:
        said = self._sent
        return Shown(
            files=list(value or ()),
            caption=(said.caption if said else "") if self.asks_caption else None,
            taken_on=(said.taken_on if said else "") if self.asks_day else None,
            latest=self._latest,
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data.files) or {str(file.key) for file in self._held} != set(data.keys)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
