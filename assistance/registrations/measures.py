"""Measures: kinds of jobs, menu, tabs, API routes; by import, cards, timeline and demo parts."""

import functools

from django.utils.translation import gettext_lazy as _

from assistance import measure_cards, measure_timeline, permissions  # noqa: F401
from assistance.api.measures import ROUTES
from assistance.demo import catalogue, enrolments  # noqa: F401
from assistance.services import enrolling_work
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, Tab, household_tabs, menu, village_tabs
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=enrolling_work.CHECK,
        label=_("Check a list of enrolments"),
        handler=enrolling_work.check_job,
        permission=permissions.PROPOSE_MEASURES,
    )
)
kinds.register(
    JobKind(
        code=enrolling_work.COMMIT,
        label=_("Write a list of enrolments"),
        handler=enrolling_work.commit_job,
        permission=permissions.PROPOSE_MEASURES,
    )
)
menu.register(
    MenuItem(
        code="measures",
        label=_("Support measures"),
        url_name="assistance:measures",
        icon="clipboard-list",
        order=50,
        permission=permissions.VIEW_MEASURES,
    )
)
menu.register(
    MenuItem(
        code="enrolments",
        label=_("Enrolments"),
        url_name="assistance:enrolments",
        icon="list-details",
        order=51,
        permission=permissions.VIEW_MEASURES,
        parent="measures",
    )
)
menu.register(
    MenuItem(
        code="measure_gaps",
        label=_("Who qualifies and lacks it"),
        url_name="assistance:gaps",
        icon="user-search",
        order=52,
        permission=permissions.VIEW_MEASURES,
        parent="measures",
    )
)
menu.register(
    MenuItem(
        code="bulk_enrolments",
        label=_("Bulk enrolment"),
        url_name="assistance:bulks",
        icon="file-import",
        order=53,
        permission=permissions.PROPOSE_MEASURES,
        parent="measures",
    )
)
household_tabs.register(
    Tab(
        code="measures",
        label=_("Support measures"),
        url_name="assistance:tab_measures",
        order=5,
        permission=permissions.VIEW_MEASURES,
    )
)
village_tabs.register(
    Tab(
        code="measures",
        label=_("Support measures"),
        url_name="assistance:village_measures",
        order=50,
        permission=permissions.VIEW_MEASURES,
    )
)

for order, code in enumerate(ROUTES, start=230):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
