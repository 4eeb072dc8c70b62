"""What visits put on the first page and into the inbox: numbers, each of which opens the list that adds up to it."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistance.forms.filters import FollowUpFilter, WaitingFilter
from assistance.models import FollowUp, VisitCheck
from assistance.permissions import VIEW_VISITS, WRITE_VISITS
from assistance.services import waiting
from assistance.views.mine import late_figure, list_url, month_figures
from households.models import HelperAssignment, Household
from households.views.access import is_large
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common import clock
from jiangjin.common.clock import month_start
from jiangjin.common.registries import MOST_COUNTED, Figure, HomeCard, InboxEntry, home_cards, inbox


def this_month(request: HttpRequest) -> list[Figure]:
    """How the running month stands in the chosen area, and the promises whose day has passed."""
    area, today = chosen_area(request), clock.today()
    visible = Household.objects.visible_to(request.user, VIEW_VISITS).filter(within_chosen(request, "village__path"))
    late = FollowUp.objects.late(today).visible_to(request.user)
    late = late.filter(within_chosen(request, "visit__household__village__path"))
    kept = {"area": area.code} if area is not None else {}
    standing = waiting.standing(waiting.households(visible, on=today))
    late_count = late.count()
    figures = []
    if standing.due or standing.missed_before:
        figures += month_figures(standing, lambda **asked: list_url("assistance:mine", **kept, **asked))
    if figures or late_count:
        figures.append(late_figure(late_count, **kept))
    return figures


def late_follow_ups(user: Any) -> int:
    """Promises of the user's households whose day has passed."""
    late = FollowUp.objects.late(clock.today()).visible_to(user)
    return late.order_by()[:MOST_COUNTED].count()


def due_visits(user: Any) -> int:
    """Households for which the user answers and that are still to be visited this month. Offices have a list, not a task."""
    if user.scope(WRITE_VISITS).assigned_user_id is None:
        return 0
    today = clock.today()
    own = HelperAssignment.objects.active(today).filter(helper__user=user, household=OuterRef("household"))
    checks = VisitCheck.objects.of_month(month_start(today)).visible_to(user).filter(Exists(own))
    return checks.filter(state__in=waiting.TO_VISIT).count()


home_cards.register(
    HomeCard(
        code="visits",
        label=_("Visits of this month"),
        order=5,
        figures=this_month,
        permission=VIEW_VISITS,
        heavy=is_large,
    )
)
inbox.register(
    InboxEntry(
        code="due_visits",
        label=_("Households to visit this month"),
        url_name="assistance:mine",
        query=urlencode({"state": WaitingFilter.WAITING, "mine": "on"}),
        order=10,
        count=due_visits,
        permission=WRITE_VISITS,
    )
)
inbox.register(
    InboxEntry(
        code="late_follow_ups",
        label=_("Late follow-ups"),
        url_name="assistance:follow_ups",
        query=urlencode({"state": FollowUpFilter.LATE}),
        order=20,
        count=late_follow_ups,
        permission=WRITE_VISITS,
    )
)
