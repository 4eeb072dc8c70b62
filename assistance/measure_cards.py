"""What measures put on the first page and into the inbox: numbers, each of which opens the list that adds up to it."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assistance.forms.enrolment_filters import SENT_BACK, TO_APPROVE, TO_REPORT
from assistance.models import OPEN, Enrolment, EnrolmentState
from assistance.permissions import APPROVE_MEASURES, PROPOSE_MEASURES, VIEW_MEASURES
from assistance.views.measures.words import enrolments_url
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common.registries import Figure, HomeCard, InboxEntry, home_cards, inbox


def to_approve(user: Any) -> int:
    """Proposals of others in the user's area."""
    return Enrolment.objects.for_approval_by(user).count()


def sent_back(user: Any) -> int:
    """The user's own proposals that were sent back."""
    return Enrolment.objects.sent_back().visible_to(user, PROPOSE_MEASURES).filter(planned_by=user).count()


def to_report(user: Any) -> int:
    """What the user proposed and is approved or under way."""
    return Enrolment.objects.to_report().visible_to(user, PROPOSE_MEASURES).filter(planned_by=user).count()


def open_ones(request: HttpRequest) -> list[Figure]:
    """Enrolments of the chosen area that are not done yet."""
    area = chosen_area(request)
    kept = {"area": area.code if area is not None else ""}
    rows = Enrolment.objects.visible_to(request.user).filter(within_chosen(request, "household__village__path"))
    waiting = Q(state=EnrolmentState.PLANNED, returned_on=None)
    counts = rows.filter(state__in=OPEN).aggregate(
        planned=Count("pk", filter=waiting),
        approved=Count("pk", filter=Q(state=EnrolmentState.APPROVED)),
        under_way=Count("pk", filter=Q(state=EnrolmentState.UNDER_WAY)),
    )
    if not any(counts.values()):
        return []
    return [
        Figure(
            label=_("To be approved"),
            value=counts["planned"],
            url=enrolments_url(state=TO_APPROVE, **kept),
            tone="due" if counts["planned"] else "plain",
        ),
        Figure(
            label=_("Approved, not begun"),
            value=counts["approved"],
            url=enrolments_url(state=EnrolmentState.APPROVED.value, **kept),
        ),
        Figure(
            label=_("Under way"),
            value=counts["under_way"],
            url=enrolments_url(state=EnrolmentState.UNDER_WAY.value, **kept),
            tone="info",
        ),
    ]


home_cards.register(
    HomeCard(
        code="measures",
        label=_("Support measures"),
        order=30,
        figures=open_ones,
        permission=VIEW_MEASURES,
        url_name="assistance:measures",
    )
)
inbox.register(
    InboxEntry(
        code="measures_to_approve",
        label=_("Measures to approve"),
        url_name="assistance:enrolments",
        query=urlencode({"for_me": "on"}),
        order=30,
        count=to_approve,
        permission=APPROVE_MEASURES,
    )
)
inbox.register(
    InboxEntry(
        code="measures_sent_back",
        label=_("Proposals sent back to me"),
        url_name="assistance:enrolments",
        query=urlencode({"state": SENT_BACK, "mine": "on"}),
        order=31,
        count=sent_back,
        permission=PROPOSE_MEASURES,
    )
)
inbox.register(
    InboxEntry(
        code="measures_to_report",
        label=_("Measures whose progress I report"),
        url_name="assistance:enrolments",
        query=urlencode({"state": TO_REPORT, "mine": "on"}),
        order=32,
        count=to_report,
        permission=PROPOSE_MEASURES,
    )
)
