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
        SELECT household_id, MAX(kind = 'registered') AS registered, MAX(kind = 'exited') AS exited,
            SUM(persons) FILTER (WHERE kind = 'exited') AS exited_persons, MAX(kind = 'relapsed') AS relapsed
        FROM households_statusevent WHERE occurred_on BETWEEN '{month}' AND '{as_of}' GROUP BY household_id
    ) e ON e.household_id = h.id
    LEFT JOIN assistance_visitcheck c ON c.household_id = h.id AND c.month = '{month}'
    WHERE h.registered_on <= '{as_of}'
) counted
WHERE NOT (status IN ('removed', 'dissolved', 'moved_out') AND status_on < '{month}');
INSERT INTO supervision_areamonth (village_id, month, tier, indicator, value)
WITH w AS MATERIALIZED (
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
)
SELECT village_id, '{month}', tier, 'households_on_roll', on_roll FROM w WHERE on_roll <> 0
UNION ALL SELECT village_id, '{month}', tier, 'persons_on_roll', persons FROM w WHERE persons <> 0
UNION ALL SELECT village_id, '{month}', tier, 'households_followed', followed FROM w WHERE followed <> 0
UNION ALL SELECT village_id, '{month}', tier, 'registered_households', registered FROM w WHERE registered <> 0
UNION ALL SELECT village_id, '{month}', tier, 'households_without_helper', alone FROM w WHERE alone <> 0
UNION ALL SELECT village_id, '{month}', tier, 'status_on_roll', plain FROM w WHERE plain <> 0
UNION ALL SELECT village_id, '{month}', tier, 'status_pre_exit', pre_exit FROM w WHERE pre_exit <> 0
UNION ALL SELECT village_id, '{month}', tier, 'status_relapsed', back FROM w WHERE back <> 0
UNION ALL SELECT village_id, '{month}', tier, 'status_exited', out FROM w WHERE out <> 0
UNION ALL SELECT village_id, '{month}', tier, 'removed_households', removed FROM w WHERE removed <> 0
UNION ALL SELECT village_id, '{month}', tier, 'dissolved_households', dissolved FROM w WHERE dissolved <> 0
UNION ALL SELECT village_id, '{month}', tier, 'moved_out_households', moved_out FROM w WHERE moved_out <> 0
UNION ALL SELECT village_id, '{month}', tier, 'exited_households', exited FROM w WHERE exited <> 0
UNION ALL SELECT village_id, '{month}', tier, 'exited_persons', exited_persons FROM w WHERE exited_persons <> 0
UNION ALL SELECT village_id, '{month}', tier, 'relapsed_households', relapsed FROM w WHERE relapsed <> 0
UNION ALL SELECT village_id, '{month}', tier, 'visits_due', due FROM w WHERE due <> 0
UNION ALL SELECT village_id, '{month}', tier, 'visits_met', met FROM w WHERE met <> 0
UNION ALL SELECT village_id, '{month}', tier, 'visits_missed', missed FROM w WHERE missed <> 0
UNION ALL SELECT village_id, '{month}', tier, 'visits_pending', pending FROM w WHERE pending <> 0
UNION ALL SELECT village_id, '{month}', tier, 'visits_made', visits FROM w WHERE visits <> 0
UNION ALL SELECT village_id, '{month}', tier, 'households_judged', judged FROM w WHERE judged <> 0
UNION ALL SELECT village_id, '{month}', tier, 'verdict_met', verdict_met FROM w WHERE verdict_met <> 0
UNION ALL SELECT village_id, '{month}', tier, 'verdict_not_met', not_met FROM w WHERE not_met <> 0
UNION ALL SELECT village_id, '{month}', tier, 'verdict_not_verified', not_verified FROM w WHERE not_verified <> 0;
