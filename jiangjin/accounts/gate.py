"""Views say which permission they need; who does not hold it anywhere is refused."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


class NeedsPermission:
    """Mixin of views: the user holds `permission` somewhere, else 403. Rows are narrowed by `visible_to` besides."""

    permission: ClassVar[str]
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.may(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
