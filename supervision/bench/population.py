"""A year of history for an invented population of any size, made inside the database: what roll-ups count.

Of a hundred households ten were exited in the year (one in each of ten months), one of them returned, one was removed; twenty
changed their tier; all but three have a helper, five have two. Every month has its visit check, every quarter its verdicts.
"""

import datetime as dt
from typing import Any

from django.db import connection

from assistance.bench.population import insert_visits
from assistance.models import VisitCheckRun
from households.bench.population import SIZES, fill
from households.models import EvaluationRun
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.common.clock import month_end

YEAR = 2015
START = dt.date(YEAR, 1, 1)
MONTHS = [dt.date(YEAR, number, 1) for number in range(1, 13)]
QUARTERS = [month_end(month) for month in MONTHS if month.month % 3 == 0]
PERSONS = " ".join(f"WHEN {digit} THEN {size}" for digit, size in enumerate(SIZES))
EVENTS = """
    INSERT INTO households_statusevent (household_id, kind, occurred_on, persons, cause, reason, evidence, recorded_at)
    SELECT id, %s, %s, CASE id %% 10 {persons} END, %s, 'x', '', '2016-01-01' FROM households_household WHERE {which}
    """


def fill_history(households: int) -> Area:
    """Insert `households` households with their history; returns their county."""
    fill(households)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_household SET registered_on = %s, status_on = %s", [START, START])
        _status(cursor)
        _tiers(cursor)
        _helpers(cursor)
        _checks(cursor)
        _verdicts(cursor)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return Area.objects.get(level=AreaLevel.COUNTY)


def fill_desks(households: int) -> Area:
    """`fill_history`, and what pages show besides: visits of the last months, what was promised on one of forty of them, runs of
    checks and evaluations. Returns the county."""
    county = fill_history(households)
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(id) FROM households_household")
        (first,) = cursor.fetchone()
        cursor.execute("SELECT MIN(id) FROM households_helper")
        (helper,) = cursor.fetchone()
        for month in MONTHS[-3:]:
            insert_visits(month, helper=helper, first=first)
        cursor.execute(
            """
            INSERT INTO assistance_followup (visit_id, text, due_on, outcome, version)
            SELECT id, 'x', visited_on, '', 1 FROM assistance_visit WHERE id % 40 = 0
            """
        )
        for month in MONTHS:
            counts = {"households": households, "changed": households}
            run = {"area": county, "basis": {}, "basis_digest": "-", "counts": counts}
            VisitCheckRun.objects.create(month=month, as_of=month_end(month), **run)
        for as_of in QUARTERS:
            counts = {"households": households, "written": households, "superseded": 0}
            run = {"area": county, "basis": {"line_fen": 285_500}, "basis_digest": "-", "counts": counts}
            EvaluationRun.objects.create(as_of=as_of, income_year=YEAR, **run)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return county


def _status(cursor: Any) -> None:
    def happened(kind: str, on: dt.date, which: str, *, cause: str = "", status: str = "") -> None:
        cursor.execute(EVENTS.format(persons=PERSONS, which=which), [kind, on, cause])
        if status:
            cursor.execute(f"UPDATE households_household SET status = %s, status_on = %s WHERE {which}", [status, on])

    happened("registered", START, "1 = 1")
    for number in range(10):
        happened("exited", dt.date(YEAR, number + 2, 20), f"id %% 100 = {number * 10 + 7}", status="exited")
    happened("relapsed", dt.date(YEAR, 12, 10), "id %% 100 = 37", cause="01", status="relapsed")
    happened("removed", dt.date(YEAR, 6, 15), "id %% 100 = 9", status="removed")


def _tiers(cursor: Any) -> None:
    decided = """
        INSERT INTO households_tierdecision (household_id, tier, decided_on, reason, recorded_at)
        SELECT id, {tier}, %s, 'x', '2016-01-01' FROM households_household WHERE {which}
        """
    cursor.execute(decided.format(tier="'A'", which="id %% 5 = 3"), [START])
    cursor.execute(decided.format(tier="tier", which="id %% 5 <> 3"), [START])
    cursor.execute(decided.format(tier="tier", which="id %% 5 = 3"), [dt.date(YEAR, 5, 5)])


def _helpers(cursor: Any) -> None:
    town = Area.objects.towns().order_by("pk").values_list("pk", flat=True).first()
    cursor.execute(
        """
        INSERT INTO households_helper (name, name_pinyin, name_initials, town_id, title, phone, phone_digest, phone_masked)
        SELECT 'h', 'h', 'h', %s, '', '', '', '' FROM households_household WHERE id %% 8 = 0
        """,
        [town],
    )
    cursor.execute("SELECT MIN(id), COUNT(*) FROM households_helper")
    first, helpers = cursor.fetchone()
    for shift, which in ((0, "id %% 100 NOT IN (11, 12, 13)"), (1, "id %% 20 = 5")):
        cursor.execute(
            f"""
            INSERT INTO households_helperassignment (household_id, helper_id, starts_on, end_reason)
            SELECT id, %s + (id / 8 + %s) %% %s, '2015-01-01', '' FROM households_household WHERE {which}
            """,
            [first, shift, helpers],
        )


def _checks(cursor: Any) -> None:
    no = "FALSE" if connection.vendor == "postgresql" else "0"
    for month in MONTHS:
        cursor.execute(
            f"""
            INSERT INTO assistance_visitcheck (household_id, month, state, not_due_reason, is_away, due_days, away_days,
                visits, counted_visits, late_entries, run_id)
            SELECT id, %s, CASE WHEN id %% 100 IN (11, 12, 13) THEN 4 WHEN (id + %s) %% 5 = 0 THEN 2 ELSE 1 END, '', {no},
                30, 0, CASE WHEN (id + %s) %% 5 = 0 THEN 0 ELSE 1 + id %% 2 END, 1, 0, 1
            FROM households_household
            """,
            [month, month.month, month.month],
        )


def _verdicts(cursor: Any) -> None:
    for as_of in QUARTERS:
        cursor.execute(
            """
            INSERT INTO households_evaluation (household_id, run_id, as_of, verdict, persons, school_age, out_of_school,
                school_unknown, uninsured, insurance_unknown, house_grade)
            SELECT id, 1, %s, 1 + (id + %s) %% 3, 3, 0, 0, 0, 0, 0, '' FROM households_household
            """,
            [as_of, as_of.month],
        )
