"""The project's URLs and one more: a view that asks who is there and answers nothing, to measure others against."""

from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from supervision import permissions


class EmptyView(APIView):
    """Behind the same door as the roll-ups."""

    permission = permissions.VIEW_ROLLUPS

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [path("bench/empty/", EmptyView.as_view()), path("", include("jiangjin.urls"))]
