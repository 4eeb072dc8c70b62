"""REST under /api/: the registered resources, the schema, its documentation."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from jiangjin.accounts.permissions import USE_API
from jiangjin.common.api import api_routes


class SchemaView(SpectacularAPIView):
    """The OpenAPI schema."""

    permission = USE_API


class DocsView(SpectacularSwaggerSplitView):
    """The schema to read and try, without inline script or style."""

    permission = USE_API
    template_name = "api/docs.html"


router = SimpleRouter()
for route in api_routes:
    router.register(route.code, route.view(), basename=route.code)

urlpatterns = [
    path("v1/", include((router.urls, "api"), namespace="api")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(url_name="api-schema"), name="api-docs"),
]
