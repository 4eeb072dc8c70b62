"""Closed by default: whoever is not signed in reaches only the URLs that settings.PUBLIC_URL_NAMES lists."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


class ClosedByDefaultMiddleware(LoginRequiredMiddleware):
    """Django's login requirement with one explicit list of exceptions instead of decorators spread over views.

    REST views authenticate themselves (session or token) and refuse by their own permission class.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.view_name in settings.PUBLIC_URL_NAMES:
            return None
        if getattr(view_func, "cls", None) is not None and getattr(view_func, "csrf_exempt", False):
            return None  # a DRF view: jiangjin.accounts.api.MayUse decides
        if request.user.is_authenticated:
            change = reverse("password_change")
            if getattr(request.user, "must_change_password", False) and request.path not in {
                change,
                reverse("password_change_done"),
            }:
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=403, headers={"HX-Redirect": change})
                return HttpResponseRedirect(change)
            return None
        return self.handle_no_permission(request, view_func)

    def get_login_url(self, view_func: Callable) -> str:
        """There is one sign-in, the admin's views included."""
        return str(settings.LOGIN_URL)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable) -> HttpResponse:  # type: ignore[override]
        response = super().handle_no_permission(request, view_func)
        if request.headers.get("HX-Request"):
            # A fragment must not swallow the sign-in page: the whole window goes there, typed text is kept by app.js.
            target = response.headers.get("Location", reverse("login"))
            return HttpResponse(status=401, headers={"HX-Redirect": target})
        return response
