"""Difficulties: their escalation as a job, menu, tabs, API routes; by import, cards, timeline, figures and demo parts."""

import functools

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance import difficulty_cards, difficulty_timeline, figures, permissions  # noqa: F401
from assistance.api.difficulties import ROUTES
from assistance.demo import difficulty_part  # noqa: F401
from assistance.services.difficulties import escalating
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, SearchTarget, Tab, household_tabs, menu, search, village_tabs
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=escalating.KIND,
        label=_("Escalate late difficulties"),
        handler=escalating.escalation_job,
        due=escalating.escalations,
        permission=permissions.CHASE_IN_DISTRICT,
    )
)
menu.register(
    MenuItem(
        code="difficulties",
        label=_("Difficulties"),
        url_name="assistance:difficulties",
        icon="alert-circle",
        order=33,
        permission=permissions.VIEW_DIFFICULTIES,
    )
)
menu.register(
    MenuItem(
        code="difficulties_board",
        label=_("Board of difficulties"),
        url_name="assistance:difficulties_board",
        icon="layout-dashboard",
        order=34,
        permission=permissions.VIEW_DIFFICULTIES,
        parent="difficulties",
    )
)
search.register(
    SearchTarget(
        code="difficulties",
        label=_("Difficulties"),
        url_name="assistance:difficulties",
        order=30,
        permission=permissions.VIEW_DIFFICULTIES,
    )
)
household_tabs.register(
    Tab(
        code="difficulties",
        label=pgettext_lazy("tab", "Difficulties"),
        url_name="assistance:tab_difficulties",
        order=5,
        permission=permissions.VIEW_DIFFICULTIES,
    )
)
village_tabs.register(
    Tab(
        code="difficulties",
        label=pgettext_lazy("tab", "Difficulties"),
        url_name="assistance:village_difficulties",
        order=50,
        permission=permissions.VIEW_DIFFICULTIES,
    )
)
for order, code in enumerate(ROUTES, start=220):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
