"""Visits, promises and absences in the household file's timeline."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assistance.models import Absence, FollowUp, Visit
from households.models import Household
from households.services.timeline import Source, sources
from jiangjin.common.components import TimelineEvent

VISITS_SHOWN = 30


def events(household: Household, user: Any) -> list[TimelineEvent]:
    """What the user may see of them; the newest visits only."""
    visits = Visit.objects.standing().visible_to(user).filter(household=household).select_related("helper")
    found = [
        TimelineEvent(
            at=visit.visited_on,
            title=visit.get_method_display(),
            text=visit.condition,
            by=str(visit.helper),
            url=reverse("assistance:visit", args=[visit.pk]),
            icon="walk",
        )
        for visit in visits[:VISITS_SHOWN]
    ]
    kept = FollowUp.objects.standing().visible_to(user).filter(visit__household=household)
    found += [
        TimelineEvent(
            at=follow_up.done_on,
            title=_("Kept: %(what)s") % {"what": follow_up.text},
            text=follow_up.outcome,
            by=str(follow_up.done_by or ""),
            url=reverse("assistance:visit", args=[follow_up.visit_id]),
            icon="checklist",
            tone="met",
        )
        for follow_up in kept.exclude(done_on=None).select_related("done_by")
        if follow_up.done_on is not None
    ]
    for absence in Absence.objects.visible_to(user).filter(household=household):
        away = TimelineEvent(at=absence.starts_on, title=_("Absence begins"), text=absence.reason, icon="door-exit")
        found.append(away)
        if absence.ends_on is not None:
            found.append(TimelineEvent(at=absence.ends_on, title=_("Last day away"), icon="door-enter"))
    return found


sources.register(Source("visits", 10, events))
