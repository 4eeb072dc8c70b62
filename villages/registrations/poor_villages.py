"""What the village file offers to the platform's registries: API routes, figures of the report, demo parts."""

import functools

from jiangjin.common.api import ApiRoute, api_routes
from villages import demo, figures  # noqa: F401
from villages.api import ROUTES

for order, code in enumerate(ROUTES, start=150):
    api_routes.register(ApiRoute(code, functools.partial(ROUTES.__getitem__, code), order=order))
