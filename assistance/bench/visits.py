"""How fast a month of visits is checked, beside the fastest single statement known for the same rows (tests/bench/limits/)."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count

from assistance.bench.population import fill_visits
from assistance.models import Visit, VisitCheck, VisitCheckRun
from assistance.rules.visit_month import CHECKED
from assistance.services import visit_checks
from assistance.services.consumers import VISIT_CHECK
from households.bench.population import fill
from households.models import Household
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_households
from jiangjin.common.bench import Bench, Measure, benches, best_of, clocked

MONTH = dt.date(2015, 12, 1)
LAST = dt.date(2015, 12, 31)
ROUNDS = 3


def run(households: int) -> list[Measure]:
    """First check, again without change, again with 1 % changed, and after the month's end, when whoever was due has missed it."""
    fill(households)
    fill_visits(months=[dt.date(2015, 11, 1), MONTH])
    county = Area.objects.get(level=AreaLevel.COUNTY)
    limit_sql = (settings.BASE_DIR / "tests" / "bench" / "limits" / f"visits_{connection.vendor}.sql").read_text(
        encoding="utf-8"
    )

    def empty() -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("TRUNCATE assistance_visitcheck, assistance_visitcheckrun RESTART IDENTITY CASCADE")
                cursor.execute("CHECKPOINT")
            else:
                cursor.execute("DELETE FROM assistance_visitcheck")
                cursor.execute("DELETE FROM assistance_visitcheckrun")

    def before_limit() -> None:
        empty()
        VisitCheckRun.objects.create(pk=1, area=county, month=MONTH, as_of=LAST, basis={}, basis_digest="-")

    def limit() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(limit_sql)

    def whole(as_of: dt.date = LAST) -> None:
        visit_checks.check(month=MONTH, area=county, as_of=as_of)

    limits, wholes = [], []
    for _round in range(ROUNDS):  # in turns: what else the machine does hits both
        limits.append(best_of(1, limit, before=before_limit))
        expected = _result()
        wholes.append(best_of(1, whole, before=empty))
        if _result() != expected:
            raise AssertionError("the check and its yardstick disagree")
    limit_seconds, whole_seconds = min(limits), min(wholes)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE assistance_visitcheck")
    nothing_seconds = best_of(ROUNDS, whole)
    first, *_others = Household.objects.order_by("pk").values_list("pk", flat=True)[:1]
    hundredth = households // 100
    # Villages' visits, whose households lie side by side, and as many here and there, which is the worst case.
    villages = [range(first + place * hundredth, first + (place + 1) * hundredth) for place in range(ROUNDS)]
    scattered = [range(first + 50 + place, first + households, 100) for place in range(ROUNDS)]
    village_seconds = min(after_change(list(numbers), whole) for numbers in villages)
    scattered_seconds = min(after_change(list(numbers), whole) for numbers in scattered)
    if DirtyMark.objects.filter(consumer=VISIT_CHECK).exists():
        raise AssertionError("marks were left behind")
    whole(LAST - dt.timedelta(days=1))
    turned_seconds = clocked(whole)
    return [
        Measure("everybody, rows written", whole_seconds, "bare SQL", limit_seconds, 1.3),
        Measure("again, nothing changed", nothing_seconds, "the whole", whole_seconds, 0.05),
        Measure("again, 1 % changed, by villages", village_seconds, "the whole", whole_seconds, 0.05),
        Measure("again, 1 % changed, scattered", scattered_seconds, "the whole", whole_seconds),
        Measure("the month has ended: due becomes missed", turned_seconds, "the whole", whole_seconds),
    ]


def after_change(changed: list[int], check: Callable[[], None]) -> float:
    """Seconds of a check after the visits of some households turned out to be phone calls."""
    Visit.objects.filter(household_id__in=changed, visited_on__range=(MONTH, LAST)).update(method="phone")
    mark_households(changed, facts=[Fact.VISIT], month=MONTH)
    return clocked(check)


def _result() -> list[tuple[int, ...]]:
    """What was found, in few rows."""
    names = [name for name in CHECKED if not name.startswith("first")]
    return list(
        VisitCheck.objects.order_by(*names).values_list(*names).annotate(Count("pk"), Count("first_counted_on"))
    )


benches.register(Bench("visits", "Monthly visit check", run))
