"""A pupil of primary or junior middle school."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import schooling
from households.models.member_year import Schooling

STAGES = [Schooling.PRIMARY, Schooling.GRADE_7, Schooling.GRADE_8, Schooling.GRADE_9]


def explain(facts: PersonEligibility) -> str:
    return schooling(facts)


RULE = EligibilityRule(
    code="compulsory_student",
    label=gettext_lazy("In compulsory schooling"),
    basis=gettext_lazy("Education clause 2: boarding aid in compulsory schooling"),
    target=MeasureTarget.PERSON,
    condition=Q(schooling__in=STAGES),
    explain=explain,
)
