"""Pages that belong to no app: health, readiness, the CSRF refusal."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiangjin.common.registries import readiness

API = "/api/"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers with its migrations applied, and whatever apps registered is ready; 503 otherwise. Says nothing about
    data."""
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"ready": False, "database": "migrations pending"}, status=503)
    checks = {check.code: check.look() for check in readiness}
    ready = all(found.ok for found in checks.values())
    words = {code: found.text for code, found in checks.items()}
    return JsonResponse({"ready": ready, "database": "ok", **words}, status=200 if ready else 503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or cookies are off; what was typed is kept by the browser (app.js)."""
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people, the API's shape for programs."""
    if request.path.startswith(API):
        return JsonResponse({"errors": {"detail": [_("There is nothing at this address.")]}}, status=404)
    return defaults.page_not_found(request, exception)


def damaged(request: HttpRequest) -> HttpResponse:
    """A page for people, the API's shape for programs."""
    if request.path.startswith(API):
        return JsonResponse({"errors": {"detail": [_("The address is damaged.")]}}, status=400)
    return render(request, "400.html", status=400)


def crashed(request: HttpRequest) -> HttpResponse:
    """The same for an error of ours; the log has it."""
    if request.path.startswith(API):
        return JsonResponse({"errors": {"detail": [_("Something went wrong here. It has been logged.")]}}, status=500)
    return defaults.server_error(request)
