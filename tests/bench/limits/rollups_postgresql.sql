-- Yardstick of `dev.py bench rollups`: the fastest statements known for the same rows of one month, in an empty table.
-- {month}, {as_of} and {january} are filled in; the status on file is taken where it is old enough.
INSERT INTO supervision_householdmonth (household_id, month, village_id, tier, status, persons, registered, exited,
    exited_persons, relapsed, helpers, visit_state, visits, verdict)
SELECT id, '{month}', village_id, tier, status, persons, registered, exited, exited_persons, relapsed, helpers, state, visits,
    verdict
FROM (
    SELECT h.id, h.village_id, COALESCE(t.tier, '') AS tier,
        CASE WHEN h.status_on <= '{as_of}' THEN h.status ELSE (
            SELECT CASE kind WHEN 'registered' THEN 'on_roll' WHEN 'exit_prepared' THEN 'pre_exit'
                WHEN 'exit_withdrawn' THEN 'on_roll' ELSE kind END
            FROM households_statusevent
            WHERE household_id = h.id AND occurred_on <= '{as_of}' ORDER BY occurred_on DESC, id DESC LIMIT 1
        ) END AS status,
        h.status_on, COALESCE(m.persons, 0) AS persons, COALESCE(e.registered, 0) AS registered,
        COALESCE(e.exited, 0) AS exited, COALESCE(e.exited_persons, 0) AS exited_persons,
        COALESCE(e.relapsed, 0) AS relapsed, COALESCE(a.helpers, 0) AS helpers, c.state, COALESCE(c.visits, 0) AS visits,
        (
            SELECT verdict FROM households_evaluation
            WHERE household_id = h.id AND superseded_by_id IS NULL AND as_of BETWEEN '{january}' AND '{as_of}'
            ORDER BY as_of DESC LIMIT 1
        ) AS verdict
    FROM households_household h
    LEFT JOIN (
        SELECT d.household_id, d.tier FROM households_tierdecision d
        WHERE d.decided_on <= '{as_of}' AND NOT EXISTS (
            SELECT 1 FROM households_tierdecision l
            WHERE l.household_id = d.household_id AND l.decided_on <= '{as_of}'
                AND (l.decided_on > d.decided_on OR (l.decided_on = d.decided_on AND l.id > d.id))
        )
    ) t ON t.household_id = h.id
    LEFT JOIN (
        SELECT household_id, COUNT(*) AS persons FROM households_member
        WHERE joined_on <= '{as_of}' AND (left_on IS NULL OR left_on > '{as_of}') GROUP BY household_id
    ) m ON m.household_id = h.id
    LEFT JOIN (
        SELECT household_id, COUNT(*) AS helpers FROM households_helperassignment
        WHERE starts_on <= '{as_of}' AND (ends_on IS NULL OR ends_on >= '{as_of}') GROUP BY household_id
    ) a ON a.household_id = h.id
    LEFT JOIN (
        SELECT household_id, MAX((kind = 'registered')::int) AS registered, MAX((kind = 'exited')::int) AS exited,
            SUM(persons) FILTER (WHERE kind = 'exited') AS exited_persons, MAX((kind = 'relapsed')::int) AS relapsed
        FROM households_statusevent WHERE occurred_on BETWEEN '{month}' AND '{as_of}' GROUP BY household_id
    ) e ON e.household_id = h.id
    LEFT JOIN assistance_visitcheck c ON c.household_id = h.id AND c.month = '{month}'
    WHERE h.registered_on <= '{as_of}'
) counted
WHERE NOT (status IN ('removed', 'dissolved', 'moved_out') AND status_on < '{month}');
INSERT INTO supervision_areamonth (village_id, month, tier, indicator, value)
SELECT village_id, '{month}', tier, code, value
FROM (
    SELECT village_id, tier,
        COUNT(*) FILTER (WHERE status IN ('on_roll', 'pre_exit', 'relapsed')) AS on_roll,
        SUM(persons) FILTER (WHERE status IN ('on_roll', 'pre_exit', 'relapsed')) AS persons,
        COUNT(*) FILTER (WHERE status IN ('on_roll', 'pre_exit', 'relapsed', 'exited')) AS followed,
        SUM(registered) AS registered,
        COUNT(*) FILTER (WHERE status IN ('on_roll', 'pre_exit', 'relapsed') AND helpers = 0) AS alone,
        COUNT(*) FILTER (WHERE status = 'on_roll') AS plain, COUNT(*) FILTER (WHERE status = 'pre_exit') AS pre_exit,
        COUNT(*) FILTER (WHERE status = 'relapsed') AS back, COUNT(*) FILTER (WHERE status = 'exited') AS out,
        COUNT(*) FILTER (WHERE status = 'removed') AS removed, COUNT(*) FILTER (WHERE status = 'dissolved') AS dissolved,
        COUNT(*) FILTER (WHERE status = 'moved_out') AS moved_out, SUM(exited) AS exited,
        SUM(exited_persons) FILTER (WHERE exited = 1) AS exited_persons, SUM(relapsed) AS relapsed,
        COUNT(*) FILTER (WHERE visit_state IN (1, 2, 3)) AS due, COUNT(*) FILTER (WHERE visit_state = 1) AS met,
        COUNT(*) FILTER (WHERE visit_state = 2) AS missed, COUNT(*) FILTER (WHERE visit_state = 3) AS pending,
        SUM(visits) AS visits,
        COUNT(verdict) FILTER (WHERE status IN ('on_roll', 'pre_exit', 'relapsed', 'exited')) AS judged,
        COUNT(*) FILTER (WHERE verdict = 1 AND status IN ('on_roll', 'pre_exit', 'relapsed', 'exited')) AS verdict_met,
        COUNT(*) FILTER (WHERE verdict = 2 AND status IN ('on_roll', 'pre_exit', 'relapsed', 'exited')) AS not_met,
        COUNT(*) FILTER (WHERE verdict = 3 AND status IN ('on_roll', 'pre_exit', 'relapsed', 'exited')) AS not_verified
    FROM supervision_householdmonth WHERE month = '{month}' GROUP BY village_id, tier
) w
CROSS JOIN LATERAL (VALUES
    ('households_on_roll', on_roll), ('persons_on_roll', persons), ('households_followed', followed),
    ('registered_households', registered), ('households_without_helper', alone), ('status_on_roll', plain),
    ('status_pre_exit', pre_exit), ('status_relapsed', back), ('status_exited', out), ('removed_households', removed),
    ('dissolved_households', dissolved), ('moved_out_households', moved_out), ('exited_households', exited),
    ('exited_persons', exited_persons), ('relapsed_households', relapsed), ('visits_due', due), ('visits_met', met),
    ('visits_missed', missed), ('visits_pending', pending), ('visits_made', visits), ('households_judged', judged),
    ('verdict_met', verdict_met), ('verdict_not_met', not_met), ('verdict_not_verified', not_verified)
) v(code, value)
WHERE value <> 0;
