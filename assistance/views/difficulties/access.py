"""What pages of difficulties share: permission, records within scope, units and people that can be chosen."""

import datetime as dt
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from assistance.models import Difficulty
from assistance.permissions import VIEW_DIFFICULTIES, WORK_ON_DIFFICULTIES
from households.models import Helper, HelperAssignment
from jiangjin.accounts import gate, roles
from jiangjin.accounts.models import Grant, Unit, UnitKind, User
from jiangjin.areas.models import PATH_STEP, Area

SHOWN = ("village__parent", "group", "household__group", "owner_unit", "responsible", "helper__unit")


class NeedsPermission(gate.NeedsPermission):
    """As the platform's, with seeing difficulties as the least that is needed."""

    permission: ClassVar[str] = VIEW_DIFFICULTIES


def visible_difficulty(request: HttpRequest, pk: int) -> Difficulty:
    """A difficulty within the user's scope, or 404."""
    rows = Difficulty.objects.visible_to(request.user)
    people = ("raised_by", "solved_by", "confirmed_by", "closed_by", "visit", "confirmation_visit")
    return get_object_or_404(rows.select_related(*SHOWN, *people), pk=pk)


def units_of(request: HttpRequest) -> QuerySet[Unit]:
    """The units of the districts of the user's grants, but no village committees: for filters."""
    user: Any = request.user
    counties = {grant.area.path[:PATH_STEP] for grant in user.active_grants()}
    return Unit.objects.filter(county__path__in=counties).exclude(kind=UnitKind.VILLAGE).order_by("kind", "name", "pk")


def units_for(village: Area) -> QuerySet[Unit]:
    """The units that a village's difficulty can be given to: of its district, other villages' committees left out."""
    county = Unit.objects.filter(county__path=village.path[:PATH_STEP])
    own = ~Q(kind=UnitKind.VILLAGE) | Q(area=village)
    return county.filter(own).order_by("name", "pk").select_related("county")


def people_for(village: Area, *, today: dt.date) -> QuerySet[User]:
    """Users with a unit who may work on difficulties of the village; helpers are named as helpers."""
    working = [code for code in roles.permissions[WORK_ON_DIFFICULTIES].roles if not roles.BY_CODE[code].assigned_only]
    grants = Grant.objects.active(today).filter(role__in=working, area__path__in=village.ancestor_paths())
    people = User.objects.filter(pk__in=grants.values("user"), is_active=True, unit__isnull=False)
    return people.select_related("unit").order_by("unit__name", "name", "pk")


def helpers_for(row: Difficulty, *, today: dt.date) -> QuerySet[Helper]:
    """The helpers who answer for its household today."""
    answering = HelperAssignment.objects.active(today).filter(household=row.household_id)
    return Helper.objects.filter(pk__in=answering.values("helper")).select_related("unit").order_by("name", "pk")
