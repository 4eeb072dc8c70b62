"""Channels proposed from done measures, for all exits of an area and year: first what would be written, then writing it.

Only exits that have no channel at all are filled. Where something is on file and the measures speak for more, nothing is
written: such exits are listed, and somebody decides. A channel on file that a measure supports comes to rest on it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.models import Batch, ExitChannel
from assistance.permissions import EDIT_CHANNELS
from assistance.services.channel_support import supported
from households.models import Household, StatusEvent
from households.services.batch import changed_entry, created_entry
from households.services.extent import one_at_a_time
from jiangjin.areas.models import Area, under
from jiangjin.audit.services import record_many as log
from jiangjin.common.set_based import Statement, add_rows, quote, tally, with_
from jiangjin.jobs.models import UNFINISHED, JobRun
from jiangjin.jobs.running import JobContext
from jiangjin.jobs.services import start as start_job

KIND = "fill_exit_channels"
HOUSEHOLDS_A_TIME = 300
# A channel on file is one of those that measures speak for.
SAME = "own.exit_id = supported.exit_id AND own.member_id = supported.member_id AND own.batch = supported.batch"


@dataclass(frozen=True)
class Proposal:
    """What the done measures speak for.

    empty: exits without any channel; filled: those of them that would get some. persons: by channel, of these exits.
    differing: exits with channels for which the measures speak for more. resting: channels on file that would come to rest on
    a measure.
    """

    empty: int
    filled: int
    differing: int
    resting: int
    persons: dict[str, int] = field(default_factory=dict)

    @property
    def channels(self) -> int:
        return sum(self.persons.values())


def empty(exits: QuerySet[StatusEvent]) -> QuerySet[StatusEvent]:
    """Exits without any channel."""
    return exits.filter(~Exists(ExitChannel.objects.order_by().filter(exit=OuterRef("pk"))))


def propose(exits: QuerySet[StatusEvent], *, year: int) -> Proposal:
    """What `fill` would write for these exits of a year. Writes nothing."""
    without = empty(exits)
    new = supported(without, year=year)
    persons: dict[str, int] = dict(tally(new, by=["batch"]))
    return Proposal(
        empty=without.count(),
        filled=_count(new, "exit_id"),
        differing=exits.filter(pk__in=differing(exits, year=year)).count(),
        resting=_to_rest(exits, year=year).count(),
        persons={batch: persons.get(batch, 0) for batch in Batch.values},
    )


def differing(exits: QuerySet[StatusEvent], *, year: int) -> RawSQL:
    """Numbers of the exits with channels for which done measures speak for one that is not on file, to stand behind an `__in`."""
    said = exits.filter(Exists(ExitChannel.objects.order_by().filter(exit=OuterRef("pk"))))
    on_file = f"SELECT 1 FROM {quote(ExitChannel._meta.db_table)} own WHERE {SAME}"
    missing = Statement(f"SELECT supported.exit_id FROM supported WHERE NOT EXISTS ({on_file})", (), ("exit_id",))
    return _numbers(supported(said, year=year), missing)


def start(*, area: Area, year: int, by: Any) -> JobRun | None:
    """Have a worker fill the area; None if such a job waits or runs already. Raises PermissionDenied outside the user's area."""
    if not by.scope(EDIT_CHANNELS).covers(area.path):
        raise PermissionDenied
    with transaction.atomic():
        one_at_a_time(area)
        if running(area).exists():
            return None
        return start_job(kind=KIND, area=area, by=by, params={"year": year})


def running(area: Area) -> QuerySet[JobRun]:
    """Jobs of the area that wait or run."""
    return JobRun.objects.filter(kind=KIND, area=area, state__in=UNFINISHED).select_related("area", "created_by")


def fill_job(context: JobContext) -> dict[str, Any]:
    """Write what is proposed, some hundred households at a time; what was written before an interruption stays."""
    area, year = context.run.area, int(context.params["year"])
    counts: Counter[str] = Counter(exits=0, channels=0, resting=0)
    chunks = list(_chunks(area, year))
    for number, keys in enumerate(chunks):
        context.progress(number * HOUSEHOLDS_A_TIME, len(chunks) * HOUSEHOLDS_A_TIME)
        with transaction.atomic():
            context.hold()
            counts.update(fill(keys, year=year, by=context.run.created_by, job_id=context.run.pk))
    return dict(counts)


def fill(households: Sequence[int], *, year: int, by: Any, job_id: int | None = None) -> dict[str, int]:
    """Write the channels that done measures speak for, of the exits of a year of some hundred households that have none, and let
    those on file rest on their measures. Returns counts of exits, channels and resting ones. Call inside a transaction."""
    locked = Household.objects.select_for_update(of=("self",), no_key=True).select_related("village")
    by_key = {household.pk: household for household in locked.filter(pk__in=households).order_by("pk")}
    exits = StatusEvent.objects.exits_in(year).filter(household__in=by_key).order_by()
    rows = [
        ExitChannel(
            exit_id=exit_id,
            household=by_key[household_id],
            member_id=member_id,
            batch=batch,
            enrolment_id=enrolment_id,
            recorded_by=by,
            recorded_at=timezone.now(),
        )
        for exit_id, household_id, member_id, batch, enrolment_id in sorted(supported(empty(exits), year=year).rows())
    ]
    resting = _let_rest(exits, year=year)
    add_rows(ExitChannel, rows)
    entries = [*map(created_entry(ExitChannel), rows), *(changed_entry(row, {"enrolment": None}) for row in resting)]
    log(entries, by=by, reason=str(_("From the done measures of the exit's year")), job_id=job_id)
    return {"exits": len({row.exit_id for row in rows}), "channels": len(rows), "resting": len(resting)}


def _chunks(area: Area, year: int) -> Iterator[list[int]]:
    """Numbers of the area's exited households."""
    exits = StatusEvent.objects.exits_in(year).filter(under(area.path, "household__village__path"))
    keys = list(exits.order_by("household").values_list("household", flat=True))
    for start_at in range(0, len(keys), HOUSEHOLDS_A_TIME):
        yield keys[start_at : start_at + HOUSEHOLDS_A_TIME]


def _to_rest(exits: QuerySet[StatusEvent], *, year: int) -> QuerySet[ExitChannel]:
    """Channels on file without an enrolment for which a done measure speaks."""
    joined = f"SELECT own.id FROM supported JOIN {quote(ExitChannel._meta.db_table)} own ON {SAME}"
    numbers = _numbers(supported(exits, year=year), Statement(joined, (), ("id",)))
    return ExitChannel.objects.order_by("pk").filter(enrolment=None, pk__in=numbers)


def _let_rest(exits: QuerySet[StatusEvent], *, year: int) -> list[ExitChannel]:
    rows = list(_to_rest(exits, year=year).select_related("household__village"))
    if rows:
        found = {row[0:1] + row[2:4]: row[4] for row in supported(exits, year=year).rows()}
        for row in rows:
            row.enrolment_id = found[row.exit_id, row.member_id, row.batch]
        ExitChannel.objects.bulk_update(rows, ["enrolment"], batch_size=200)
    return rows


def _numbers(rows: Statement, main: Statement) -> RawSQL:
    """The one column of `main`, which reads rows of COLUMNS as `supported`, to stand behind an `__in`."""
    both = with_([rows.named("supported")], main)
    return RawSQL(both.sql, both.params)


def _count(rows: Statement, column: str) -> int:
    counted = Statement(f"SELECT COUNT(DISTINCT {quote(column)}) FROM counted", (), ("count",))
    return int(with_([rows.named("counted")], counted).rows()[0][0])
