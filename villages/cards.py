"""What villages put on the first page and into the inbox: numbers, each of which opens the list that adds up to it."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from households.permissions import VIEW as VIEW_HOUSEHOLDS
from jiangjin.accounts.frame import chosen_area, within_chosen
from jiangjin.common import clock
from jiangjin.common.registries import Figure, HomeCard, InboxEntry, home_cards, inbox
from villages.forms.filters import EVER, MISSING
from villages.models import Village
from villages.permissions import EDIT, VIEW
from villages.services import standing
from villages.views.figures import standing_figures


def poor_villages(request: HttpRequest) -> list[Figure]:
    """How the poor villages of the chosen area stand."""
    user: Any = request.user
    visible = Village.objects.visible_to(user, VIEW).filter(within_chosen(request, "path"))
    stands = standing.standing(visible, on=clock.today(), scope=user.scope(VIEW_HOUSEHOLDS))
    return standing_figures(stands, area=chosen_area(request))


def missing_surveys(user: Any) -> int:
    """Poor villages whose survey the user may write, and that is due and not on file."""
    today = clock.today()
    poor = standing.poor_villages(Village.objects.visible_to(user, EDIT), on=today)
    return poor.filter(standing.without_survey(today)).count()


home_cards.register(
    HomeCard(
        code="villages",
        label=_("Poor villages"),
        order=30,
        figures=poor_villages,
        permission=VIEW,
        url_name="villages:list",
    )
)
inbox.register(
    InboxEntry(
        code="village_surveys",
        label=_("Poor villages without the year's survey"),
        url_name="villages:list",
        query=urlencode({"poor": EVER, "survey": MISSING}),
        order=40,
        count=missing_surveys,
        permission=EDIT,
    )
)
