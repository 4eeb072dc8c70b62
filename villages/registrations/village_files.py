"""What the village file offers to the platform's registries: API routes, figures of the report, norms
and what was done under them, demo parts, menu, search, tabs; by import, cards."""

import functools

from django.utils.translation import gettext_lazy as _

from households.permissions import VIEW as VIEW_HOUSEHOLDS
from households.services import personal
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, SearchTarget, Tab, menu, search, village_tabs
from villages import cards, deeds, demo, figures, norms, permissions  # noqa: F401
from villages.api import ROUTES
from villages.bench import samples, village_list  # noqa: F401
from villages.models import VillageProfile

for order, code in enumerate(ROUTES, start=150):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))

menu.register(
    MenuItem(
        code="villages",
        label=_("Poor villages"),
        url_name="villages:list",
        icon="building-community",
        order=45,
        permission=permissions.VIEW,
    )
)
search.register(
    SearchTarget(code="villages", label=_("Villages"), url_name="villages:list", order=20, permission=permissions.VIEW)
)
for place, (tab, label, permission) in enumerate(
    [
        ("overview", _("Overview"), permissions.VIEW),
        ("survey", _("Infrastructure and services"), permissions.VIEW),
        ("households", _("Households"), VIEW_HOUSEHOLDS),
        ("exit", _("Exit and rectification"), permissions.VIEW),
    ]
):
    village_tabs.register(
        Tab(code=tab, label=label, url_name=f"villages:tab_{tab}", order=place * 10, permission=permission)
    )
village_tabs.register(
    Tab(code="history", label=_("History"), url_name="villages:tab_history", order=90, permission=permissions.VIEW)
)
personal.register(VillageProfile, "phone")
