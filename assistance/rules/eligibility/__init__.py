"""Who qualifies for measures, one rule a file. Missing facts are "not verified", never a yes."""

from collections.abc import Mapping

from assistance.rules.eligibility import (
    allowance,
    chronic_illness,
    compulsory_student,
    dangerous_house,
    five_guarantees,
    higher_education_student,
    household_labour,
    labour_for_credit,
    land_and_labour,
    land_for_shares,
    over_fifteen,
    poor_household,
    poor_person,
    preschool_child,
    serious_illness,
    upper_secondary_student,
    weak_labour,
    working_age_labour,
    young_child,
)
from assistance.rules.eligibility.rule import EligibilityRule

RULES: list[EligibilityRule] = [
    module.RULE
    for module in (
        poor_household,
        land_and_labour,
        household_labour,
        land_for_shares,
        labour_for_credit,
        dangerous_house,
        allowance,
        five_guarantees,
        poor_person,
        over_fifteen,
        serious_illness,
        chronic_illness,
        compulsory_student,
        upper_secondary_student,
        higher_education_student,
        preschool_child,
        young_child,
        working_age_labour,
        weak_labour,
    )
]
BY_CODE: Mapping[str, EligibilityRule] = {rule.code: rule for rule in RULES}
