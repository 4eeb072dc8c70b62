"""Pages that belong to no app: health, readiness, the CSRF refusal."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and its migrations are applied; 503 otherwise. Says nothing about data."""
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "database": "unreachable"}, status=503)
    if pending:
        return JsonResponse({"ready": False, "database": "migrations pending"}, status=503)
    return JsonResponse({"ready": True, "database": "ok"})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or cookies are off; what was typed is kept by the browser (app.js)."""
    return render(request, "403_csrf.html", status=403)
