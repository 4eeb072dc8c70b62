"""One visit: what was seen, what was promised, what it said before; taking it back."""

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from assistance.forms.acting import WithdrawForm
from assistance.forms.visits import TRENDS
from assistance.models import Trend, Visit
from assistance.permissions import WRITE_VISITS
from assistance.services import visits
from assistance.services.writing import Writer
from assistance.views.access import NeedsPermission, may_write, visible_visit
from assistance.views.promised import ShownFollowUp, shown_follow_ups
from assistance.views.versions import corrections
from households.views.changing import head_of
from jiangjin.common import clock
from jiangjin.evidence.models import shown_evidence

TREND_TONES = {Trend.BETTER: "met", Trend.SAME: "plain", Trend.WORSE: "blocked"}


class VisitDetail(NeedsPermission, View):
    """A visit with its promises and its former versions."""

    def get(self, request: HttpRequest, visit: int) -> HttpResponse:
        return visit_page(request, visit)


def visit_page(
    request: HttpRequest, visit: int, *, bound: ShownFollowUp | None = None, status: int = 200
) -> HttpResponse:
    """The page of a visit within the user's scope; `bound` is a follow-up whose form came back with something wrong in it."""
    found = visible_visit(request, visit)
    household = found.household
    writable = may_write(request, household)
    promises = shown_follow_ups(found.follow_ups.select_related("done_by").prefetch_related(shown_evidence()))
    context = {
        "visit": found,
        "household": household,
        "head": head_of(household),
        "trends": trends(found),
        "follow_ups": [bound if bound is not None and bound.row.pk == each.row.pk else each for each in promises],
        "corrections": corrections(found),
        "today": clock.today(),
        "may_write": writable and found.withdrawn_at is None,
        "may_correct": found.withdrawn_at is None and may_correct(request, found),
    }
    return render(request, "assistance/visit.html", context, status=status)


def may_correct(request: HttpRequest, visit: Visit) -> bool:
    """Whether the user may correct or withdraw the visit: their own, or any of the area's for its office."""
    writer = Writer(request.user, [visit.household])
    own = visit.helper.user_id == request.user.pk
    return writer.may_write(visit.household) and (own or writer.may_write_for_others(visit.household))


def trends(visit: Visit) -> list[tuple[Any, Any, str]]:
    """(what, how it changed, tone) of those that were asked."""
    return [
        (Visit._meta.get_field(name).verbose_name, Trend(value).label, TREND_TONES[Trend(value)])  # type: ignore[union-attr, misc]
        for name in TRENDS
        if (value := getattr(visit, name))
    ]


class WithdrawVisit(NeedsPermission, View):
    """Take a visit back that never was; it stays on file and counts no more."""

    permission: ClassVar[str] = WRITE_VISITS
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, visit: int) -> HttpResponse:
        found = visible_visit(request, visit, WRITE_VISITS)
        form = WithdrawForm(request.POST)
        if form.is_valid():
            try:
                visits.withdraw(visit=found, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                form.take(refusal)
        if form.errors:
            for error in [error for errors in form.errors.values() for error in errors]:
                messages.error(request, str(error))
            return redirect("assistance:visit", visit=found.pk)
        messages.success(
            request,
            _("The visit of %(day)s to household %(number)s has been withdrawn; it counts no more.")
            % {"day": found.visited_on, "number": found.household.number},
        )
        file = reverse("households:detail", args=[found.household.number])
        return redirect(f"{file}?{urlencode({'tab': 'visits'})}")
