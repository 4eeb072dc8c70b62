"""One difficulty: the facts, what happened so far, what can be done next."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.generic import View

from assistance.models import Difficulty, DifficultyAct, Visit
from assistance.services.difficulties.rights import Rights
from assistance.services.heads import heads_of
from assistance.views.difficulties.access import NeedsPermission, visible_difficulty
from assistance.views.difficulties.words import history, shown
from households.models import Household
from jiangjin.common import clock

# Those that carry it on; the others stand behind them.
NEXT = [DifficultyAct.ASSIGN, DifficultyAct.BEGIN, DifficultyAct.SOLVE, DifficultyAct.CONFIRM]


@dataclass(frozen=True)
class Button:
    """An act as a button."""

    act: str
    is_next: bool


class DifficultyDetail(NeedsPermission, View):
    """A difficulty with its history."""

    def get(self, request: HttpRequest, difficulty: int) -> HttpResponse:
        row = visible_difficulty(request, difficulty)
        offers = list(Rights(request.user, [row]).offers(row))
        open_acts = [offer.act for offer in offers if not offer.refusal]
        first = next((act for act in NEXT if act in open_acts), None)
        heads = heads_of([row.household_id]) if row.household_id is not None else {}
        context = {
            "difficulty": row,
            "shown": shown([row], heads, today=clock.today())[0],
            "buttons": [Button(act.value, act == first) for act in open_acts],
            "refusals": [offer.refusal for offer in offers if offer.refusal],
            "history": history(row.steps.select_related("by").order_by("-version")),
            **linked(request, row),
        }
        return render(request, "assistance/difficulties/detail.html", context)


def linked(request: HttpRequest, row: Difficulty) -> dict[str, Any]:
    """Which of the records that it belongs to the user may open."""
    user: Any = request.user
    household = row.household_id
    visits = [pk for pk in (row.visit_id, row.confirmation_visit_id) if pk is not None]
    opened = set(Visit.objects.visible_to(user).filter(pk__in=visits).values_list("pk", flat=True)) if visits else set()
    return {
        "opens_household": household is not None and Household.objects.visible_to(user).filter(pk=household).exists(),
        "opens_visit": row.visit_id in opened,
        "opens_confirmation": row.confirmation_visit_id in opened,
    }
