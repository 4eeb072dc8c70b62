"""What pages of visits share: permission, records within scope, who may write and in whose name."""

from typing import ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assistance.models import Visit
from assistance.permissions import VIEW_VISITS
from assistance.services.writing import Writer
from households.models import Helper, Household
from jiangjin.accounts import gate


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing visits as the least that is needed."""

    permission: ClassVar[str] = VIEW_VISITS


def visible_visit(request: HttpRequest, pk: int, permission: str = VIEW_VISITS) -> Visit:
    """A visit within the user's scope for a permission, or 404."""
    visits = Visit.objects.visible_to(request.user, permission)
    return get_object_or_404(
        visits.select_related("household__village__parent", "household__group", "helper__unit", "recorded_by"), pk=pk
    )


def may_write(request: HttpRequest, household: Household) -> bool:
    """Whether the user may write visits of the household."""
    return Writer(request.user, [household]).may_write(household)


def helpers_offered(request: HttpRequest, household: Household) -> list[Helper]:
    """Whose visit it may have been: those who answer for the household or once did, the present ones first. Nobody is offered to
    a helper, who writes down their own visits."""
    if not Writer(request.user, [household]).may_write_for_others(household):
        return []
    rows = household.assignments.select_related("helper__unit").order_by("ends_on", "-starts_on", "pk")
    present = [row.helper for row in rows if row.ends_on is None]
    return list(dict.fromkeys([*present, *(row.helper for row in rows)]))
