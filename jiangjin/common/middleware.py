"""What every request passes: damaged addresses are refused, pages are not kept by the browser, the language is chosen.

Language by switch: the cookie that `set_language` writes, else Chinese. A browser's own language is not asked.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from jiangjin.common.views import damaged


class DamagedAddressMiddleware:
    """Refuses addresses with a NUL character: SQLite would compare it, PostgreSQL fails on it, no person types it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", "") or "\0" in str(request.GET):
            return damaged(request)
        return self.get_response(request)


class NothingKeptMiddleware:
    """Pages of people who are signed in are not kept by the browser: on a shared computer the back button shows nobody's file
    after signing out. Answers that say how they may be kept (files, the API's ETags) are left alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers and request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-store"
        return response


class LanguageMiddleware:
    """Activates the chosen language for the request and names it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.codes = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in self.codes else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
