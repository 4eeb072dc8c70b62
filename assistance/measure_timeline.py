"""Enrolments in the household file's timeline: what was begun, finished or stopped, of all members in one line a day."""

import datetime as dt
from typing import Any, TypeAlias

from django.urls import reverse

from assistance.models import EnrolmentAct, EnrolmentStep
from assistance.views.measures.enrolment import STEP_TONES
from assistance.views.measures.words import ACT_ICONS, enrolments_url
from households.models import Household
from households.services.timeline import Source, sources
from jiangjin.common.components import TimelineEvent
from jiangjin.common.words import listed

# So many steps are read; what is proposed or corrected is no event of the household's life.
STEPS_READ = 120
TOLD = [EnrolmentAct.BEGIN, EnrolmentAct.FINISH, EnrolmentAct.STOP]
# (day, measure, act)
Line: TypeAlias = tuple[dt.date, int, str]


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """What the user may see of them, the newest."""
    steps = EnrolmentStep.objects.visible_to(user).filter(enrolment__household=household, act__in=TOLD)
    steps = steps.select_related("enrolment__measure", "enrolment__member", "recorded_by")
    lines: dict[Line, list[EnrolmentStep]] = {}
    for step in steps.order_by("-occurred_on", "-pk")[:STEPS_READ]:
        lines.setdefault((step.occurred_on, step.enrolment.measure_id, step.act), []).append(step)
    return [_event(household, own) for own in lines.values()]


def _event(household: Household, steps: list[EnrolmentStep]) -> TimelineEvent:
    first = steps[0]
    names = [step.enrolment.member.name for step in steps if step.enrolment.member is not None]
    notes = dict.fromkeys(step.note for step in steps if step.note)
    url = reverse("assistance:enrolment", args=[first.enrolment_id])
    if len(steps) > 1:
        url = enrolments_url(household=household.number, measure=first.enrolment.measure.code)
    return TimelineEvent(
        at=first.occurred_on,
        title=f"{first.enrolment.measure.name} · {first.get_act_display()}",
        text=" ".join(part for part in (listed(names), *notes) if part),
        by=str(first.recorded_by or ""),
        url=url,
        icon=ACT_ICONS[first.act],
        tone=STEP_TONES.get(first.act, "plain"),
    )


sources.register(Source("measures", 20, events))
