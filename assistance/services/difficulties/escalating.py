"""Late difficulties are put before the town, then before the district: once a day, for a whole county at once."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Exists, F, IntegerField, JSONField, OuterRef, QuerySet, Value, When
from django.utils import timezone

from assistance.models import Difficulty, DifficultyAct, DifficultyStep, EscalationLevel
from assistance.services.difficulties.standards import Standards
from households.services.due import counties_with_households
from jiangjin.areas.models import Area, under
from jiangjin.common.set_based import Statement, insert
from jiangjin.jobs.registry import Due
from jiangjin.jobs.running import JobContext

KIND = "escalate_difficulties"


def escalate(*, area: Area, as_of: dt.date, context: JobContext | None = None) -> dict[str, int]:
    """Raise the level of every unsolved difficulty of an area that is late enough by the day, by the standards in force on it; each
    gets its step. One transaction; done again it finds nothing to do. Returns how many were put before whom.

    Nobody wrote these steps: they and their JobRun account for the change.
    """
    now = timezone.now()
    with transaction.atomic():
        if context is not None:
            context.hold()
        rows = late_enough(as_of).filter(under(area.path, "village__path"))
        # Whoever works on one of them now is waited for; on PostgreSQL the update looks at it anew.
        list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        rows.update(escalation=F("target"), escalated_on=as_of, version=F("version") + 1)
        counts = {}
        for level in (EscalationLevel.TOWN, EscalationLevel.DISTRICT):
            raised = _without_step(area, level, as_of)
            counts[level.name.lower()] = insert(DifficultyStep, _steps(raised, level, as_of, now, context))
    return counts


def escalation_job(context: JobContext) -> dict[str, Any]:
    """Handler of the job kind; params: as_of."""
    as_of = dt.date.fromisoformat(context.params["as_of"])
    return escalate(area=context.run.area, as_of=as_of, context=context)


def escalations(today: dt.date) -> Iterator[Due]:
    """A run a day for each county where something is late enough."""
    waiting = late_enough(today)
    for county in counties_with_households():
        if waiting.filter(under(county.path, "village__path")).exists():
            yield Due(key=today.isoformat(), area=county, params={"as_of": today.isoformat()})


def late_enough(as_of: dt.date) -> QuerySet[Difficulty]:
    """Unsolved difficulties whose level is lower than their lateness asks for (`target`)."""
    whens = []
    for kind, standard in Standards().in_force(as_of).items():
        for level, days in (
            (EscalationLevel.DISTRICT, standard.district_after_days),
            (EscalationLevel.TOWN, standard.town_after_days),
        ):
            whens.append(When(kind=kind, due_on__lte=as_of - dt.timedelta(days=days), then=Value(level.value)))
    target = Case(*whens, default=Value(EscalationLevel.NONE.value), output_field=IntegerField())
    return Difficulty.objects.late(as_of).annotate(target=target).filter(target__gt=F("escalation"))


def _without_step(area: Area, level: EscalationLevel, as_of: dt.date) -> QuerySet[Difficulty]:
    """Those that were raised to the level just now: their version has no step yet."""
    step = DifficultyStep.objects.filter(difficulty=OuterRef("pk"), version=OuterRef("version"))
    raised = Difficulty.objects.unsolved().filter(under(area.path, "village__path"))
    return raised.filter(~Exists(step), escalation=level, escalated_on=as_of).order_by()


def _steps(
    raised: QuerySet[Difficulty], level: EscalationLevel, as_of: dt.date, now: dt.datetime, context: JobContext | None
) -> Statement:
    values: dict[str, Any] = {
        "difficulty_id": F("pk"),
        "version": F("version"),
        "act": Value(DifficultyAct.ESCALATE.value, CharField()),
        "happened_on": Value(as_of),
        "from_state": F("state"),
        "to_state": F("state"),
        "note": Value("", CharField()),
        "details": Value({"escalation": level.value}, JSONField()),
        "job_id": Value(context.run.pk if context is not None else None, IntegerField()),
        "recorded_at": Value(now),
    }
    return Statement.of(raised.values_list(*values.values()), list(values))
