"""The filter of policy documents, and the forms by which the district office keeps them."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assistance.forms.acting import ActForm
from assistance.forms.filters import search_field
from assistance.models import ClauseBasis, PolicyClause, PolicyDocument, PolicyKind
from households.forms.changing import RecordForm
from households.forms.fields import DayField, model_field, reason_field
from jiangjin.areas.models import Area
from jiangjin.common.forms import DateInput
from jiangjin.common.norms import norms
from jiangjin.evidence.forms import EvidenceField

# Words that the addresses of documents keep for themselves.
TAKEN = {"new", "export", "done"}
ROWS = {"rows": 10}


class PolicyFilter(forms.Form):
    """Words, a day, whether documents that do not hold on it are shown too."""

    q = search_field(_("Words of a title or a clause"))
    on = DayField(label=_("In force on"), required=False, widget=DateInput())
    ended = forms.BooleanField(label=_("Also those not in force"), required=False)

    def day(self, today: dt.date) -> dt.date:
        """The day asked for; today without one."""
        return (self.cleaned_data.get("on") if self.is_valid() else None) or today


class YearFilter(forms.Form):
    """Of which year it is shown what was done."""

    year = forms.ChoiceField(label=_("Done in"), required=False, widget=forms.Select(attrs={"data-select": "1"}))

    def __init__(self, data: Any, *, years: list[int]) -> None:
        super().__init__(data)
        choices = [(str(year), str(year)) for year in years]
        self.fields["year"].choices = choices  # type: ignore[attr-defined]

    def chosen(self, default: int) -> int:
        """The year asked for."""
        asked = self.cleaned_data["year"] if self.is_valid() else ""
        return int(asked) if asked else default


class DocumentFields(forms.Form):
    """What is said about a document."""

    kind = model_field(PolicyDocument, "kind", widget=forms.Select())
    parent = forms.ModelChoiceField(
        queryset=PolicyDocument.objects.none(),
        label=_("Document that it supports"),
        required=False,
        empty_label=_("none"),
        help_text=_("For supporting documents: the implementing opinion."),
    )
    title = model_field(PolicyDocument, "title")
    number = model_field(PolicyDocument, "number")
    issued_by = model_field(PolicyDocument, "issued_by")
    issued_on = model_field(PolicyDocument, "issued_on")
    valid_from = model_field(PolicyDocument, "valid_from")
    valid_to = model_field(PolicyDocument, "valid_to")
    order = model_field(PolicyDocument, "order", help_text=_("Place among the documents of its kind."))
    summary = model_field(PolicyDocument, "summary", widget=forms.Textarea(attrs={"rows": 4}))
    source = model_field(PolicyDocument, "source", help_text=_("Where the wording is taken from."))
    is_placeholder = forms.BooleanField(
        label=_("The wording is not established yet"),
        required=False,
        help_text=_("Pages then say that it is a summary. Take the mark away when the issued text has been entered."),
    )

    evidence = EvidenceField(
        label=PolicyDocument._meta.get_field("evidence").verbose_name,
        required=False,
        help_text=_("As a PDF, or photographed page by page. Everybody in the district may open it."),
    )

    def prepare(self, district: Area, *, by: Any, document: PolicyDocument | None = None) -> None:
        """Offer the district's opinions; let days lie in the future; take files from the user."""
        opinions = PolicyDocument.objects.filter(area=district, kind=PolicyKind.OPINION)
        if document is not None:
            opinions = opinions.exclude(pk=document.pk)
        self.fields["parent"].queryset = opinions  # type: ignore[attr-defined]
        for name in ("issued_on", "valid_from", "valid_to"):
            self.fields[name].latest = None  # type: ignore[attr-defined]
        held = document.evidence.all() if document is not None else ()
        self.fields["evidence"].given_by(by, held=held)  # type: ignore[attr-defined]


class AddDocumentForm(ActForm, DocumentFields):
    """A new document."""

    field_order = ("code",)

    code = model_field(PolicyDocument, "code")

    def __init__(self, data: Any = None, files: Any = None, *, district: Area, today: dt.date, by: Any) -> None:
        known = PolicyDocument.objects.filter(area=district)
        last = known.aggregate(last=Max("order"))["last"]
        initial = {
            "kind": PolicyKind.NOTICE if known.exists() else PolicyKind.OPINION,
            "order": 0 if last is None else last + 1,
            "valid_from": today,
        }
        super().__init__(data, files, initial=initial)
        self.prepare(district, by=by)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in TAKEN:
            raise ValidationError(_("The system needs this word itself: choose another."), code="taken")
        return code


class PolicyEditForm(RecordForm):
    """A form about a document or a clause of it: its version is that of the document."""

    def __init__(self, data: Any = None, files: Any = None, *, document: PolicyDocument, **kwargs: Any) -> None:
        self.document = document
        super().__init__(data, files, stored_version=document.version, **kwargs)

    def conflict_text(self, *, who: str, at: str) -> str:
        return gettext(
            "%(who)s changed “%(title)s” at %(at)s, while you had this page open. Nothing has been written yet and nothing of "
            "yours is lost: look at the answers again, then save."
        ) % {"who": who, "title": self.document.title, "at": at}


class ChangeDocumentForm(PolicyEditForm, DocumentFields):
    """Correct what is said about a document."""

    reason = reason_field(required=False, help_text=_("Needed where a file is taken off."))

    def __init__(
        self, data: Any = None, files: Any = None, *, document: PolicyDocument, today: dt.date, by: Any
    ) -> None:
        on_file = {name: getattr(document, name) for name in DocumentFields.base_fields if name != "evidence"}
        super().__init__(data, files, document=document, today=today, on_file=on_file)
        self.prepare(document.area, by=by, document=document)

    def merged(self, fresh: RecordForm) -> Any:
        """Files that were sent are stored by now: they are kept by their keys."""
        data, *disputes = super().merged(fresh)
        data.setlist(self.add_prefix("evidence_kept"), [str(file.key) for file in self.cleaned_data["evidence"]])
        return data, *disputes


class ClauseForm(PolicyEditForm):
    """Heading and text of a clause."""

    heading = model_field(PolicyClause, "heading")
    text = model_field(PolicyClause, "text", widget=forms.Textarea(attrs=ROWS))


class AddClauseForm(ClauseForm):
    """A clause under a number that is not used yet."""

    field_order = ("number", "heading", "text", "valid_from")

    number = model_field(PolicyClause, "number", min_value=1, max_value=999)
    valid_from = model_field(PolicyClause, "valid_from")

    def __init__(self, data: Any = None, *, document: PolicyDocument, today: dt.date, number: int) -> None:
        initial = {"number": number, "valid_from": document.valid_from}
        super().__init__(data, document=document, today=today, initial=initial)
        self.fields["valid_from"].latest = None  # type: ignore[attr-defined]


class RewordForm(ClauseForm):
    """Another wording from a day on."""

    valid_from = model_field(PolicyClause, "valid_from", label=_("The new wording holds from"))
    reason = reason_field(required=False, help_text=_("Such as the document that amends it."))

    def __init__(self, data: Any = None, *, clause: PolicyClause, today: dt.date) -> None:
        on_file = {"heading": clause.heading, "text": clause.text}
        super().__init__(data, document=clause.document, today=today, on_file=on_file, initial={"valid_from": today})
        self.fields["valid_from"].latest = None  # type: ignore[attr-defined]


class CorrectForm(ClauseForm):
    """The issued words in place of a summary."""

    reason = reason_field()

    def __init__(self, data: Any = None, *, clause: PolicyClause, today: dt.date) -> None:
        on_file = {"heading": clause.heading, "text": clause.text}
        super().__init__(data, document=clause.document, today=today, on_file=on_file)


class EndClauseForm(PolicyEditForm):
    """The clause holds until a day."""

    ends_on = DayField(label=_("Last day on which it holds"))
    reason = reason_field(help_text=_("Such as the document that repeals it."))

    def __init__(self, data: Any = None, *, clause: PolicyClause, today: dt.date) -> None:
        super().__init__(data, document=clause.document, today=today, initial={"ends_on": today})
        self.fields["ends_on"].latest = None  # type: ignore[attr-defined]


class BasisForm(PolicyEditForm):
    """A norm or rule of the system that rests on the clause."""

    norm = forms.ChoiceField(label=ClauseBasis._meta.get_field("norm").verbose_name)
    note = model_field(ClauseBasis, "note")

    def __init__(self, data: Any = None, *, clause: PolicyClause, today: dt.date, known: set[str]) -> None:
        super().__init__(data, document=clause.document, today=today)
        free: Any = [(norm.code, norm.label) for norm in norms if norm.code not in known]
        self.fields["norm"].choices = [("", _("choose")), *free]  # type: ignore[attr-defined]


class RemoveBasisForm(ActForm):
    """Why a norm does not rest on the clause."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason_field(length=200)
