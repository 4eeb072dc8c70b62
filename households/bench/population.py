"""A population of any size, made inside the database: believable sizes and shares, no personal data worth the name."""

from django.db import connection
from django.utils import timezone

from jiangjin.areas.models import Area

# Household sizes of ten households in a row: 3.3 persons on average.
SIZES = (1, 2, 3, 3, 4, 4, 5, 4, 3, 4)
MEMBERS_EACH = max(SIZES)


def fill(households: int) -> None:
    """Insert `households` households with members, their year, income and survey of 2015, village after village."""
    villages = list(Area.objects.villages().order_by("pk").values_list("pk", flat=True))
    now = timezone.now()
    sizes = " ".join(f"WHEN {digit} THEN {size}" for digit, size in enumerate(SIZES))
    size = f"CASE h.id % 10 {sizes} END"
    yes, no = ("TRUE", "FALSE") if connection.vendor == "postgresql" else ("1", "0")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
    places = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO households_household (number, village_id, standard, attribute, main_cause, other_cause,
                second_other_cause, tier, status, status_on, registered_on, phone, phone_digest, phone_masked, bank_name,
                bank_account, bank_account_digest, bank_account_masked, note, is_demo, version, created_at, updated_at)
            {numbers}
            SELECT CAST(5001160000000000 + i AS varchar(20)), v.id, '01', '01', '01', '', '',
                CASE i %% 3 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'C' END, 'on_roll', '2014-01-01', '2014-01-01',
                '', '', '', '', '', '', '', '', {yes}, 1, %s, %s
            FROM n JOIN (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS place FROM areas_area WHERE level = 'village') v
                ON v.place = (i - 1) * %s / %s
            """,
            [households, now, now, len(villages), households],
        )
        cursor.execute(
            f"""
            INSERT INTO households_member (household_id, name, name_pinyin, name_initials, relation, sex, born_on,
                ethnicity, identity, identity_digest, identity_masked, identity_as_given, joined_on, joined_by, left_by)
            {places}
            SELECT h.id, 'n', 'n', 'n', CASE n.i WHEN 1 THEN '01' ELSE '99' END, '1',
                CASE WHEN n.i > 3 THEN CAST('2005-05-05' AS date) ELSE CAST('1970-05-05' AS date) END,
                '01', 'x', CAST(h.id AS varchar(20)) || '-' || CAST(n.i AS varchar(2)), '', '', '2014-01-01', '', ''
            FROM households_household h JOIN n ON n.i <= {size}
            """.replace("CAST('2005-05-05' AS date)", _date("2005-05-05")).replace(
                "CAST('1970-05-05' AS date)", _date("1970-05-05")
            )
        )
        cursor.execute(
            f"""
            INSERT INTO households_memberyear (member_id, year, education, schooling, health, labour, work_place,
                medical_insured)
            SELECT id, 2015, '02', CASE WHEN id % 500 = 0 THEN '01' ELSE '03' END, '01', '01', '',
                CASE WHEN id % 400 = 0 THEN {no} WHEN id % 300 = 0 THEN NULL ELSE {yes} END
            FROM households_member
            """
        )
        cursor.execute(
            """
            INSERT INTO households_incomestatement (household_id, year, wages_fen, business_fen, property_fen,
                family_planning_fen, allowance_fen, five_guarantees_fen, pension_fen, ecological_fen, other_transfer_fen,
                business_cost_fen, reported_on, source)
            SELECT id, 2015, 600000 + id * 7919 % 1000000, 100000, 0, 0, 0, 0, 20000, 0, 0, 50000, '2015-12-01', ''
            FROM households_household WHERE id % 100 <> 0
            """
        )
        cursor.execute(
            f"""
            INSERT INTO households_livingconditions (household_id, year, surveyed_on, food_secure, clothing_secure,
                house_grade, water_safe, road_kind, fuel, source)
            SELECT id, 2015, '2015-12-01', {yes}, {yes}, CASE id % 50 WHEN 0 THEN '3' ELSE '1' END,
                CASE WHEN id % 60 = 0 THEN {no} ELSE {yes} END, '', '', ''
            FROM households_household WHERE id % 120 <> 0
            """
        )
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _date(text: str) -> str:
    """A date literal: SQLite keeps dates as text, and its CAST AS date makes a number of them."""
    return f"DATE '{text}'" if connection.vendor == "postgresql" else f"'{text}'"
