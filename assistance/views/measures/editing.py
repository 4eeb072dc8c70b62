"""Keeping the catalogue: a new measure, changes of one on file."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.measures import MeasureForm
from assistance.models import Measure, PolicyClause
from assistance.permissions import EDIT_CATALOGUE
from assistance.services import catalogue
from assistance.views.measures.access import NeedsPermission, measure_of
from jiangjin.common import clock


class MeasureEditing(NeedsPermission, View):
    """Base of the two: the form shown, sent, answered."""

    permission: ClassVar[str] = EDIT_CATALOGUE

    def form(self, data: Any, measure: Measure | None) -> MeasureForm:
        paths = self.request.user.county_paths(EDIT_CATALOGUE)
        clauses = PolicyClause.objects.filter(document__area__path__in=paths)
        if measure is not None:
            clauses |= PolicyClause.objects.filter(pk=measure.clause_id)
        clauses = clauses.select_related("document").order_by("document__order", "number", "valid_from", "pk")
        return MeasureForm(data, measure=measure, clauses=clauses, today=clock.today())

    def page(self, form: MeasureForm, measure: Measure | None, status: int = 200) -> HttpResponse:
        back = reverse("assistance:measure", args=[measure.code]) if measure else reverse("assistance:measures")
        context = {"form": form, "measure": measure, "back": back}
        return render(self.request, "assistance/measures/measure_edit.html", context, status=status)


class NewMeasure(MeasureEditing):
    """Enter a measure."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form(None, None), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST, None)
        if form.is_valid():
            try:
                row = catalogue.add(values=form.values(), by=request.user)
            except ValidationError as refusal:
                form.take(refusal)
            else:
                messages.success(request, _("“%(measure)s” is in the catalogue.") % {"measure": row.name})
                return redirect("assistance:measure", measure=row.code)
        return self.page(form, None, status=422)


class EditMeasure(MeasureEditing):
    """Change a measure on file."""

    def get(self, request: HttpRequest, measure: str) -> HttpResponse:
        found = measure_of(measure)
        return self.page(self.form(None, found), found)

    def post(self, request: HttpRequest, measure: str) -> HttpResponse:
        found = measure_of(measure)
        form = self.form(request.POST, found)
        if form.is_valid():
            try:
                catalogue.change(
                    measure=found,
                    values=form.values(),
                    by=request.user,
                    version=form.cleaned_data["version"] or 0,
                    reason=form.cleaned_data["reason"],
                )
            except ValidationError as refusal:
                form.take(refusal)
            else:
                messages.success(request, _("“%(measure)s” has been changed.") % {"measure": found.name})
                return redirect("assistance:measure", measure=found.code)
        return self.page(form, found, status=422)
