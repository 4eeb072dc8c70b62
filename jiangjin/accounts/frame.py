"""What accounts give to the frame: the area that the user is looking at (`?area=code` within their scope, else the highest they
hold), and the way to the admin."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jiangjin.accounts.permissions import MANAGE_ACCOUNTS
from jiangjin.areas.models import Area, AreaLevel, under
from jiangjin.common.registries import FramePart, MenuItem, frame_parts, menu

SWITCHABLE = [AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.VILLAGE]


def own_area(user: Any) -> Area | None:
    """The highest area that the user holds a grant over; None for who only has assigned households."""
    paths = user.scope().paths
    return Area.objects.filter(path=paths[0]).first() if paths else None


def chosen_area(request: HttpRequest) -> Area | None:
    """The area of `?area=`, if it lies within the user's scope; an unknown or foreign code chooses the user's own.

    Found once a request: the frame, the page and its figures all ask.
    """
    if not hasattr(request, "_chosen_area"):
        request._chosen_area = _chosen_area(request)  # type: ignore[attr-defined]
    return request._chosen_area


def _chosen_area(request: HttpRequest) -> Area | None:
    code = request.GET.get("area", "")
    own = own_area(request.user)
    if own is None or not code:
        return own
    area = Area.objects.filter(code=code).first()
    return area if area is not None and request.user.scope().covers(area.path) else own


def area_values(request: HttpRequest) -> dict[str, Any]:
    """`current_area`, and where one can go from it: up to the user's own area, across and down one level."""
    current = chosen_area(request)
    if current is None:
        return {}
    scope = request.user.scope()
    ancestors = [path for path in current.ancestor_paths()[:-1] if scope.covers(path)]
    base = current if current.level != AreaLevel.VILLAGE else current.parent
    reachable = Area.objects.filter(path__in=[*ancestors, current.path])
    if base is not None and scope.covers(base.path):
        reachable |= Area.objects.filter(parent=base, level__in=SWITCHABLE)
    return {"current_area": current, "scope_areas": list(reachable.order_by("path"))}


def within_chosen(request: HttpRequest, lookup: str) -> Q:
    """Q for rows below the chosen area, for lists that follow the switcher; everything for users without an area, and where
    nothing else lies in the user's scope."""
    area = chosen_area(request)
    if area is None or request.user.scope().lies_within(area.path):
        return Q()
    return under(area.path, lookup)


menu.register(
    MenuItem(
        code="accounts",
        label=_("Accounts and reference data"),
        url_name="admin:index",
        icon="settings",
        order=95,
        permission=MANAGE_ACCOUNTS,
    )
)
frame_parts.register(FramePart(code="area", order=0, values=area_values))
