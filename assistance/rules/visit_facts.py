"""The facts that a visit month is judged on, one row a household, all in one query (docs/adr/0006)."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from assistance.models import Absence, Visit, VisitStandard
from households.models import HelperAssignment, Household, HouseholdStatus, StatusEvent, StatusEventKind
from households.models.household import FOLLOWED
from jiangjin.common.clock import month_end
from jiangjin.common.set_based import Statement, date_literal, day_before, day_count, quote, with_

# Which households: their numbers, or None for everybody, which is faster than a condition that all fulfil.
Numbers: TypeAlias = QuerySet | Collection[int] | None
GONE = [status for status in HouseholdStatus if status not in FOLLOWED]
# Columns of a facts row besides the household's.
FACTS = [
    "on_roll",
    "due_days",
    "due_to_on",
    "away_days",
    "visits",
    "late_entries",
    "contacts",
    "first_contact_on",
    "counted_contacts",
    "first_counted_contact_on",
]
HELD = ["household_id", "on_roll", "due_from_on", "due_to_on", "due_days"]


@dataclass(frozen=True)
class Month:
    """A month by its first day, with the standard applied to it."""

    first: dt.date
    standard: VisitStandard

    @property
    def last(self) -> dt.date:
        return month_end(self.first)

    @property
    def gone_statuses(self) -> list[HouseholdStatus]:
        """Who owes no visit any more from the day of that status on."""
        return GONE if self.standard.follows_exited else [*GONE, HouseholdStatus.EXITED]


def facts(numbers: Numbers, month: Month) -> Statement:
    """One row a household of those chosen: `household_id`, then FACTS.

    Everything is aggregated once by household and joined by its number, in whose order it comes: asked for that, PostgreSQL
    merges what is sorted already instead of hashing it, and an index fills from left to right. The few that are away are asked for their due period
    a second time, which is cheaper than keeping everybody's.
    """
    absent = Absence.objects.filter(_touches(month), _chosen(numbers, "household_id")).order_by()
    selected = [
        *("h.household_id", "h.on_roll", "h.due_days", "h.due_to_on", "COALESCE(w.days, 0)"),
        *("COALESCE(s.visits, 0)", "COALESCE(s.late_entries, 0)", "COALESCE(s.contacts, 0)", "s.first_contact_on"),
        *("COALESCE(s.counted_contacts, 0)", "s.first_counted_contact_on"),
    ]
    joined = Statement(
        f"SELECT {', '.join(selected)} FROM held h LEFT JOIN seen s ON s.household_id = h.household_id "
        "LEFT JOIN away w ON w.household_id = h.household_id ORDER BY h.household_id",
        (),
        ("household_id", *FACTS),
    )
    tables = [
        _held(numbers, month).named("held"),
        _seen(numbers, month).named("seen"),
        _away(absent, month).named("away"),
    ]
    return with_(tables, joined)


def _held(numbers: Numbers, month: Month) -> Statement:
    """HELD: whether the household was on the roll in the month, and its due period: from the first to the last day of the
    month on which it was there and had a helper; gaps between two helpers do not matter. NULL where there is no such day.

    Its days are counted here, where each is asked once; SQLite works an expression out anew wherever it is used further up.
    """
    there = Statement(
        "SELECT k.household_id, CASE WHEN s.back_on > k.registered_on THEN s.back_on ELSE k.registered_on END, "
        "CASE WHEN k.gone_on IS NULL THEN s.gone_on ELSE k.gone_on END "
        # (For those that did not change SQLite, which tries the first condition, looks for nobody.)
        "FROM known k LEFT JOIN stood s ON s.household_id = k.changed_id AND s.household_id = k.household_id",
        (),
        ("household_id", "came_on", "gone_on"),
    )
    month_start, month_end = date_literal(month.first), date_literal(month.last)
    # Assignments with a day in common with the month and with the household's time on the roll, taken together; only then
    # cut to both, once a household.
    first_there = _later("MIN(t.came_on)", month_start)
    last_there = f"CASE WHEN MIN(t.gone_on) IS NULL THEN {month_end} ELSE {day_before('MIN(t.gone_on)')} END"
    last_day = f"CASE WHEN a.starts_on IS NOT NULL THEN COALESCE(a.ends_on, {month_end}) END"
    due_from, due_to = _later("MIN(a.starts_on)", first_there), _earlier(f"MAX({last_day})", last_there)
    held = Statement(
        f"SELECT t.household_id, {first_there} <= {last_there}, {due_from}, {due_to}, "
        f"COALESCE({day_count(due_from, due_to)}, 0) "
        f"FROM there t LEFT JOIN {quote(HelperAssignment._meta.db_table)} a ON a.household_id = t.household_id "
        f"AND a.starts_on <= {month_end} AND (a.ends_on IS NULL OR a.ends_on >= {month_start} AND a.ends_on >= t.came_on) "
        f"AND t.came_on <= {month_end} AND (t.gone_on IS NULL OR t.gone_on > a.starts_on AND t.gone_on > {month_start} "
        "AND t.gone_on > t.came_on) GROUP BY t.household_id",
        (),
        tuple(HELD),
    )
    tables = [_known(numbers, month).named("known"), _stood(numbers, month).named("stood"), there.named("there")]
    return with_(tables, held)


def _later(one: str, other: str) -> str:
    """SQL: the later of two days; NULL where the first is."""
    return f"CASE WHEN {one} < {other} THEN {other} ELSE {one} END"


def _earlier(one: str, other: str) -> str:
    """SQL: the earlier of two days; NULL where the first is."""
    return f"CASE WHEN {one} > {other} THEN {other} ELSE {one} END"


def _known(numbers: Numbers, month: Month) -> Statement:
    """What the household itself says: since when it is registered, since when gone if it left by the month's end, and its
    number again if its status changed within the month or later."""
    gone = When(status__in=month.gone_statuses, status_on__lte=month.last, then=F("status_on"))
    changed = When(status_on__gt=month.first, then=F("pk"))
    return Statement.of(
        Household.objects.filter(_chosen(numbers, "pk"))
        .order_by()
        .values_list(
            "pk",
            "registered_on",
            Case(gone, output_field=DateField(null=True)),
            Case(changed),
        ),
        ["household_id", "registered_on", "gone_on", "changed_id"],
    )


def _stood(numbers: Numbers, month: Month) -> Statement:
    """What status events say of households whose status changed within the month or later: how they stood at its end. Gone
    since when, or else there since when (again): one that had been removed and came back in the month owes the rest of it."""
    back = [StatusEventKind.REGISTERED]
    if not month.standard.follows_exited:
        back.append(StatusEventKind.RELAPSED)
    telling = StatusEvent.objects.filter(kind__in=[*back, *month.gone_statuses], occurred_on__lte=month.last)
    later = telling.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")),
        household=OuterRef("household"),
    )
    changed = Household.objects.filter(_chosen(numbers, "pk"), status_on__gt=month.first).order_by()
    latest = telling.filter(~Exists(later), household__in=changed)
    return Statement.of(
        latest.order_by().values_list(
            "household_id",
            Case(When(kind__in=month.gone_statuses, then=F("occurred_on"))),
            Case(When(kind__in=back, then=F("occurred_on"))),
        ),
        ["household_id", "gone_on", "back_on"],
    )


def _seen(numbers: Numbers, month: Month) -> Statement:
    """The month's standing visits: all, those entered late, and contacts, with those by a method that counts."""
    visits = Visit.objects.standing().in_month(month.first).filter(_chosen(numbers, "household_id")).order_by()
    counts = Case(When(method__in=month.standard.counted_methods, then=Value(True)), default=Value(False))
    made = Statement.of(
        visits.values_list("household_id", "helper_id", "visited_on", "is_backdated", counts),
        ["household_id", "helper_id", "visited_on", "is_late", "counts"],
    )
    seen = Statement(
        "SELECT v.household_id, COUNT(*), COUNT(*) FILTER (WHERE v.is_late), COUNT(a.household_id), "
        "MIN(CASE WHEN a.household_id IS NOT NULL THEN v.visited_on END), "
        "COUNT(a.household_id) FILTER (WHERE v.counts), "
        "MIN(CASE WHEN a.household_id IS NOT NULL AND v.counts THEN v.visited_on END) "
        f"FROM made v LEFT JOIN {quote(HelperAssignment._meta.db_table)} a ON a.household_id = v.household_id "
        "AND a.helper_id = v.helper_id AND a.starts_on <= v.visited_on "
        "AND (a.ends_on IS NULL OR a.ends_on >= v.visited_on) GROUP BY v.household_id",
        (),
        (
            *("household_id", "visits", "late_entries", "contacts", "first_contact_on"),
            *("counted_contacts", "first_counted_contact_on"),
        ),
    )
    return with_([made.named("made")], seen)


def _away(absent: QuerySet[Absence], month: Month) -> Statement:
    """Days of the due period on which the household was away. Absences of a household do not overlap (services/absences)."""
    absences = Statement.of(
        absent.values_list("household_id", "starts_on", Coalesce("ends_on", Value(month.last, DateField()))),
        ["household_id", "from_on", "to_on"],
    )
    begins = "CASE WHEN n.from_on > p.due_from_on THEN n.from_on ELSE p.due_from_on END"
    ends = "CASE WHEN n.to_on < p.due_to_on THEN n.to_on ELSE p.due_to_on END"
    days = Statement(
        f"SELECT n.household_id, SUM({day_count(begins, ends)}) FROM absences n "
        "JOIN period p ON p.household_id = n.household_id "
        "WHERE n.from_on <= p.due_to_on AND n.to_on >= p.due_from_on GROUP BY n.household_id",
        (),
        ("household_id", "days"),
    )
    return with_([absences.named("absences"), _held(absent.values("household_id"), month).named("period")], days)


def _chosen(numbers: Numbers, column: str) -> Q:
    """The rows of the households chosen; no condition where everybody is."""
    return Q() if numbers is None else Q(**{f"{column}__in": numbers})


def _touches(month: Month) -> Q:
    """Periods with a day in the month."""
    return (Q(ends_on=None) | Q(ends_on__gte=month.first)) & Q(starts_on__lte=month.last)
