"""What pages of the village file share: permission, the village within scope, what the user may do with it."""

from typing import ClassVar

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from households.permissions import REVEAL
from jiangjin.accounts import gate
from jiangjin.areas.models import Area
from villages import permissions
from villages.models import PoorVillage, Village, VillageProfile


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing village files as the least that is needed."""

    permission: ClassVar[str] = permissions.VIEW


def visible_village(request: HttpRequest, code: str, permission: str = permissions.VIEW) -> Village:
    """The village of a code within the user's scope for a permission, or 404."""
    villages = Village.objects.visible_to(request.user, permission)
    village: Village = get_object_or_404(
        villages.select_related("parent__parent", "poor_village", "village_profile"), code=code
    )
    return village


def poor_village_of(village: Area) -> PoorVillage | None:
    """Its time on the list of poor villages."""
    found: PoorVillage | None = getattr(village, "poor_village", None)
    return found


def profile_of(village: Area) -> VillageProfile | None:
    """Its profile."""
    found: VillageProfile | None = getattr(village, "village_profile", None)
    return found


def rights(request: HttpRequest, village: Area) -> dict[str, bool]:
    """What the user may do with this village."""

    def may(permission: str) -> bool:
        return bool(request.user.scope(permission).covers(village.path))

    return {
        "may_edit": may(permissions.EDIT),
        "may_rectify": may(permissions.RECTIFY),
        "may_list": may(permissions.LIST),
        "may_reveal": may(REVEAL),
    }
