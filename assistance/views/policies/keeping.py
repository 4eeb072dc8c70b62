"""Keeping policy documents: adding one, correcting what is said about it, its clauses and what rests on them."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.policies import (
    AddClauseForm,
    AddDocumentForm,
    BasisForm,
    ChangeDocumentForm,
    CorrectForm,
    EndClauseForm,
    RemoveBasisForm,
    RewordForm,
)
from assistance.models import ClauseBasis, PolicyDocument
from assistance.permissions import EDIT_POLICIES
from assistance.services import policies
from assistance.services.policy_reading import Clause, history
from assistance.views.policies.access import NeedsPermission, district_of, kept, visible_document
from assistance.views.policies.clause import clause_of
from assistance.views.policies.document import document_url
from households.views.changing import NothingChanged, RecordPage
from jiangjin.areas.models import Area
from jiangjin.common import clock
from jiangjin.common.norms import norms

FORM = "assistance/policies/change.html"


class AddDocument(NeedsPermission, RecordPage):
    """A new document of the district."""

    permission: ClassVar[str] = EDIT_POLICIES
    template_name: ClassVar[str] = FORM
    district: Area
    added: PolicyDocument | None = None

    def find(self) -> None:  # type: ignore[override]
        self.district = district_of(self.request, EDIT_POLICIES)

    def form(self, data: Any) -> AddDocumentForm:
        files = None if data is None else self.request.FILES
        return AddDocumentForm(data, files, district=self.district, today=clock.today(), by=self.request.user)

    def texts(self) -> dict[str, Any]:
        return {
            "title": _("Add a policy document"),
            "intro": _("First what the document is; its clauses are added on its page afterwards."),
        }

    def save(self, form: AddDocumentForm) -> str:
        values = dict(form.cleaned_data)
        code, evidence = values.pop("code"), values.pop("evidence")
        self.added = policies.add(area=self.district, code=code, values=values, by=self.request.user, evidence=evidence)
        return _("“%(title)s” was added. Now add its clauses.") % {"title": self.added}

    def refused(self, form: AddDocumentForm, refusal: ValidationError) -> AddDocumentForm:
        form.take(refusal)
        return form

    def back(self) -> str:
        if self.added is not None:
            return document_url(self.added, kept(self.request))
        return reverse("assistance:policies") + kept(self.request)


class DocumentEditPage(NeedsPermission, RecordPage):
    """Base of pages about one document."""

    permission: ClassVar[str] = EDIT_POLICIES
    template_name: ClassVar[str] = FORM
    document: PolicyDocument

    def find(self, *, policy: str) -> None:  # type: ignore[override]
        self.document = visible_document(self.request, policy, EDIT_POLICIES)

    def about(self) -> dict[str, Any]:
        return {"document": self.document, "back_to": self.document.title}

    def back(self) -> str:
        return document_url(self.document, kept(self.request))

    def changed_last(self) -> tuple[str, str]:
        entry = history(self.document).first()
        at = timezone.localtime(entry.at if entry is not None else timezone.now())
        return entry.actor_name if entry is not None else _("Somebody else"), at.strftime("%Y-%m-%d %H:%M")


class ChangeDocument(DocumentEditPage):
    """Correct what is said about the document."""

    def form(self, data: Any) -> ChangeDocumentForm:
        # What a conflict puts together holds the files already, by their keys.
        files = self.request.FILES if data is self.request.POST else None
        return ChangeDocumentForm(data, files, document=self.document, today=clock.today(), by=self.request.user)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Correct “%(title)s”") % {"title": self.document}}

    def save(self, form: ChangeDocumentForm) -> str:
        changes, values = form.changes(), form.cleaned_data
        if not changes and set(values["evidence"]) == set(self.document.evidence.all()):
            raise NothingChanged
        self.document = policies.change(
            document=self.document,
            changes=changes,
            by=self.request.user,
            version=values["version"],
            reason=values["reason"],
            evidence=values["evidence"],
        )
        return _("“%(title)s” was corrected.") % {"title": self.document}


class AddClause(DocumentEditPage):
    """A clause under the next number."""

    added: int | None = None

    def form(self, data: Any) -> AddClauseForm:
        last = self.document.clauses.aggregate(last=Max("number"))["last"] or 0
        return AddClauseForm(data, document=self.document, today=clock.today(), number=last + 1)

    def texts(self) -> dict[str, Any]:
        return {"title": _("Add a clause to “%(title)s”") % {"title": self.document}, "button": _("Add the clause")}

    def save(self, form: AddClauseForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("number", "heading", "text", "valid_from", "version")}
        clause = policies.add_clause(document=self.document, by=self.request.user, **values)
        self.added = clause.number
        return _("Clause %(number)d “%(heading)s” was added.") % {"number": clause.number, "heading": clause.heading}

    def back(self) -> str:
        return document_url(self.document, kept(self.request), clause=self.added)


class ClauseEditPage(DocumentEditPage):
    """Base of pages about one clause."""

    clause: Clause

    def find(self, *, policy: str, clause: int) -> None:  # type: ignore[override]
        super().find(policy=policy)
        self.clause = clause_of(self.document, clause)

    def about(self) -> dict[str, Any]:
        return {**super().about(), "clause": self.clause}

    def back(self) -> str:
        return reverse("assistance:clause", args=[self.document.code, self.clause.number]) + kept(self.request)

    def told(self, sentence: str, **more: Any) -> str:
        """A sentence with the clause in it."""
        return sentence % {"number": self.clause.number, "heading": self.clause.latest.heading, **more}


class RewordClause(ClauseEditPage):
    """Another wording from a day on."""

    def form(self, data: Any) -> RewordForm:
        return RewordForm(data, clause=self.clause.latest, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": self.told(_("New wording of clause %(number)d “%(heading)s”")),
            "intro": _("The present wording ends the day before and stays readable. What rests on the clause goes on."),
        }

    def save(self, form: RewordForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("heading", "text", "valid_from", "version", "reason")}
        policies.reword_clause(clause=self.clause.latest, by=self.request.user, **values)
        return self.told(_("Clause %(number)d has a new wording from %(day)s on."), day=values["valid_from"])


class CorrectClause(ClauseEditPage):
    """The issued words in place of the summary."""

    def form(self, data: Any) -> CorrectForm:
        return CorrectForm(data, clause=self.clause.latest, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": self.told(_("Enter the issued text of clause %(number)d “%(heading)s”")),
            "intro": _(
                "Only as long as the document's wording is not established; the change log keeps what stood here."
            ),
        }

    def save(self, form: CorrectForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("heading", "text", "version", "reason")}
        if not form.changes():
            raise NothingChanged
        policies.correct_clause(clause=self.clause.latest, by=self.request.user, **values)
        return self.told(_("The text of clause %(number)d was entered."))


class EndClause(ClauseEditPage):
    """The clause is repealed."""

    def form(self, data: Any) -> EndClauseForm:
        return EndClauseForm(data, clause=self.clause.latest, today=clock.today())

    def texts(self) -> dict[str, Any]:
        return {
            "title": self.told(_("Repeal clause %(number)d “%(heading)s”")),
            "intro": _(
                "It stays readable. Norms that rest on it are then shown without it: name another clause for them."
            ),
            "button": _("Repeal the clause"),
            "danger": True,
        }

    def save(self, form: EndClauseForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("ends_on", "version", "reason")}
        policies.end_clause(clause=self.clause.latest, by=self.request.user, **values)
        return self.told(_("Clause %(number)d holds until %(day)s."), day=values["ends_on"])


class AddBasis(ClauseEditPage):
    """A norm that rests on the clause."""

    def form(self, data: Any) -> BasisForm:
        bases = ClauseBasis.objects.filter(clause__document=self.document, clause__number=self.clause.number)
        known = set(bases.values_list("norm", flat=True))
        return BasisForm(data, clause=self.clause.latest, today=clock.today(), known=known)

    def texts(self) -> dict[str, Any]:
        return {"title": self.told(_("What rests on clause %(number)d “%(heading)s”"))}

    def save(self, form: BasisForm) -> str:
        values = {name: form.cleaned_data[name] for name in ("norm", "note", "version")}
        policies.add_basis(clause=self.clause.latest, by=self.request.user, **values)
        return self.told(_("“%(norm)s” rests on clause %(number)d now."), norm=norms[values["norm"]].label)


class RemoveBasis(NeedsPermission, View):
    """A norm does not rest on the clause."""

    permission: ClassVar[str] = EDIT_POLICIES
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, policy: str, clause: int, basis: int) -> HttpResponse:
        document = visible_document(request, policy, EDIT_POLICIES)
        bases = ClauseBasis.objects.filter(clause__document=document, clause__number=clause).select_related("clause")
        row = get_object_or_404(bases, pk=basis)
        form = RemoveBasisForm(request.POST)
        if form.is_valid():
            try:
                policies.remove_basis(basis=row, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                form.take(refusal)
        for error in [error for errors in form.errors.values() for error in errors]:
            messages.error(request, str(error))
        if not form.errors:
            label = norms[row.norm].label if row.norm in norms else row.norm
            told = _("“%(norm)s” does not rest on clause %(number)d any more.") % {"norm": label, "number": clause}
            messages.success(request, told)
        return redirect(reverse("assistance:clause", args=[document.code, clause]) + kept(request))
