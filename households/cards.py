"""Figures of the household file on the first page. Each opens the list that adds up to it."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households import permissions
from households.models import Evaluation, Household, HouseholdStatus, Tier, Verdict
from households.models.household import REGISTERED
from households.services.evaluations import VERDICT_NAMES
from households.views.access import is_large, latest_evaluation_day
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common.registries import Figure, HomeCard, home_cards

VERDICT_TONES = {Verdict.MET: "met", Verdict.NOT_MET: "blocked", Verdict.NOT_VERIFIED: "due"}


def list_url(request: HttpRequest, **filters: Any) -> str:
    """The household list with filters, in the chosen area."""
    area = chosen_area(request)
    query = {**({"area": area.code} if area is not None else {}), **filters}
    return f"{reverse('households:list')}?{urlencode(query)}"


def roll(request: HttpRequest) -> list[Figure]:
    """Who is on the roll, by tier, and who has exited."""
    households = Household.objects.visible_to(request.user).filter(within_chosen(request, "village__path"))
    registered = Q(status__in=REGISTERED)
    counts = households.aggregate(
        registered=Count("pk", filter=registered),
        exited=Count("pk", filter=Q(status=HouseholdStatus.EXITED)),
        relapsed=Count("pk", filter=Q(status=HouseholdStatus.RELAPSED)),
        **{f"tier_{tier}": Count("pk", filter=registered & Q(tier=tier)) for tier in Tier.values},
    )
    figures = [
        Figure(
            label=_("On the roll, all kinds"),
            value=counts["registered"],
            unit=pgettext_lazy("unit", "households"),
            url=list_url(request, status="registered"),
            tone="info",
        ),
        *(
            Figure(
                label=tier.label,
                value=counts[f"tier_{tier.value}"],
                unit=pgettext_lazy("unit", "households"),
                url=list_url(request, status="registered", tier=tier.value),
            )
            for tier in Tier
        ),
        Figure(
            label=_("Exited poverty"),
            value=counts["exited"],
            unit=pgettext_lazy("unit", "households"),
            url=list_url(request, status=HouseholdStatus.EXITED.value),
            tone="met",
        ),
        Figure(
            label=_("Returned to poverty"),
            value=counts["relapsed"],
            unit=pgettext_lazy("unit", "households"),
            url=list_url(request, status=HouseholdStatus.RELAPSED.value),
            tone="blocked",
        ),
    ]
    return figures if any(figure.value for figure in figures) else []


def verdicts(request: HttpRequest) -> list[Figure]:
    """The latest evaluation."""
    as_of = latest_evaluation_day(request)
    if as_of is None:
        return []
    rows = (
        Evaluation.objects.current(as_of)
        .visible_to(request.user)
        .filter(within_chosen(request, "household__village__path"))
        .order_by()
        .values_list("verdict")
        .annotate(count=Count("pk"))
    )
    counts = dict(rows)
    return [
        Figure(
            label=verdict.label,
            value=counts.get(verdict, 0),
            unit=pgettext_lazy("unit", "households"),
            url=list_url(request, verdict=VERDICT_NAMES[verdict], as_of=as_of.isoformat()),
            tone=VERDICT_TONES[verdict],
        )
        for verdict in Verdict
    ]


home_cards.register(
    HomeCard(code="roll", label=_("Households"), order=10, figures=roll, permission=permissions.VIEW, heavy=is_large)
)
home_cards.register(
    HomeCard(
        code="verdicts",
        label=_("Latest exit evaluation"),
        order=20,
        figures=verdicts,
        permission=permissions.VIEW,
        heavy=is_large,
    )
)
