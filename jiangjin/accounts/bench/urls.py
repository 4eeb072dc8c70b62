"""The project's URLs and one more: a page that asks who is there and says nothing, to measure others against."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def empty(request: HttpRequest) -> HttpResponse:
    """Behind the same door as every page."""
    request.user.may("")  # type: ignore[union-attr]
    return HttpResponse()


urlpatterns = [path("bench/page/", empty), path("", include("jiangjin.urls"))]
