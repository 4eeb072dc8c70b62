"""Business entities: menu, tabs, timeline, API routes, figures of the report, demo part."""

import functools

from django.utils.translation import gettext_lazy as _

from assistance import business_timeline, permissions  # noqa: F401
from assistance.api.businesses import ROUTES
from assistance.demo import businesses as demo  # noqa: F401
from assistance.figures import businesses as figures  # noqa: F401
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, Tab, household_tabs, menu, village_tabs

menu.register(
    MenuItem(
        code="businesses",
        label=_("Business entities"),
        url_name="assistance:businesses",
        icon="building-store",
        order=64,
        permission=permissions.VIEW_BUSINESSES,
        parent="measures",
    )
)
household_tabs.register(
    Tab(
        code="businesses",
        label=_("Business ties"),
        url_name="assistance:tab_businesses",
        order=9,
        permission=permissions.VIEW_BUSINESSES,
    )
)
village_tabs.register(
    Tab(
        code="businesses",
        label=_("Business entities"),
        url_name="assistance:tab_village_businesses",
        order=60,
        permission=permissions.VIEW_BUSINESSES,
    )
)

for order, code in enumerate(ROUTES, start=245):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
