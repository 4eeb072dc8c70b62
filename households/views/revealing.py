"""A personal number in full, in its place on the page: asked for with a reason, answered once, never kept by the browser."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import View

from households import permissions
from households.forms.deciding import RevealForm
from households.models import Helper
from households.services import personal
from households.views.access import NeedsPermission, visible_household
from households.views.changing import file_url
from jiangjin.common import clock

TABS = {"member": "family", "helper": "helpers", "household": ""}


class RevealPage(NeedsPermission, View):
    """GET asks for the reason (`?hide=1`: shows the mask again), POST shows the number and logs it.

    Inside a page (htmx) both answer with the fragment that stands in the number's place; otherwise with a page. Subclasses find
    the record, and set what the address says: `kind` of record, `field`, `url`, and `about`, the words of the way `back`.
    """

    permission: ClassVar[str] = permissions.REVEAL
    record: Any
    kind: str
    field: str
    url: str
    about: str
    back: str

    def find(self, *args: Any, **keys: Any) -> None:
        """The record within the user's scope, or 404."""
        raise TypeError(f"{type(self).__name__} finds nothing")

    def get(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.find(**keys)
        if request.GET.get("hide"):
            return self.answer("components/_sealed.html", {"may_reveal": True})
        return self.answer("components/_reveal.html", {"form": self.form(None)})

    def post(self, request: HttpRequest, **keys: Any) -> HttpResponse:
        self.find(**keys)
        form = self.form(request.POST)
        if form.is_valid():
            try:
                value = personal.reveal(
                    obj=self.record, field=self.field, by=request.user, reason=form.cleaned_data["reason"]
                )
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return self.answer("components/_revealed.html", {"value": value})
        return self.answer("components/_reveal.html", {"form": form}, status=422)

    def form(self, data: Any) -> RevealForm:
        """Ids of their own: several numbers may be asked for on one page."""
        return RevealForm(data, auto_id=f"id_{self.kind}_{self.record.pk}_{self.field}_%s")

    def answer(self, template: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
        context = {
            "kind": self.kind,
            "pk": self.record.pk,
            "field": self.field,
            "masked": getattr(self.record, f"{self.field}_masked"),
            "reveal_url": self.url,
            "about": self.about,
            "back": self.back,
            "fragment": template,
            **more,
        }
        page = template if self.request.headers.get("HX-Request") else "components/reveal.html"
        response = render(self.request, page, context, status=status)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "HX-Request"
        return response


class Reveal(RevealPage):
    """A number of a household, of one of its members or of a helper who answers for it."""

    def find(self, *, number: str, kind: str, pk: int, field: str) -> None:
        household = visible_household(self.request, number, self.permission)
        if kind == "member":
            self.record = get_object_or_404(household.members, pk=pk)
        elif kind == "helper":
            helpers = Helper.objects.filter(assignments__in=household.assignments.active(clock.today())).distinct()
            self.record = get_object_or_404(helpers, pk=pk)
        elif kind == "household" and pk == household.pk:
            self.record = household
        else:
            raise Http404
        if not personal.is_revealable(self.record, field) or not hasattr(self.record, f"{field}_masked"):
            raise Http404
        self.kind, self.field, self.about = kind, field, household.number
        self.url = reverse("households:reveal", args=[number, kind, pk, field])
        self.back = file_url(household.number, TABS[kind])
