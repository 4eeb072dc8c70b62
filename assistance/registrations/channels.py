"""Exit channels: the job that fills them, menu, tab, API routes, figures of the report, demo part."""

import functools

from django.utils.translation import gettext_lazy as _

from assistance import permissions
from assistance.api.channels import ROUTES
from assistance.demo import exit_channels  # noqa: F401
from assistance.figures import channels  # noqa: F401
from assistance.services import channel_proposals
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.registries import MenuItem, Tab, household_tabs, menu
from jiangjin.jobs.registry import JobKind, kinds

kinds.register(
    JobKind(
        code=channel_proposals.KIND,
        label=_("Fill exit channels from measures"),
        handler=channel_proposals.fill_job,
        permission=permissions.EDIT_CHANNELS,
    )
)
menu.register(
    MenuItem(
        code="channels",
        label=_("Six batches"),
        url_name="assistance:channels",
        icon="hierarchy",
        order=62,
        parent="measures",
        permission=permissions.VIEW_MEASURES,
    )
)
household_tabs.register(
    Tab(
        code="channels",
        label=_("Exit channels"),
        url_name="assistance:tab_channels",
        order=8,
        permission=permissions.VIEW_MEASURES,
    )
)

for order, code in enumerate(ROUTES, start=240):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
