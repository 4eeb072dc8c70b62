"""A personal number in full, in its place on the page: asked for with a reason, answered once, never kept by the browser."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from households import permissions
from households.forms.deciding import RevealForm
from households.models import Helper, Household
from households.services import personal
from households.views.access import NeedsPermission, visible_household
from households.views.changing import file_url
from jiangjin.common import clock

TABS = {"member": "family", "helper": "helpers", "household": ""}


class Reveal(NeedsPermission, View):
    """GET asks for the reason (`?hide=1`: shows the mask again), POST shows the number and logs it.

    Inside a page (htmx) both answer with the fragment that stands in the number's place; otherwise with a page.
    """

    permission: ClassVar[str] = permissions.REVEAL

    def get(self, request: HttpRequest, number: str, kind: str, pk: int, field: str) -> HttpResponse:
        household, record = self.find(number, kind, pk, field)
        if request.GET.get("hide"):
            return self.answer("households/_sealed.html", household, record, {"may_reveal": True})
        return self.answer("households/_reveal.html", household, record, {"form": self.form(None)})

    def post(self, request: HttpRequest, number: str, kind: str, pk: int, field: str) -> HttpResponse:
        household, record = self.find(number, kind, pk, field)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                value = personal.reveal(obj=record, field=field, by=request.user, reason=form.cleaned_data["reason"])
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return self.answer("households/_revealed.html", household, record, {"value": value})
        return self.answer("households/_reveal.html", household, record, {"form": form}, status=422)

    def form(self, data: Any) -> RevealForm:
        """Ids of their own: several numbers may be asked for on one page."""
        return RevealForm(data, auto_id="id_{kind}_{pk}_{field}_%s".format(**self.kwargs))

    def find(self, number: str, kind: str, pk: int, field: str) -> tuple[Household, Any]:
        """The household and the record whose number it is, or 404."""
        household = visible_household(self.request, number, self.permission)
        record: Any
        if kind == "member":
            record = get_object_or_404(household.members, pk=pk)
        elif kind == "helper":
            helpers = Helper.objects.filter(assignments__in=household.assignments.active(clock.today())).distinct()
            record = get_object_or_404(helpers, pk=pk)
        elif kind == "household" and pk == household.pk:
            record = household
        else:
            raise Http404
        if field not in personal.REVEALABLE[type(record)] or not hasattr(record, f"{field}_masked"):
            raise Http404
        return household, record

    def answer(
        self, template: str, household: Household, record: Any, more: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        kind, field = self.kwargs["kind"], self.kwargs["field"]
        context = {
            "household": household,
            "kind": kind,
            "pk": record.pk,
            "field": field,
            "masked": getattr(record, f"{field}_masked"),
            "back": file_url(household.number, TABS[kind]),
            "fragment": template,
            **more,
        }
        page = template if self.request.headers.get("HX-Request") else "households/reveal.html"
        response = render(self.request, page, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "HX-Request"
        return response
