"""Visits at the head of a village's file."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from assistance.models import DUE_STATES, VisitCheck, VisitState
from assistance.permissions import VIEW_CHECKS
from assistance.views.mine import list_url
from jiangjin.common import clock
from jiangjin.common.clock import month_start
from jiangjin.common.registries import Figure, VillageFigures, village_figures


def month(request: HttpRequest, village: Any) -> list[Figure]:
    """How many households were visited in the running month, of those due, and how many were not."""
    first = month_start(clock.today())
    checks = VisitCheck.objects.of_month(first).visible_to(request.user, VIEW_CHECKS).filter(household__village=village)
    counts = checks.aggregate(
        due=Count("pk", filter=Q(state__in=DUE_STATES)), met=Count("pk", filter=Q(state=VisitState.MET))
    )
    due, met = counts["due"], counts["met"]
    if not due:
        return []
    asked = {"area": village.code, "month": f"{first:%Y-%m}"}
    share = f"{met * 100 / due:.1f}"
    return [
        Figure(
            label=_("Visited in %(month)s") % {"month": f"{first:%Y-%m}"},
            value=met,
            unit=pgettext_lazy("unit", "households"),
            note=_("of %(due)s due, %(share)s %%") % {"due": due, "share": share},
            url=list_url("assistance:checks", **asked, state="met"),
            tone="met" if met == due else "due",
        )
    ]


village_figures.register(VillageFigures(code="visits", order=10, figures=month, permission=VIEW_CHECKS))
