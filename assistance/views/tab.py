"""The household file's tab about visits."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import Absence, FollowUp, Visit, VisitCheck
from assistance.permissions import VIEW_VISITS
from assistance.views.access import NeedsPermission, may_write
from assistance.views.promised import shown_follow_ups
from assistance.views.words import StateWord, state_word
from households.models import Household
from households.views.access import visible_household
from jiangjin.common import clock
from jiangjin.common.clock import month_start
from jiangjin.evidence.models import shown_evidence

MONTHS_SHOWN = 12
VISITS_SHOWN = 20


@dataclass(frozen=True)
class ShownMonth:
    """A month's check with its state in words."""

    check: VisitCheck
    word: StateWord


class VisitsTab(NeedsPermission, View):
    """How the running month stands, the months before, what was promised, the visits, when nobody was at home."""

    permission: ClassVar[str] = VIEW_VISITS

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number, VIEW_VISITS)
        context = {"household": household, "may_write": may_write(request, household), **self.content(household)}
        return render(request, "assistance/_tab_visits.html", context)

    def content(self, household: Household) -> dict[str, Any]:
        """What the tab shows; whoever may see visits of the household may see all of this."""
        today = clock.today()
        month = month_start(today)
        checks = list(
            VisitCheck.objects.filter(household=household, month__lte=month).order_by("-month")[:MONTHS_SHOWN]
        )
        shown_months = [ShownMonth(check, state_word(check.state, check.not_due_reason)) for check in checks]
        visits = Visit.objects.filter(household=household).select_related("helper").order_by("-visited_on", "-pk")
        shown = list(visits[: VISITS_SHOWN + 1])
        open_ones = FollowUp.objects.open().filter(visit__household=household).select_related("done_by")
        open_ones = open_ones.prefetch_related(shown_evidence())
        return {
            "today": today,
            "month": month,
            "running": next((each for each in shown_months if each.check.month == month), None),
            "earlier": [each for each in shown_months if each.check.month != month],
            "follow_ups": shown_follow_ups(open_ones),
            "visits": shown[:VISITS_SHOWN],
            "more_visits": len(shown) > VISITS_SHOWN,
            "absences": Absence.objects.filter(household=household).order_by("-starts_on"),
        }
