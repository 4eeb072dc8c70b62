"""The house is graded C or D."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from households.models.conditions import DANGEROUS_GRADES, HouseGrade


def explain(facts: HouseholdEligibility) -> str:
    if facts.house_grade is None or facts.house_grade == HouseGrade.OTHER:
        return _("The house has not been graded this year.")
    grade = HouseGrade(facts.house_grade)
    if grade in DANGEROUS_GRADES:
        return _("The house is dangerous: %(grade)s (surveyed %(day)s).") % {
            "grade": grade.label,
            "day": facts.surveyed_on,
        }
    return _("The house is safe: %(grade)s (surveyed %(day)s).") % {"grade": grade.label, "day": facts.surveyed_on}


RULE = EligibilityRule(
    code="dangerous_house",
    label=gettext_lazy("Dangerous house (grade C or D)"),
    basis=gettext_lazy("House repair clauses 2 and 3: subsidies for houses of grade C and D"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(house_grade__in=DANGEROUS_GRADES),
    explain=explain,
)
