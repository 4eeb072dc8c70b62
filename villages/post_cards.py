"""What the completeness check puts on the first page: numbers, each of which opens the villages that add up to it."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common import clock
from jiangjin.common.registries import Figure, HomeCard, home_cards
from villages import permissions
from villages.forms.post_filters import CheckFilter
from villages.models import PoorVillage
from villages.services.post_checks import checks_of, tallies


def completeness(request: HttpRequest) -> list[Figure]:
    """Poor villages of the chosen area that lack something, and those that lack nothing; none where there is no poor village."""
    area, today = chosen_area(request), clock.today()
    villages = PoorVillage.objects.visible_to(request.user, permissions.VIEW)
    villages = villages.filter(within_chosen(request, "village__path"))
    kept = {"area": area.code} if area is not None else {}
    counts = tallies(checks_of(villages, on=today))
    if not counts["villages"]:
        return []

    def url(missing: str) -> str:
        return f"{reverse('villages:completeness')}?{urlencode({**kept, 'missing': missing})}"

    lacking = counts[CheckFilter.ANYTHING]
    return [
        Figure(
            label=_("Poor villages with something missing"),
            value=lacking,
            url=url(CheckFilter.ANYTHING),
            tone="blocked" if lacking else "plain",
        ),
        Figure(
            label=_("Poor villages with everything"),
            value=counts[CheckFilter.NOTHING],
            url=url(CheckFilter.NOTHING),
            tone="met",
        ),
    ]


home_cards.register(
    HomeCard(
        code="post_checks",
        label=_("Who answers for poor villages"),
        order=40,
        figures=completeness,
        permission=permissions.VIEW,
        url_name="villages:completeness",
    )
)
