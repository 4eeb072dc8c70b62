-- Yardstick of `dev.py bench exits`: the fastest single statement known for the same rows, lines and day written in.
INSERT INTO households_evaluation (run_id, as_of, household_id, verdict, income_above_line, food_and_clothing,
    compulsory_schooling, medical_cover, safe_housing, safe_water, persons, net_income_fen, line_fen, food_secure,
    clothing_secure, school_age, out_of_school, school_unknown, uninsured, insurance_unknown, house_grade, water_is_safe,
    surveyed_on)
SELECT 1, '2015-12-31', id,
    CASE WHEN 2 IN (income, food, school, medical, house, water) THEN 2
         WHEN 3 IN (income, food, school, medical, house, water) THEN 3 ELSE 1 END,
    income, food, school, medical, house, water, persons, net_income_fen, 285500, food_secure, clothing_secure,
    school_age, out_of_school, school_unknown, uninsured, insurance_unknown, house_grade, water_safe, surveyed_on
FROM (
    SELECT h.id,
        CASE WHEN i.net_income_fen < 285500 * m.persons THEN 2 WHEN i.net_income_fen >= 285500 * m.persons THEN 1 ELSE 3 END
            AS income,
        CASE WHEN NOT c.food_secure OR NOT c.clothing_secure THEN 2 WHEN c.food_secure AND c.clothing_secure THEN 1 ELSE 3 END
            AS food,
        CASE WHEN m.out_of_school > 0 THEN 2 WHEN m.persons > 0 AND m.school_unknown = 0 THEN 1 ELSE 3 END AS school,
        CASE WHEN m.uninsured > 0 THEN 2 WHEN m.persons > 0 AND m.insurance_unknown = 0 THEN 1 ELSE 3 END AS medical,
        CASE WHEN c.house_grade IN ('3', '4') THEN 2 WHEN c.house_grade IN ('1', '2') THEN 1 ELSE 3 END AS house,
        CASE WHEN NOT c.water_safe THEN 2 WHEN c.water_safe THEN 1 ELSE 3 END AS water,
        COALESCE(m.persons, 0) AS persons, i.net_income_fen, c.food_secure, c.clothing_secure,
        COALESCE(m.school_age, 0) AS school_age, COALESCE(m.out_of_school, 0) AS out_of_school,
        COALESCE(m.school_unknown, 0) AS school_unknown, COALESCE(m.uninsured, 0) AS uninsured,
        COALESCE(m.insurance_unknown, 0) AS insurance_unknown, COALESCE(c.house_grade, '') AS house_grade, c.water_safe,
        c.surveyed_on
    FROM households_household h
    LEFT JOIN households_incomestatement i
        ON i.household_id = h.id AND i.year = 2015 AND i.reported_on <= '2015-12-31'
    LEFT JOIN households_livingconditions c
        ON c.household_id = h.id AND c.year = 2015 AND c.surveyed_on <= '2015-12-31'
    LEFT JOIN (
        SELECT p.household_id, COUNT(*) AS persons,
            COUNT(*) FILTER (WHERE p.child) AS school_age,
            COUNT(*) FILTER (WHERE p.child AND y.schooling IN ('01', '02')) AS out_of_school,
            COUNT(*) FILTER (WHERE p.child AND COALESCE(y.schooling, '') = '') AS school_unknown,
            COUNT(*) FILTER (WHERE NOT y.medical_insured) AS uninsured,
            COUNT(*) FILTER (WHERE y.medical_insured IS NULL) AS insurance_unknown
        FROM (
            SELECT id, household_id, born_on BETWEEN '2000-09-01' AND '2009-08-31' AS child
            FROM households_member
            WHERE joined_on <= '2015-12-31' AND (left_on IS NULL OR left_on > '2015-12-31')
        ) p
        LEFT JOIN households_memberyear y ON y.member_id = p.id AND y.year = 2015
        GROUP BY p.household_id
    ) m ON m.household_id = h.id
    WHERE h.registered_on <= '2015-12-31'
        AND (h.status IN ('on_roll', 'pre_exit', 'relapsed', 'exited') OR h.status_on > '2015-12-31')
) judged;
