-- Yardstick of `dev.py bench visits`: the fastest single statement known for the same rows, month and standard written in.
INSERT INTO assistance_visitcheck (run_id, month, household_id, state, not_due_reason, is_away, due_days, away_days, visits,
    counted_visits, late_entries, first_counted_on, accounting_on)
SELECT 1, '2015-12-01', id,
    CASE WHEN reason <> '' THEN 4 WHEN counted > 0 THEN 1 ELSE 2 END,
    reason, away, due_days, away_days, visits, counted, late, counted_on, to_on
FROM (
    SELECT d.*, CASE WHEN away THEN contacts ELSE good END AS counted, CASE WHEN away THEN contact_on ELSE good_on END AS counted_on
    FROM (
        SELECT h.id, p.to_on,
            CASE WHEN h.status IN ('removed', 'dissolved', 'moved_out') AND h.status_on <= '2015-12-01' THEN 'off_roll'
                 WHEN p.to_on IS NULL THEN 'no_helper' WHEN p.days < 15 THEN 'too_short' ELSE '' END AS reason,
            COALESCE(p.days, 0) AS due_days, COALESCE(w.days, 0) AS away_days,
            COALESCE(p.days >= 15 AND p.days - COALESCE(w.days, 0) < 15, FALSE) AS away,
            COALESCE(v.visits, 0) AS visits, COALESCE(v.late, 0) AS late, COALESCE(v.good, 0) AS good, v.good_on,
            COALESCE(v.contacts, 0) AS contacts, v.contact_on
        FROM households_household h
        LEFT JOIN (
            SELECT a.household_id, MAX(MIN(COALESCE(a.ends_on, '2015-12-31'), '2015-12-31')) AS to_on,
                CAST(julianday(MAX(MIN(COALESCE(a.ends_on, '2015-12-31'), '2015-12-31')))
                    - julianday(MIN(MAX(a.starts_on, '2015-12-01'))) AS INTEGER) + 1 AS days
            FROM households_helperassignment a
            WHERE a.starts_on <= '2015-12-31' AND (a.ends_on IS NULL OR a.ends_on >= '2015-12-01')
            GROUP BY a.household_id
        ) p ON p.household_id = h.id
            AND NOT (h.status IN ('removed', 'dissolved', 'moved_out') AND h.status_on <= '2015-12-01')
        LEFT JOIN (
            SELECT household_id,
                SUM(CAST(julianday(MIN(COALESCE(ends_on, '2015-12-31'), '2015-12-31')) - julianday(MAX(starts_on, '2015-12-01'))
                    AS INTEGER) + 1) AS days
            FROM assistance_absence
            WHERE starts_on <= '2015-12-31' AND (ends_on IS NULL OR ends_on >= '2015-12-01')
            GROUP BY household_id
        ) w ON w.household_id = h.id AND p.to_on IS NOT NULL
        LEFT JOIN (
            SELECT v.household_id, COUNT(*) AS visits, COUNT(*) FILTER (WHERE v.is_backdated) AS late,
                COUNT(a.id) AS contacts, MIN(v.visited_on) FILTER (WHERE a.id IS NOT NULL) AS contact_on,
                COUNT(a.id) FILTER (WHERE v.method IN ('home', 'field')) AS good,
                MIN(v.visited_on) FILTER (WHERE a.id IS NOT NULL AND v.method IN ('home', 'field')) AS good_on
            FROM assistance_visit v
            LEFT JOIN households_helperassignment a ON a.household_id = v.household_id AND a.helper_id = v.helper_id
                AND a.starts_on <= v.visited_on AND (a.ends_on IS NULL OR a.ends_on >= v.visited_on)
            WHERE v.visited_on BETWEEN '2015-12-01' AND '2015-12-31' AND v.withdrawn_at IS NULL
            GROUP BY v.household_id
        ) v ON v.household_id = h.id
    ) d
) checked;
