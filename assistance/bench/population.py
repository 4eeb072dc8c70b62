"""Helpers, assignments, absences and visits for an invented population of any size, made inside the database.

Of a hundred households three have nobody, ten change hands in the month, five have two helpers, three are away, five have
exited, one was removed and one left after the month. A helper answers for about eight households. Eight households of ten are visited in a month, one of
them twice; some by phone only, some entered late, some by somebody else's helper.
"""

import datetime as dt

from django.db import connection
from django.utils import timezone

from jiangjin.areas.models import Area
from jiangjin.common.clock import month_end, month_start

HOUSEHOLDS_EACH = 8


def fill_visits(*, months: list[dt.date]) -> None:
    """Insert what belongs to visits for the households that are there; `months` are the first days of months with visits."""
    now = timezone.now()
    month = months[-1]
    handed_over = month + dt.timedelta(days=12)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE households_household SET status = 'exited', status_on = '2015-06-30' WHERE id % 20 = 7",
        )
        cursor.execute(
            "UPDATE households_household SET status = 'removed', status_on = %s WHERE id %% 100 = 9",
            [month - dt.timedelta(days=20)],
        )
        cursor.execute(
            "UPDATE households_household SET status = 'moved_out', status_on = %s WHERE id %% 100 = 10",
            [month_end(month) + dt.timedelta(days=10)],
        )
        cursor.execute(
            """
            INSERT INTO households_statusevent (household_id, kind, occurred_on, persons, cause, reason, evidence, recorded_at)
            SELECT id, 'registered', registered_on, 3, '', 'x', '', %s FROM households_household
            """,
            [now],
        )
        cursor.execute(
            """
            INSERT INTO households_statusevent (household_id, kind, occurred_on, persons, cause, reason, evidence, recorded_at)
            SELECT id, status, status_on, 3, '', 'x', '', %s FROM households_household WHERE status <> 'on_roll'
            """,
            [now],
        )
        cursor.execute("SELECT MIN(id), MAX(id) FROM households_household")
        first, last = cursor.fetchone()
        town = Area.objects.towns().order_by("pk").values_list("pk", flat=True).first()
        cursor.execute(
            """
            INSERT INTO households_helper (name, name_pinyin, name_initials, town_id, title, phone, phone_digest, phone_masked)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)
            SELECT 'h', 'h', 'h', %s, '', '', '', '' FROM n
            """,
            [(last - first) // HOUSEHOLDS_EACH + 2, town],
        )
        cursor.execute("SELECT MIN(id) FROM households_helper")
        (helper,) = cursor.fetchone()
        assigned = """
            INSERT INTO households_helperassignment (household_id, helper_id, starts_on, ends_on, end_reason)
            SELECT id, %s + (id - %s + %s) / %s, {starts}, {ends}, '' FROM households_household WHERE {which}
            """
        own = [helper, first, 0, HOUSEHOLDS_EACH]
        other = [helper, first, HOUSEHOLDS_EACH, HOUSEHOLDS_EACH]
        cursor.execute(
            assigned.format(
                starts="'2014-01-01'", ends="NULL", which="id %% 100 NOT IN (11, 12, 13) AND id %% 10 <> 4"
            ),
            own,
        )
        cursor.execute(
            assigned.format(starts="'2014-01-01'", ends="%s", which="id %% 10 = 4"),
            [*own, handed_over - dt.timedelta(days=1)],
        )
        cursor.execute(assigned.format(starts="%s", ends="NULL", which="id %% 10 = 4"), [*other, handed_over])
        cursor.execute(assigned.format(starts="'2015-01-01'", ends="NULL", which="id %% 20 = 5"), other)
        cursor.execute(
            """
            INSERT INTO assistance_absence (household_id, starts_on, ends_on, reason, recorded_at)
            SELECT id, %s, NULL, 'x', %s FROM households_household WHERE id %% 33 = 1
            """,
            [month - dt.timedelta(days=60), now],
        )
        for begun in months:
            insert_visits(begun, helper=helper, first=first)
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def insert_visits(month: dt.date, *, helper: int, first: int) -> None:
    """A month's visits, in the order of their days, as they are written. helper, first: the lowest numbers of helpers and
    households."""
    yes, no = ("TRUE", "FALSE") if connection.vendor == "postgresql" else ("1", "0")
    now = timezone.now()
    days = range(month_start(month).day, month_end(month).day + 1)
    with connection.cursor() as cursor:
        for day in days:
            cursor.execute(
                f"""
                INSERT INTO assistance_visit (client_id, household_id, helper_id, visited_on, method, people_met, income_trend,
                    health_trend, housing_trend, schooling_trend, condition, policy_explained, money_fen, goods,
                    goods_value_fen, difficulty_kind, difficulty, confirmation, recorded_on, recorded_at, is_backdated, version,
                    withdrawn_reason)
                SELECT {_uuid()}, id, %s + (id - %s + CASE WHEN id %% 50 = 3 THEN %s ELSE 0 END) / %s, %s,
                    CASE id %% 30 WHEN 2 THEN 'phone' WHEN 12 THEN 'field' ELSE 'home' END,
                    'x', 'same', 'same', '', '', 'x', '', 0, '', 0, '', '', 'signed', %s, %s,
                    CASE id %% 25 WHEN 6 THEN {yes} ELSE {no} END, 1, ''
                FROM households_household
                WHERE (id * 7 + %s) %% 31 = %s OR (id %% 10 = 1 AND (id * 11 + %s) %% 31 = %s)
                """,
                [
                    *(helper, first, HOUSEHOLDS_EACH, HOUSEHOLDS_EACH),
                    month.replace(day=day),
                    *(month.replace(day=day), now),
                    *(month.month, day + 4, month.month, day - 1),
                ],
            )


def _uuid() -> str:
    """A new random number of a device, as Django stores it."""
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
