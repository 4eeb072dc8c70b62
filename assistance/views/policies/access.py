"""What pages of policy documents share: the district that is looked at, its documents within scope, whose deeds are counted."""

from typing import ClassVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assistance.models import PolicyDocument
from assistance.permissions import EDIT_POLICIES, VIEW_POLICIES
from assistance.services.policy_reading import visible
from jiangjin.accounts import gate
from jiangjin.accounts.frame import chosen_area
from jiangjin.areas.models import PATH_STEP, Area
from jiangjin.common.deeds import Asked
from jiangjin.evidence.models import shown_evidence


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with reading policy documents as the least that is needed."""

    permission: ClassVar[str] = VIEW_POLICIES


def district_of(request: HttpRequest, permission: str = VIEW_POLICIES) -> Area:
    """The district whose documents are shown: that of the chosen area, else the first of the user's."""
    paths = request.user.county_paths(permission)
    area = chosen_area(request)
    own = area.path[:PATH_STEP] if area is not None else ""
    if area is not None and area.path == own and own in paths:
        return area
    if not paths:
        raise PermissionDenied
    return Area.objects.get(path=own if own in paths else paths[0])


def visible_document(request: HttpRequest, code: str, permission: str = VIEW_POLICIES) -> PolicyDocument:
    """The document of a short name in the district that is looked at, or 404."""
    documents = visible(request.user, permission).filter(area=district_of(request, permission))
    documents = documents.prefetch_related(shown_evidence())
    return get_object_or_404(documents, code=code)


def may_edit(request: HttpRequest, district: Area) -> bool:
    """Whether the user keeps the district's documents."""
    return request.user.scope(EDIT_POLICIES).covers(district.path)


def kept(request: HttpRequest) -> str:
    """What links within these pages carry along: the chosen area."""
    area = request.GET.get("area", "")
    return f"?{urlencode({'area': area})}" if area else ""


def asked_of(request: HttpRequest, district: Area, year: int) -> Asked:
    """Whose deeds of a year are counted: those within the chosen area, or within what is assigned to the user."""
    area = chosen_area(request)
    return Asked(user=request.user, place=area or district, year=year, chosen=area is not None)
