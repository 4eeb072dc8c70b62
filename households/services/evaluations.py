"""Judging exits: write verdicts for a population, set by set, or simulate them with another line.

Evaluation never changes a status: exits are status events, written by the exit procedure.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, IntegerField, Q, QuerySet, Value
from django.utils import timezone

from households.models import Evaluation, EvaluationRun, Household, Verdict
from households.rules import in_force
from households.rules.facts import Lines, income_year, population
from households.rules.verdicts import JUDGED, judged
from households.services.consumers import EXIT_EVALUATION
from households.services.extent import households_of, is_everything, one_at_a_time
from jiangjin.areas.models import Area, under
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_area, mark_households_of
from jiangjin.common.clock import month_start
from jiangjin.common.set_based import Statement, changed, insert, refresh_statistics, staged, tally
from jiangjin.jobs import services as jobs
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.running import JobContext

VERDICT_NAMES: dict[int, str] = {Verdict.MET: "met", Verdict.NOT_MET: "not_met", Verdict.NOT_VERIFIED: "not_verified"}


@dataclass(frozen=True)
class Tally:
    """How many households have which verdict."""

    met: int = 0
    not_met: int = 0
    not_verified: int = 0

    @property
    def households(self) -> int:
        return self.met + self.not_met + self.not_verified

    @classmethod
    def of(cls, rows: list[tuple[int, int]]) -> "Tally":
        """From (verdict, count) rows."""
        return cls(**{VERDICT_NAMES[Verdict(verdict)]: count for verdict, count in rows})


def evaluate(*, as_of: dt.date, area: Area, by: Any = None, context: JobContext | None = None) -> EvaluationRun:
    """Judge the households of an area as of a day and write what is new, in one transaction: it is there whole or not at all.

    The first run for a day, and one whose lines or rules changed, judges everybody; any other run only households whose facts
    changed since. A row is written only where the verdict or a fact differs; the row it replaces stays, marked.
    """
    year = income_year(as_of)
    lines = Lines.of_year(year)
    basis = describe_basis(as_of=as_of, lines=lines)
    digest = hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        if context is not None:
            context.hold()
        one_at_a_time(area)
        everybody = not _covered(as_of=as_of, digest=digest, area=area)
        run = EvaluationRun.objects.create(
            area=area,
            as_of=as_of,
            income_year=year,
            basis=basis,
            basis_digest=digest,
            job=context.run if context is not None else None,
            started_by=by,
        )
        _hand_out_marks(run)
        households = households_of(area)
        marks = DirtyMark.objects.filter(consumer=EXIT_EVALUATION, month=as_of, claimed_by=run.pk)
        if not everybody:
            refresh_statistics(DirtyMark)
            households = households.filter(pk__in=marks.values("household_id"))
        written, superseded = _write(run, households, lines=lines, everybody=everybody)
        marks.delete()
        totals = count_verdicts(as_of=as_of, area=area)
        run.counts = {
            "households": totals.households,
            "met": totals.met,
            "not_met": totals.not_met,
            "not_verified": totals.not_verified,
            "written": written,
            "superseded": superseded,
            "everybody": everybody,
        }
        run.save(update_fields=["counts"])
    return run


def simulate(*, as_of: dt.date, households: QuerySet[Household], line_fen: int | None = None) -> Statement:
    """The verdicts that `households` would have with another line (分 per head); nothing is written.

    The statement's columns are household_id and JUDGED; tally it with `jiangjin.common.set_based.tally`.
    """
    lines = Lines(line_fen) if line_fen is not None else Lines.of_year(income_year(as_of))
    return judged(households, as_of=as_of, lines=lines)


def simulate_tally(*, as_of: dt.date, households: QuerySet[Household], line_fen: int | None = None) -> Tally:
    """How many of `households` would have which verdict."""
    return Tally.of(tally(simulate(as_of=as_of, households=households, line_fen=line_fen), by=["verdict"]))


def count_verdicts(*, as_of: dt.date, area: Area) -> Tally:
    """How many households of an area have which verdict in force for a day."""
    current = Evaluation.objects.current(as_of)
    if not is_everything(area):
        current = current.filter(under(area.path, "household__village__path"))
    rows = current.order_by().values_list("verdict").annotate(count=Count("pk"))
    return Tally.of(list(rows))


def describe_basis(*, as_of: dt.date, lines: Lines) -> dict[str, Any]:
    """The lines and rules that an evaluation applies, as its run keeps them."""
    return {
        "income_year": income_year(as_of),
        "line_fen": lines.national,
        "district_lines_fen": dict(lines.districts),
        "rules": [{"code": rule.code, "valid_from": rule.valid_from.isoformat()} for rule in in_force(as_of)],
    }


def _covered(*, as_of: dt.date, digest: str, area: Area) -> bool:
    """Whether the latest run over this area (or one above it) for the day applied the same lines and rules."""
    latest = (
        EvaluationRun.objects.filter(as_of=as_of, area__path__in=area.ancestor_paths())
        .order_by("-pk")
        .values_list("basis_digest", flat=True)
        .first()
    )
    return latest == digest


def _hand_out_marks(run: EvaluationRun) -> None:
    """Turn each new mark into one a day that has been evaluated, and claim those of this run's day and area.

    A mark arrives without a day, since a changed fact may concern them all.
    """
    marks = DirtyMark.objects.filter(consumer=EXIT_EVALUATION)
    marks.filter(month=None, claimed_by=None).update(claimed_by=run.pk)
    new = marks.filter(month=None, claimed_by=run.pk)
    now = timezone.now()
    fields = ["consumer", "household_id", "month", "created_at"]
    other_days = EvaluationRun.objects.exclude(as_of=run.as_of).order_by("as_of").values_list("as_of", flat=True)
    for as_of in other_days.distinct():
        copies = new.order_by().values("household_id").distinct()
        copies = copies.values_list(Value(EXIT_EVALUATION), "household_id", Value(as_of), Value(now))
        insert(DirtyMark, Statement.of(copies, fields))
    waiting = marks.filter(month=run.as_of, claimed_by=None)
    if is_everything(run.area):
        new.update(month=run.as_of)
    else:
        new.update(month=run.as_of, claimed_by=None)
        waiting = waiting.filter(household_id__in=households_of(run.area).values("pk"))
    waiting.update(claimed_by=run.pk)


def _write(run: EvaluationRun, households: QuerySet[Household], *, lines: Lines, everybody: bool) -> tuple[int, int]:
    """Write the verdicts that are new; returns (rows written, rows replaced)."""
    current = Evaluation.objects.current(run.as_of).order_by()
    if not everybody:
        current = current.filter(household__in=households.order_by().values("pk"))
    fixed = {"run_id": Value(run.pk, IntegerField()), "as_of": Value(run.as_of)}
    if everybody and not current.exists():
        mark_area(run.area_id, facts=[Fact.VERDICT], month=month_start(run.as_of))
        return insert(Evaluation, judged(households, as_of=run.as_of, lines=lines, constants=fixed)), 0
    # (With everybody judged, `current` is the whole day: rows of other areas find no partner and do no harm.)
    rows = changed(
        judged(households, as_of=run.as_of, lines=lines, constants=fixed),
        key="household_id",
        compared=JUDGED,
        current=current,
    )
    in_force = Evaluation.objects.current(run.as_of)
    # Staged, because the rows in force must be replaced before the new ones stand: one row a household is in force.
    with staged(rows, name="changed_verdicts") as new_rows:
        replaced = in_force.filter(household__in=new_rows.only("household_id")).update(superseded_by=run)
        written = insert(Evaluation, new_rows)
    # Who is no longer judged (removed, dissolved, moved out by the day) loses the verdict in force.
    gone = households.exclude(population(run.as_of)).order_by()
    replaced += in_force.filter(household__in=gone.values("pk")).update(superseded_by=run)
    concerned = Evaluation.objects.filter(Q(run=run) | Q(superseded_by=run), as_of=run.as_of)
    mark_households_of(concerned, "household_id", facts=[Fact.VERDICT], month=month_start(run.as_of))
    return written, replaced


def start(*, as_of: dt.date, area: Area, by: Any) -> JobRun | None:
    """Have a worker evaluate an area as of a day; None if the same is waiting for a worker already (a button pressed twice)."""
    params = {"as_of": as_of.isoformat()}
    with transaction.atomic():
        one_at_a_time(area)
        if jobs_running(area=area).filter(state=JobState.QUEUED, params__as_of=params["as_of"]).exists():
            return None
        return jobs.start(kind="evaluate_exits", area=area, by=by, params=params)


def evaluate_job(context: JobContext) -> dict[str, Any]:
    """Handler of the job kind `evaluate_exits`; params: as_of."""
    run = evaluate(
        as_of=dt.date.fromisoformat(context.params["as_of"]),
        area=context.run.area,
        by=context.run.created_by,
        context=context,
    )
    return {**run.counts, "run": run.pk}


def awaits_another(evaluation: Evaluation) -> bool:
    """Whether facts of the household have changed since the verdict, and no run has taken them in."""
    waiting = DirtyMark.objects.filter(Q(month=None) | Q(month=evaluation.as_of), claimed_by=None)
    return waiting.filter(consumer=EXIT_EVALUATION, household_id=evaluation.household_id).exists()


def latest_run(*, area: Area, as_of: dt.date) -> EvaluationRun | None:
    """The newest run for a day that covers an area."""
    runs = EvaluationRun.objects.filter(as_of=as_of, area__path__in=area.ancestor_paths())
    return runs.order_by("-pk").first()


def jobs_running(*, area: Area) -> QuerySet[JobRun]:
    """Evaluations that are waiting or running over an area."""
    return JobRun.objects.filter(kind="evaluate_exits", area=area, finished_at=None)
