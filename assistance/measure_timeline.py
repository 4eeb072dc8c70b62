"""Steps of enrolments in the household file's timeline."""

from typing import Any

from django.urls import reverse

from assistance.models import EnrolmentAct, EnrolmentStep
from assistance.views.measures.enrolment import STEP_TONES
from assistance.views.measures.words import ACT_ICONS
from households.models import Household
from households.services.timeline import Source, sources
from jiangjin.common.components import TimelineEvent

STEPS_SHOWN = 30
# A correction is no event of the household's life; it stands on the enrolment's page.
TOLD = [EnrolmentAct.PROPOSE, EnrolmentAct.BEGIN, EnrolmentAct.FINISH, EnrolmentAct.STOP]


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """What the user may see of them, the newest."""
    steps = EnrolmentStep.objects.visible_to(user).filter(enrolment__household=household, act__in=TOLD)
    steps = steps.select_related("enrolment__measure", "enrolment__member", "recorded_by")
    return [
        TimelineEvent(
            at=step.occurred_on,
            title=f"{step.enrolment.measure.name} · {step.get_act_display()}",
            text=" ".join(part for part in (_whom(step), step.note) if part),
            by=str(step.recorded_by or ""),
            url=reverse("assistance:enrolment", args=[step.enrolment_id]),
            icon=ACT_ICONS[step.act],
            tone=STEP_TONES.get(step.act, "plain"),
        )
        for step in steps.order_by("-occurred_on", "-pk")[:STEPS_SHOWN]
    ]


def _whom(step: EnrolmentStep) -> str:
    return step.enrolment.member.name if step.enrolment.member is not None else ""


sources.register(Source("measures", 20, events))
