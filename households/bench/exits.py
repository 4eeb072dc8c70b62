"""How fast exits are evaluated, beside the fastest single statement known for the same rows (tests/bench/limits/)."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from households.bench.population import fill
from households.models import Evaluation, EvaluationRun, Household, IncomeStatement
from households.services import evaluations
from households.services.consumers import EXIT_EVALUATION
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import mark_households
from jiangjin.common.bench import Bench, Measure, benches, best_of, clocked

AS_OF = dt.date(2015, 12, 31)
ROUNDS = 2


def run(households: int) -> list[Measure]:
    """First run, re-run without change, re-run with 1 % changed, simulation."""
    fill(households)
    county = Area.objects.get(level=AreaLevel.COUNTY)
    limit_sql = (settings.BASE_DIR / "tests" / "bench" / "limits" / f"exits_{connection.vendor}.sql").read_text(
        encoding="utf-8"
    )

    def empty() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("TRUNCATE households_evaluation, households_evaluationrun RESTART IDENTITY CASCADE")
                cursor.execute("CHECKPOINT")
            else:
                cursor.execute("DELETE FROM households_evaluation")
                cursor.execute("DELETE FROM households_evaluationrun")

    def before_limit() -> None:
        empty()
        EvaluationRun.objects.create(pk=1, area=county, as_of=AS_OF, income_year=2015, basis={}, basis_digest="-")

    def limit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(limit_sql)

    def whole() -> None:
        evaluations.evaluate(as_of=AS_OF, area=county)

    limit_seconds = best_of(ROUNDS, limit, before=before_limit)
    expected = _verdicts()
    whole_seconds = best_of(ROUNDS, whole, before=empty)
    if _verdicts() != expected:
        raise AssertionError("the evaluation and its yardstick disagree")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE households_evaluation")
    nothing_seconds = clocked(whole)
    first, *_others = Household.objects.order_by("pk").values_list("pk", flat=True)[:1]
    last = first + households
    # A village's roster, whose households lie side by side, and the same number here and there, which is the worst case.
    village_seconds = after_change(list(range(first, first + households // 100)), whole)
    scattered_seconds = after_change(list(range(first + 50, last, 100)), whole)
    if DirtyMark.objects.filter(consumer=EXIT_EVALUATION).exists():
        raise AssertionError("marks were left behind")
    simulate_seconds = clocked(
        lambda: evaluations.simulate_tally(as_of=AS_OF, households=Household.objects.all(), line_fen=400_000)
    )
    return [
        Measure("everybody, verdicts written", whole_seconds, "bare SQL", limit_seconds, 1.3),
        Measure("again, nothing changed", nothing_seconds, "the whole", whole_seconds, 0.05),
        Measure("again, 1 % changed, by villages", village_seconds, "the whole", whole_seconds, 0.05),
        Measure("again, 1 % changed, scattered", scattered_seconds, "the whole", whole_seconds, 0.05),
        Measure("simulated with another line", simulate_seconds, "the whole", whole_seconds),
    ]


def after_change(changed: list[int], evaluate: Callable[[], None]) -> float:
    """Seconds of an evaluation after the incomes of some households have changed."""
    IncomeStatement.objects.filter(household_id__in=changed).update(wages_fen=F("wages_fen") + 100_000)
    mark_households(changed)
    return clocked(evaluate)


def _verdicts() -> list[tuple[int, ...]]:
    from django.db.models import Count

    names = ["verdict", "income_above_line", "compulsory_schooling", "medical_cover", "safe_housing", "safe_water"]
    return list(Evaluation.objects.order_by(*names).values_list(*names).annotate(Count("pk")))


benches.register(Bench("exits", "Exit evaluation", run))
