"""Bringing roll-ups up to date: what changed is repaired, whatever its month; a month is built anew in one transaction.

A county's months stand in RollupMonth. Whoever repairs holds all of these rows, whoever builds a month holds that one: what is
written was read under the lock. A month whose digest is empty waits to be built; readers see its former rows until then.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from households.models import Household
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.changes.models import DirtyMark
from jiangjin.common import clock
from jiangjin.common.clock import month_start, next_month
from jiangjin.common.set_based import changed, insert, insert_rows, staged, upsert_changed
from jiangjin.jobs.running import JobContext
from supervision.models import HouseholdMonth, RollupMonth
from supervision.services import area_months
from supervision.services.consumers import ROLLUPS
from supervision.services.counties import households_of, is_only, villages_of
from supervision.services.household_months import COLUMNS, KEY, Period, household_months

REBUILD = "refresh_rollups"
HOUSEHOLDS_A_CHUNK = 1000
# Longer ago no month is opened by itself; one that is open is repaired for ever.
MOST_MONTHS = 36
DELETED_A_STATEMENT = 500


@dataclass
class Work:
    """What a refresh did. Rows are counted where they were written or removed."""

    marks: int = 0
    months_built: int = 0
    household_months: int = 0
    area_months: int = 0
    villages: set[int] = field(default_factory=set)

    def add(self, other: "Work") -> None:
        for name, value in vars(other).items():
            mine = getattr(self, name)
            setattr(self, name, mine | value if isinstance(mine, set) else mine + value)

    @property
    def counts(self) -> dict[str, int]:
        return {name: value for name, value in asdict(self).items() if name != "villages"}


def refresh(*, today: dt.date, county: Area | None = None, wait: bool = True) -> Work:
    """Bring the roll-ups of a county, or of all, up to date with what has been committed.

    `wait`: False leaves a county alone that somebody else is refreshing now; that one will see what is marked meanwhile.
    Raises django.db.OperationalError then (PostgreSQL; SQLite has one writer at a time anyway).
    """
    work = Work()
    for one in [county] if county is not None else Area.objects.filter(level=AreaLevel.COUNTY).order_by("path"):
        work.add(_refresh_county(one, today=today, wait=wait))
    return work


def rebuild(*, county: Area, today: dt.date, context: JobContext | None = None) -> Work:
    """Build every month of a county anew, month by month, the latest first; each is there whole or not at all."""
    _open_months(county, today=today)
    _void(county)
    work = _build_waiting(county, today=today, context=context)
    work.add(_refresh_county(county, today=today))
    return work


def rebuild_job(context: JobContext) -> dict[str, Any]:
    """Handler of the job kind `refresh_rollups`: the county of the job's area."""
    county = Area.objects.get(path=context.run.area.ancestor_paths()[0])
    return rebuild(county=county, today=clock.today(), context=context).counts


def waiting_marks(county: Area | None = None) -> QuerySet[DirtyMark]:
    """Marks of changes that are not in the roll-ups yet."""
    marks = DirtyMark.objects.filter(consumer=ROLLUPS, claimed_by=None)
    if county is None or is_only(county):
        return marks
    places = Area.objects.under(county).values("pk")
    return marks.filter(household_id__in=households_of(county).values("pk")) | marks.filter(area_id__in=places)


# --- months ------------------------------------------------------------------------------------------------------------


def _refresh_county(county: Area, *, today: dt.date, wait: bool = True) -> Work:
    work = Work()
    if not RollupMonth.objects.filter(county=county, month=month_start(today)).exists():
        _open_months(county, today=today)
    _void_marked_areas(county, wait=wait)
    work.add(_build_waiting(county, today=today, wait=wait))
    while (repaired := _repair_some(county, today=today, wait=wait)) is not None:
        work.add(repaired)
    work.add(_build_waiting(county, today=today, wait=wait))  # an earlier registration opens earlier months
    return work


def _open_months(county: Area, *, today: dt.date) -> None:
    """Months from the January of the first registration to the running one, MOST_MONTHS at most, not built yet."""
    first = households_of(county).aggregate(first=Min("registered_on"))["first"]
    if first is None or first > today:
        return
    running = month_start(today)
    earliest = running.replace(year=running.year - MOST_MONTHS // 12)
    month = max(first.replace(month=1, day=1), next_month(earliest))
    months = []
    while month <= running:
        months.append(month)
        month = next_month(month)
    now = timezone.now()
    RollupMonth.objects.bulk_create(
        (
            RollupMonth(
                county=county, month=month, as_of=month - dt.timedelta(days=1), basis_digest="", refreshed_at=now
            )
            for month in months
        ),
        ignore_conflicts=True,
    )


def _void(county: Area) -> None:
    """Let every month wait to be built, and with that drop the marks that are there now: building covers them."""
    with transaction.atomic():
        months = _hold(county)
        RollupMonth.objects.filter(pk__in=[row.pk for row in months]).update(basis_digest="")
        _delete(DirtyMark, list(waiting_marks(county).values_list("pk", flat=True)))


def _void_marked_areas(county: Area, *, wait: bool) -> None:
    """Let the months wait to be built for which a whole area is marked."""
    places = Area.objects.under(county).values("pk")
    marks = DirtyMark.objects.filter(consumer=ROLLUPS, household_id=None, area_id__in=places)
    if not marks.exists():
        return
    with transaction.atomic():
        months = _hold(county, wait=wait)
        taken = list(marks.values_list("pk", "month"))
        concerned = {row.pk for row in months for _pk, marked in taken if _concerns(marked, row.month)}
        RollupMonth.objects.filter(pk__in=concerned).update(basis_digest="")
        _delete(DirtyMark, [pk for pk, _month in taken])


def _build_waiting(county: Area, *, today: dt.date, context: JobContext | None = None, wait: bool = True) -> Work:
    """Build the months that wait for it, or whose last day or definitions have moved on; the latest first."""
    work = Work()
    months = RollupMonth.objects.filter(county=county, month__lte=today).order_by("-month")
    waiting = [row for row in months if not _is_current(row, today)]
    for done, row in enumerate(waiting):
        if context is not None:
            context.progress(done, len(waiting), _("Month %(month)s") % {"month": f"{row.month:%Y-%m}"})
        work.add(_build(county, row, today=today, context=context, wait=wait))
    return work


def _is_current(row: RollupMonth, today: dt.date) -> bool:
    return row.basis_digest == area_months.basis_digest() and row.as_of == Period.of(row.month, today=today).as_of


def _build(county: Area, row: RollupMonth, *, today: dt.date, context: JobContext | None, wait: bool) -> Work:
    with transaction.atomic():
        (held,) = RollupMonth.objects.select_for_update(nowait=not wait).filter(pk=row.pk)
        if _is_current(held, today):
            return Work()  # somebody else was faster
        if context is not None:
            context.hold()
        period = Period.of(held.month, today=today)
        villages = villages_of(county)
        written = _write_all(county, period, villages)
        areas = area_months.write(held.month, villages)
        held.as_of, held.basis_digest, held.refreshed_at = period.as_of, area_months.basis_digest(), timezone.now()
        held.save(update_fields=["as_of", "basis_digest", "refreshed_at"])
    return Work(months_built=1, household_months=written, area_months=areas)


def _write_all(county: Area, period: Period, villages: list[int]) -> int:
    """Write a whole month of a county's households; returns how many rows were written or removed."""
    rows = household_months(households_of(county), period)
    current = HouseholdMonth.objects.of_month(period.month).filter(village__in=villages).order_by()
    if not current.exists() and is_only(county):
        return insert(HouseholdMonth, rows)
    with staged(rows, name="built_months") as built:
        removed = current.exclude(household__in=built.only("household_id")).delete()[0]
        differing = changed(built, key="household_id", compared=COLUMNS, current=current)
        return removed + upsert_changed(HouseholdMonth, differing, key=KEY, compared=COLUMNS)


# --- repairs -----------------------------------------------------------------------------------------------------------


def _repair_some(county: Area, *, today: dt.date, wait: bool) -> Work | None:
    """Take up the marks of some households and repair their months, in one transaction; None if there are no marks."""
    marks = waiting_marks(county).filter(household_id__isnull=False).order_by("household_id")
    if not marks.exists():
        return None
    with transaction.atomic():
        months = {row.month: row for row in _hold(county, wait=wait) if row.basis_digest and row.month <= today}
        chosen = list(marks.values_list("household_id", flat=True).distinct()[:HOUSEHOLDS_A_CHUNK])
        taken = list(DirtyMark.objects.filter(consumer=ROLLUPS, claimed_by=None, household_id__in=chosen))
        concerned: dict[dt.date, set[int]] = defaultdict(set)
        for mark in taken:
            for month in months:
                if mark.household_id is not None and _concerns(mark.month, month):
                    concerned[month].add(mark.household_id)
        work = Work(marks=len(taken))
        for month, households in sorted(concerned.items()):
            period = Period(month, months[month].as_of)
            repaired = repair(Household.objects.filter(pk__in=sorted(households)), period)
            work.add(repaired)
            if repaired.household_months:
                RollupMonth.objects.filter(pk=months[month].pk).update(refreshed_at=timezone.now())
        _delete(DirtyMark, [mark.pk for mark in taken])
    first = Household.objects.filter(pk__in=[key for key in chosen if key is not None]).aggregate(
        first=Min("registered_on")
    )["first"]
    if first is not None and (not months or first < min(months)):
        _open_months(county, today=today)
    return work


def repair(households: QuerySet[Household], period: Period) -> Work:
    """Bring the rows of some households in a month, and of the villages they count in, up to date.

    For up to some thousand households: their rows are compared here. Call under the lock of the month.
    """
    wanted = {row[0]: tuple(row[2:]) for row in household_months(households, period).rows()}
    stored = HouseholdMonth.objects.of_month(period.month).filter(household__in=households.order_by().values("pk"))
    stale: list[int] = []
    touched: set[int] = set(wanted)
    villages: set[int] = set()
    rows: list[tuple[Any, ...]] = list(stored.order_by().values_list("pk", "household_id", *COLUMNS))
    for pk, household, *columns in rows:
        if wanted.get(household) == tuple(columns):
            touched.discard(household)
        else:
            stale.append(pk)
            touched.add(household)
            villages.add(columns[0])
    if not touched:
        return Work()
    _delete(HouseholdMonth, stale)
    missing = [(household, period.month, *columns) for household, columns in wanted.items() if household in touched]
    insert_rows(HouseholdMonth, [*KEY, *COLUMNS], missing)
    villages.update(row[2] for row in missing)
    areas = area_months.write(period.month, villages)
    return Work(household_months=len(touched), area_months=areas, villages=villages)


def _concerns(marked: dt.date | None, month: dt.date) -> bool:
    """Whether a fact of the month `marked` (None: of any) may change `month`: a verdict holds until the end of its year."""
    return marked is None or (marked <= month and marked.year == month.year)


def _hold(county: Area, *, wait: bool = True) -> list[RollupMonth]:
    """The county's months, locked until the end of the transaction; all of them, so that none is being built meanwhile."""
    return list(RollupMonth.objects.select_for_update(nowait=not wait).filter(county=county).order_by("month"))


def _delete(model: type[models.Model], keys: list[int]) -> None:
    """By number: what was committed meanwhile stays."""
    for start in range(0, len(keys), DELETED_A_STATEMENT):
        model._default_manager.filter(pk__in=keys[start : start + DELETED_A_STATEMENT]).delete()
