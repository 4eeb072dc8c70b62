"""Difficulties in the household file's timeline."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.models import DifficultyAct, DifficultyStep
from assistance.views.difficulties.words import ACT_ICONS, ACT_TONES
from households.models import Household
from households.services.timeline import Source, sources
from jiangjin.common.components import TimelineEvent

STEPS_SHOWN = 40
# What the household notices of it.
TOLD = [
    DifficultyAct.RAISE,
    DifficultyAct.SOLVE,
    DifficultyAct.CONFIRM,
    DifficultyAct.DENY,
    DifficultyAct.REOPEN,
    DifficultyAct.CLOSE,
    DifficultyAct.WITHDRAW,
]


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """What the user may see of them; the newest steps only."""
    steps = DifficultyStep.objects.visible_to(user).filter(difficulty__household=household, act__in=TOLD)
    steps = steps.select_related("difficulty", "by").order_by("-happened_on", "-pk")
    return [
        TimelineEvent(
            at=step.happened_on,
            title=_("Difficulty: %(act)s") % {"act": step.get_act_display()},
            text=step.difficulty.what if step.act == DifficultyAct.RAISE else step.note or step.difficulty.what,
            by=str(step.by or ""),
            url=reverse("assistance:difficulty", args=[step.difficulty_id]),
            icon=ACT_ICONS.get(step.act, "point"),
            tone=ACT_TONES.get(step.act, "plain"),
        )
        for step in steps[:STEPS_SHOWN]
    ]


sources.register(Source("difficulties", 11, events))
