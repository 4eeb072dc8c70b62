"""Difficulties as a tab of the household file and of the village's."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from assistance.models import Difficulty
from assistance.permissions import RAISE_DIFFICULTIES, VIEW_DIFFICULTIES
from assistance.services.difficulties import board
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import SHOWN, NeedsPermission
from assistance.views.difficulties.words import shown
from households.models import Household
from households.views.access import visible_household
from jiangjin.areas.models import Area
from jiangjin.common import clock

ROWS_SHOWN = 20


class HouseholdTab(NeedsPermission, View):
    """What the household raised, what is still to be solved first."""

    permission: ClassVar[str] = VIEW_DIFFICULTIES

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        household = visible_household(request, number, VIEW_DIFFICULTIES)
        rows = Difficulty.objects.filter(household=household).select_related(*SHOWN)
        heads = heads_of([household.pk])
        found = list(rows.order_by("-raised_on", "-pk")[: ROWS_SHOWN + 1])
        user: Any = request.user
        context = {
            "household": household,
            **_parted(found[:ROWS_SHOWN], heads),
            "more": len(found) > ROWS_SHOWN,
            "may_raise": Household.objects.visible_to(user, RAISE_DIFFICULTIES).filter(pk=household.pk).exists(),
        }
        return render(request, "assistance/difficulties/_tab_household.html", context)


class VillageTab(NeedsPermission, View):
    """What the village has in common, and how its households' difficulties stand."""

    permission: ClassVar[str] = VIEW_DIFFICULTIES

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        villages = Area.objects.visible_to(request.user, VIEW_DIFFICULTIES).villages()
        village = get_object_or_404(villages, code=code)
        visible = Difficulty.objects.visible_to(request.user).filter(village=village)
        found = list(
            visible.filter(household=None).select_related(*SHOWN).order_by("-raised_on", "-pk")[: ROWS_SHOWN + 1]
        )
        today = clock.today()
        user: Any = request.user
        context = {
            "village": village,
            **_parted(found[:ROWS_SHOWN], {}),
            "more": len(found) > ROWS_SHOWN,
            "tally": board.tally(visible, first=today.replace(month=1, day=1), last=today, on=today),
            "period": (today.replace(month=1, day=1).isoformat(), today.isoformat()),
            "may_raise": user.scope(RAISE_DIFFICULTIES).covers(village.path),
        }
        return render(request, "assistance/difficulties/_tab_village.html", context)


def _parted(rows: list[Difficulty], heads: dict[int, str]) -> dict[str, Any]:
    """What is still to be solved, and the others."""
    found = shown(rows, heads, today=clock.today())
    return {
        "unsolved": [each for each in found if each.row.is_unsolved],
        "others": [each for each in found if not each.row.is_unsolved],
    }
