"""A student of higher education. The file does not tell the year of study of college students: the measure is given once."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import schooling
from households.models.member_year import Schooling

STAGES = [
    *(Schooling.HIGHER_VOCATIONAL_1, Schooling.HIGHER_VOCATIONAL_2, Schooling.HIGHER_VOCATIONAL_3),
    Schooling.COLLEGE,
]


def explain(facts: PersonEligibility) -> str:
    return schooling(facts)


RULE = EligibilityRule(
    code="higher_education_student",
    label=gettext_lazy("In higher education"),
    basis=gettext_lazy("Education clause 4: aid to new students of higher education"),
    target=MeasureTarget.PERSON,
    condition=Q(schooling__in=STAGES),
    explain=explain,
)
