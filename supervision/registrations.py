"""What supervision offers to the platform's registries: kinds of jobs, consumers of changes, API routes, benchmarks,
demo parts."""

import functools

from django.utils.translation import gettext_lazy as _

from jiangjin.changes.services import call_on_commit
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, menu
from jiangjin.jobs.registry import JobKind, kinds
from supervision import cards, demo, permissions  # noqa: F401
from supervision.api.views import ROUTES
from supervision.bench import api, building, pages  # noqa: F401
from supervision.services import due, rollups
from supervision.services.consumers import ROLLUPS
from supervision.tasks import wake

call_on_commit(ROLLUPS, wake)
kinds.register(
    JobKind(
        code=rollups.REBUILD,
        label=_("Rebuild roll-ups"),
        handler=rollups.rebuild_job,
        due=due.monthly_rebuilds,
        permission=permissions.REFRESH_ROLLUPS,
    )
)
menu.register(
    MenuItem(
        code="dashboard",
        label=_("Dashboard"),
        url_name="supervision:dashboard",
        icon="layout-dashboard",
        order=5,
        permission=permissions.VIEW_ROLLUPS,
    )
)
for order, code in enumerate(ROUTES, start=500):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
