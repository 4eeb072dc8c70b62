"""How households stood at the end of a month, and what happened to them in it: one statement for any set of households.

Status and tier are those of the latest event and decision up to the day; numbers of persons and helpers are counted on the day.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from assistance.models import VisitCheck
from households.models import (
    Evaluation,
    HelperAssignment,
    Household,
    HouseholdStatus,
    Member,
    StatusEvent,
    StatusEventKind,
    TierDecision,
)
from households.models.status import STATUS_AFTER
from jiangjin.common.clock import month_end
from jiangjin.common.set_based import Statement, quote, with_
from supervision.models import HouseholdMonth

# Whoever had gone before a month began has no row in it.
GONE = [HouseholdStatus.REMOVED, HouseholdStatus.DISSOLVED, HouseholdStatus.MOVED_OUT]
KEY = ["household_id", "month"]
# The columns of a row besides its key, in the order in which they are stored.
COLUMNS = [
    "village_id",
    "tier",
    "status",
    "persons",
    "registered",
    "exited",
    "exited_persons",
    "relapsed",
    "helpers",
    "visit_state",
    "visits",
    "verdict",
]
ON_FILE = ["id", "village_id", "tier", "status", "status_on", "verdict"]
EVENT_COUNTS = ["registered", "exited", "exited_persons", "relapsed"]


@dataclass(frozen=True)
class Period:
    """A month as far as it has gone: from its first day to `as_of`, its last day or today."""

    month: dt.date
    as_of: dt.date

    @classmethod
    def of(cls, month: dt.date, *, today: dt.date) -> "Period":
        return cls(month, min(month_end(month), today))


def household_months(households: QuerySet[Household], period: Period) -> Statement:
    """The rows that `households` should have in the month: KEY, then COLUMNS."""
    parts = [
        Statement.of(_on_file(households, period), ON_FILE).named("on_file"),
        Statement.of(_latest_status(households, period), ["household_id", "status", "since"]).named("latest_status"),
        Statement.of(_latest_tier(households, period), ["household_id", "tier"]).named("latest_tier"),
        Statement.of(_events(households, period), ["household_id", *EVENT_COUNTS]).named("events"),
        Statement.of(_persons(households, period), ["household_id", "persons"]).named("present"),
        Statement.of(_helpers(households, period), ["household_id", "helpers"]).named("helping"),
        Statement.of(_checks(households, period), ["household_id", "state", "visits"]).named("checks"),
    ]
    return with_(parts, _joined(period))


def _joined(period: Period) -> Statement:
    status = "COALESCE(s.status, CASE WHEN h.status_on <= %s THEN h.status ELSE %s END)"
    since = "COALESCE(s.since, h.status_on)"
    gone = ", ".join(["%s"] * len(GONE))
    # A household that has decisions, all of them later, had no tier; without any the one on its file stands.
    tier = (
        f"COALESCE(t.tier, CASE WHEN EXISTS (SELECT 1 FROM {quote(TierDecision._meta.db_table)} d "
        "WHERE d.household_id = h.id) THEN '' ELSE h.tier END)"
    )
    counts = ", ".join(f"COALESCE(e.{quote(name)}, 0) AS {quote(name)}" for name in EVENT_COUNTS)
    month = "%s" if connection.vendor == "sqlite" else "CAST(%s AS date)"
    return Statement(
        f"SELECT h.id AS household_id, {month} AS month, h.village_id, {tier} AS tier, {status} AS status, "
        f"COALESCE(p.persons, 0) AS persons, {counts}, COALESCE(a.helpers, 0) AS helpers, "
        "c.state AS visit_state, COALESCE(c.visits, 0) AS visits, h.verdict FROM on_file h "
        "LEFT JOIN latest_status s ON s.household_id = h.id LEFT JOIN latest_tier t ON t.household_id = h.id "
        "LEFT JOIN events e ON e.household_id = h.id LEFT JOIN present p ON p.household_id = h.id "
        "LEFT JOIN helping a ON a.household_id = h.id LEFT JOIN checks c ON c.household_id = h.id "
        f"WHERE NOT ({status} IN ({gone}) AND {since} < %s)",
        (
            period.month,
            period.as_of,
            HouseholdStatus.ON_ROLL.value,
            period.as_of,
            HouseholdStatus.ON_ROLL.value,
            *(status.value for status in GONE),
            period.month,
        ),
        (*KEY, *COLUMNS),
    )


def _among(rows: QuerySet, households: QuerySet[Household]) -> QuerySet:
    """Those of `rows` that belong to the households; where these are all there are, no filter is the fastest filter."""
    if households.query.where:
        rows = rows.filter(household__in=households.order_by().values("pk"))
    return rows.order_by()


def _on_file(households: QuerySet[Household], period: Period) -> QuerySet:
    """The file as it is now, and the verdict in force of the latest day of the year for which the household was judged."""
    judged = Evaluation.objects.filter(
        household=OuterRef("pk"),
        superseded_by=None,
        as_of__range=(dt.date(period.month.year, 1, 1), period.as_of),
    )
    known = households.filter(registered_on__lte=period.as_of).order_by()
    latest_verdict = Subquery(judged.order_by("-as_of").values("verdict")[:1])
    return known.annotate(latest_verdict=latest_verdict).values_list(
        "pk", "village_id", "tier", "status", "status_on", "latest_verdict"
    )


def _latest_status(households: QuerySet[Household], period: Period) -> QuerySet:
    events = StatusEvent.objects.filter(occurred_on__lte=period.as_of)
    later = events.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")),
        household=OuterRef("household"),
    )
    status = Case(
        *(When(kind=kind, then=Value(status)) for kind, status in STATUS_AFTER.items()), output_field=CharField()
    )
    latest = _among(events.filter(~Exists(later)), households)
    return latest.annotate(status_after=status).values_list("household_id", "status_after", "occurred_on")


def _latest_tier(households: QuerySet[Household], period: Period) -> QuerySet:
    decisions = TierDecision.objects.filter(decided_on__lte=period.as_of)
    later = decisions.filter(
        Q(decided_on__gt=OuterRef("decided_on")) | Q(decided_on=OuterRef("decided_on"), pk__gt=OuterRef("pk")),
        household=OuterRef("household"),
    )
    return _among(decisions.filter(~Exists(later)), households).values_list("household_id", "tier")


def _events(households: QuerySet[Household], period: Period) -> QuerySet:
    """Whether a household was registered, exited, returned; and the persons of its last exit in the month."""
    events = StatusEvent.objects.filter(
        occurred_on__range=(period.month, period.as_of),
        kind__in=[StatusEventKind.REGISTERED, StatusEventKind.EXITED, StatusEventKind.RELAPSED],
    )
    later_exit = events.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")),
        household=OuterRef("household"),
        kind=StatusEventKind.EXITED,
    )
    last_exit = Q(kind=StatusEventKind.EXITED) & ~Q(Exists(later_exit))

    def happened(kind: StatusEventKind) -> Max:
        return Max(Case(When(kind=kind, then=Value(1)), default=Value(0)))

    return (
        _among(events, households)
        .annotate(left_with=Case(When(last_exit, then="persons"), default=Value(0)))
        .values("household_id")
        .annotate(
            registered=happened(StatusEventKind.REGISTERED),
            exited=happened(StatusEventKind.EXITED),
            exited_persons=Sum("left_with"),
            relapsed=happened(StatusEventKind.RELAPSED),
        )
        .values_list("household_id", *EVENT_COUNTS)
    )


def _persons(households: QuerySet[Household], period: Period) -> QuerySet:
    return _counted(_among(Member.objects.present(period.as_of), households))


def _helpers(households: QuerySet[Household], period: Period) -> QuerySet:
    return _counted(_among(HelperAssignment.objects.active(period.as_of), households))


def _counted(rows: QuerySet) -> QuerySet:
    return rows.values("household_id").annotate(number=Count("pk")).values_list("household_id", "number")


def _checks(households: QuerySet[Household], period: Period) -> QuerySet:
    # One row a household as it is. Grouped all the same, so that SQLite reads only these households' rows: a table that it
    # may join row by row it first reads whole, to filter by a Bloom filter.
    checks = _among(VisitCheck.objects.of_month(period.month), households).values("household_id")
    return checks.annotate(one_state=Max("state"), one_count=Max("visits")).values_list(
        "household_id", "one_state", "one_count"
    )


def rows_of(households: QuerySet[Household], period: Period) -> QuerySet[HouseholdMonth]:
    """The rows that stand in the month for `households`."""
    return _among(HouseholdMonth.objects.of_month(period.month), households)
