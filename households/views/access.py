"""What pages of the household file share: permission, the household within scope, the latest evaluation day."""

import datetime as dt
from typing import ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from households import permissions
from households.models import EvaluationRun, Household
from households.services import extent
from jiangjin.accounts import gate
from jiangjin.accounts.frame import within_chosen
from jiangjin.common import clock


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing household files as the least that is needed."""

    permission: ClassVar[str] = permissions.VIEW


def visible_household(request: HttpRequest, number: str, permission: str = permissions.VIEW) -> Household:
    """The household of a number within the user's scope for a permission, or 404."""
    households = Household.objects.visible_to(request.user, permission)
    return get_object_or_404(households.select_related("village__parent", "group"), number=number)


def is_large(request: HttpRequest) -> bool:
    """Whether there are very many households where the user looks (`extent.is_large`); asked once a request."""
    if not hasattr(request, "_is_large"):
        seen = Household.objects.visible_to(request.user).filter(within_chosen(request, "village__path"))
        request._is_large = extent.is_large(seen)  # type: ignore[attr-defined]
    return request._is_large  # type: ignore[attr-defined]


def latest_evaluation_day(request: HttpRequest) -> dt.date | None:
    """The latest day that was evaluated, of runs over the areas above or within the user's scope."""
    paths = request.user.scope(permissions.VIEW).paths
    above = {path[:end] for path in paths for end in range(8, len(path) + 1, 8)}
    runs = EvaluationRun.objects.filter(as_of__lte=clock.today())
    if above:
        runs = runs.filter(area__path__in=above) | runs.filter(
            EvaluationRun.scope_q(request.user.scope(permissions.VIEW))
        )
    return runs.order_by("-as_of").values_list("as_of", flat=True).first()
