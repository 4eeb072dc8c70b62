"""The monthly visit check: one row a household and month, written set by set (docs/adr/0006).

A run does everybody when the month is new to it, when its standard changed, and when the month has ended meanwhile; any other
run only households whose facts changed since. A visit that was just written is seen at once (`refresh`).
"""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.models import VisitCheck, VisitCheckRun, VisitStandard
from assistance.rules.visit_facts import Month, Numbers
from assistance.rules.visit_month import CHECKED, checked
from assistance.services.consumers import VISIT_CHECK
from assistance.services.tallies import Tally
from households.models import Household
from households.services.extent import households_of, is_everything, one_at_a_time
from jiangjin.areas.models import Area, under
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_area, mark_households, mark_households_of
from jiangjin.common.clock import month_end, month_start, parse_month
from jiangjin.common.set_based import Statement, insert, refresh_statistics, upsert_changed
from jiangjin.jobs.running import JobContext

KIND = "check_visits"


def check(
    *, month: dt.date, area: Area, as_of: dt.date, by: Any = None, context: JobContext | None = None
) -> VisitCheckRun:
    """Check a month (its first day) for the households of an area and write what differs, in one transaction: it is there whole
    or not at all. A household not visited is due as long as `as_of` lies before the month's last day, then it was missed.

    Raises ValidationError where no visit standard is in force.
    """
    as_of = min(as_of, month_end(month))
    applied = _applied(month)
    basis = describe_basis(applied, as_of=as_of)
    digest = _digest(basis)
    with transaction.atomic():
        if context is not None:
            context.hold()
        one_at_a_time(area)
        everybody = not _covered(month=month, digest=digest, area=area)
        run = VisitCheckRun.objects.create(
            area=area,
            month=month,
            as_of=as_of,
            basis=basis,
            basis_digest=digest,
            job=context.run if context is not None else None,
            started_by=by,
        )
        marks, count = _take_marks(run)
        changed = 0
        everybody = everybody or marks.filter(household_id=None).exists()
        if everybody:
            changed = _check_everybody(run, applied)
        elif count:
            changed = _check_marked(run, applied, marks)
        marks.delete()
        run.counts = {**count_states(month=month, area=area).as_json(), "changed": changed, "everybody": everybody}
        run.save(update_fields=["counts"])
    return run


def refresh(household_ids: Collection[int], *, months: Iterable[dt.date]) -> None:
    """Check a few households anew for months that have been checked, as their latest run did. Call in the transaction that
    changed their facts, beside the marks: where another standard holds by now, or a run is under way, the next run does it.
    """
    for month in sorted(set(months)):
        for run, numbers in _latest_runs(household_ids, month=month):
            applied = _applied(month)
            if run.basis_digest != _digest(describe_basis(applied, as_of=run.as_of)):
                continue
            if _upsert(_rows(run, applied, numbers)):
                mark_households(numbers, facts=[Fact.VISIT_CHECK], month=month)


def describe_basis(applied: Month, *, as_of: dt.date) -> dict[str, Any]:
    """The standard that a check applies, and whether the month was over, as its run keeps them."""
    standard = applied.standard
    return {
        "standard": {
            "valid_from": standard.valid_from.isoformat(),
            "methods": standard.counted_methods,
            "least_days": standard.least_days,
            "follows_exited": standard.follows_exited,
            "basis": standard.basis,
        },
        "month_is_over": as_of >= applied.last,
    }


def count_states(*, month: dt.date, area: Area) -> Tally:
    """How the month of an area's households stands."""
    checks = VisitCheck.objects.of_month(month)
    if not is_everything(area):
        checks = checks.filter(under(area.path, "household__village__path"))
    return Tally.of(checks.order_by().values_list("state").annotate(count=Count("*")))


def latest_run(*, area: Area, month: dt.date) -> VisitCheckRun | None:
    """The newest run of a month that covers an area."""
    runs = VisitCheckRun.objects.filter(month=month, area__path__in=area.ancestor_paths())
    return runs.order_by("-pk").first()


def check_job(context: JobContext) -> dict[str, Any]:
    """Handler of the job kind `check_visits`; params: month (2015-12), as_of."""
    run = check(
        month=parse_month(context.params["month"]),
        area=context.run.area,
        as_of=dt.date.fromisoformat(context.params["as_of"]),
        by=context.run.created_by,
        context=context,
    )
    return {**run.counts, "run": run.pk}


def _applied(month: dt.date) -> Month:
    """The month with the standard of its last day."""
    standard = VisitStandard.objects.in_force(month_end(month)).first()
    if standard is None:
        raise ValidationError(
            _("No visit standard is in force in %(month)s."), code="standard", params={"month": f"{month:%Y-%m}"}
        )
    return Month(month_start(month), standard)


def _digest(basis: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()


def _covered(*, month: dt.date, digest: str, area: Area) -> bool:
    """Whether the latest run over this area (or one above it) for the month applied the same standard at the same stage."""
    run = latest_run(area=area, month=month)
    return run is not None and run.basis_digest == digest


def _latest_runs(household_ids: Collection[int], *, month: dt.date) -> list[tuple[VisitCheckRun, list[int]]]:
    """The newest run of the month over the village of each household, with the numbers of the households."""
    runs = list(VisitCheckRun.objects.filter(month=month).select_related("area").order_by("-pk"))
    if not runs:
        return []
    by_run: dict[VisitCheckRun, list[int]] = {}
    villages = Household.objects.filter(pk__in=household_ids).order_by("pk").values_list("pk", "village__path")
    for number, path in villages:
        run = next((run for run in runs if path.startswith(run.area.path)), None)
        if run is not None:
            by_run.setdefault(run, []).append(number)
    return list(by_run.items())


def _take_marks(run: VisitCheckRun) -> tuple[QuerySet[DirtyMark], int]:
    """Claim the marks of this run's month and area; returns them and how many."""
    marks = DirtyMark.objects.filter(consumer=VISIT_CHECK)
    _hand_out(marks, run)
    waiting = marks.filter(month=run.month, claimed_by=None)
    if not is_everything(run.area):
        within = Area.objects.under(run.area)
        waiting = waiting.filter(
            Q(household_id__in=households_of(run.area).values("pk")) | Q(area_id__in=within.values("pk"))
        )
    return marks.filter(month=run.month, claimed_by=run.pk), waiting.update(claimed_by=run.pk)


def _hand_out(marks: QuerySet[DirtyMark], run: VisitCheckRun) -> None:
    """Turn each new mark without a month into one a month that has been checked: the changed fact may concern them all."""
    if not marks.filter(month=None, claimed_by=None).update(claimed_by=run.pk):
        return
    new = marks.filter(month=None, claimed_by=run.pk)
    now = timezone.now()
    fields = ["consumer", "household_id", "area_id", "month", "created_at"]
    other_months = VisitCheckRun.objects.exclude(month=run.month).order_by("month").values_list("month", flat=True)
    for month in other_months.distinct():
        copies = new.order_by().values("household_id", "area_id").distinct()
        copies = copies.values_list(Value(VISIT_CHECK), "household_id", "area_id", Value(month), Value(now))
        insert(DirtyMark, Statement.of(copies, fields))
    new.update(month=run.month, claimed_by=None)


def _check_everybody(run: VisitCheckRun, applied: Month) -> int:
    """Write the rows of everybody that differ; returns how many."""
    mark_area(run.area_id, facts=[Fact.VISIT_CHECK], month=run.month)
    numbers = None if is_everything(run.area) else households_of(run.area).values("pk")
    rows = _rows(run, applied, numbers)
    if VisitCheck.objects.of_month(run.month).exists():
        return _upsert(rows)
    return insert(VisitCheck, rows)


def _check_marked(run: VisitCheckRun, applied: Month, marks: QuerySet[DirtyMark]) -> int:
    """Write the rows of marked households that differ; returns how many."""
    refresh_statistics(DirtyMark)
    numbers = marks.values("household_id")
    changed = _upsert(_rows(run, applied, numbers))
    if changed:
        written = VisitCheck.objects.of_month(run.month).filter(run=run, household_id__in=numbers)
        mark_households_of(written, "household_id", facts=[Fact.VISIT_CHECK], month=run.month)
    return changed


def _rows(run: VisitCheckRun, applied: Month, numbers: Numbers) -> Statement:
    """The rows as a run would write them."""
    constants = {"run_id": Value(run.pk, IntegerField()), "month": Value(run.month)}
    return checked(numbers, applied, as_of=run.as_of, constants=constants)


def _upsert(rows: Statement) -> int:
    return upsert_changed(VisitCheck, rows, key=["household_id", "month"], compared=CHECKED)
