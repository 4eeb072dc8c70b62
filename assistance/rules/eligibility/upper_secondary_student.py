"""A student of senior middle or secondary vocational school."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import schooling
from households.models.member_year import Schooling

STAGES = [
    *(Schooling.SENIOR_1, Schooling.SENIOR_2, Schooling.SENIOR_3),
    *(Schooling.VOCATIONAL_1, Schooling.VOCATIONAL_2, Schooling.VOCATIONAL_3),
]


def explain(facts: PersonEligibility) -> str:
    return schooling(facts)


RULE = EligibilityRule(
    code="upper_secondary_student",
    label=gettext_lazy("In senior middle or secondary vocational school"),
    basis=gettext_lazy("Education clause 3: aid in senior middle and secondary vocational school"),
    target=MeasureTarget.PERSON,
    condition=Q(schooling__in=STAGES),
    explain=explain,
)
