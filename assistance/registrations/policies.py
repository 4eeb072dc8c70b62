"""Policy documents: menu, search, API route, where the basis of a norm is read; by import, norms, deeds, the figure of the report,
the demo part."""

import functools

from django.utils.translation import gettext_lazy as _

from assistance import deeds, figures, norms  # noqa: F401
from assistance.api.policies import ROUTES
from assistance.bench import policies as policies_bench  # noqa: F401
from assistance.demo import policies  # noqa: F401
from assistance.models import PolicyDocument
from assistance.permissions import VIEW_POLICIES
from assistance.services.bases import bases
from jiangjin.common.api import ApiRoute, api_routes
from jiangjin.common.norms import BasisSource, basis_sources
from jiangjin.common.registries import MenuItem, SearchTarget, menu, search
from jiangjin.evidence.owners import register_owner

register_owner(PolicyDocument)
menu.register(
    MenuItem(
        code="policies",
        label=_("Policy documents"),
        url_name="assistance:policies",
        icon="book",
        order=66,
        permission=VIEW_POLICIES,
        parent="measures",
    )
)
search.register(
    SearchTarget(
        code="policies",
        label=_("Policy documents"),
        url_name="assistance:policies",
        order=60,
        permission=VIEW_POLICIES,
    )
)
basis_sources.register(BasisSource(code="policies", order=0, permission=VIEW_POLICIES, find=bases))

for order, code in enumerate(ROUTES, start=220):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
