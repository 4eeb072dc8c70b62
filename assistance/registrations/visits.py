"""Visits: kinds of jobs, a benchmark, menu, tab, API routes; by import, cards, timeline and demo parts."""

import functools

from django.utils.translation import gettext_lazy as _

from assistance import cards, permissions, timeline, village_figures  # noqa: F401
from assistance.api.views import ROUTES
from assistance.bench import samples  # noqa: F401
from assistance.bench import visits as visits_bench  # noqa: F401
from assistance.demo import part, proofs  # noqa: F401
from assistance.models import FollowUp
from assistance.services import due, visit_checks
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, Tab, household_tabs, menu
from jiangjin.evidence.owners import register_owner
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=visit_checks.KIND,
        label=_("Check the month's visits"),
        handler=visit_checks.check_job,
        due=due.checks,
        permission=permissions.CHECK_VISITS,
    )
)

register_owner(FollowUp)

# A helper's phone shows the workbench, their households, the visits.
menu.register(
    MenuItem(
        code="my_households",
        label=_("My households"),
        url_name="assistance:mine",
        icon="home-heart",
        order=10,
        permission=permissions.VIEW_VISITS,
        phone_order=2,
    )
)
menu.register(
    MenuItem(
        code="visits",
        label=_("Visits"),
        url_name="assistance:visits",
        icon="walk",
        order=30,
        permission=permissions.VIEW_VISITS,
        phone_order=4,
    )
)
menu.register(
    MenuItem(
        code="follow_ups",
        label=_("Follow-ups"),
        url_name="assistance:follow_ups",
        icon="checklist",
        order=31,
        permission=permissions.VIEW_VISITS,
        parent="visits",
    )
)
menu.register(
    MenuItem(
        code="visit_checks",
        label=_("Monthly visit check"),
        url_name="assistance:month",
        icon="clipboard-check",
        order=32,
        permission=permissions.VIEW_CHECKS,
        parent="visits",
    )
)
household_tabs.register(
    Tab(
        code="visits",
        label=_("Visits"),
        url_name="assistance:tab_visits",
        order=4,
        permission=permissions.VIEW_VISITS,
    )
)

for order, code in enumerate(ROUTES, start=200):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
