"""A child in kindergarten."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import schooling
from households.models.member_year import Schooling


def explain(facts: PersonEligibility) -> str:
    return schooling(facts)


RULE = EligibilityRule(
    code="preschool_child",
    label=gettext_lazy("In kindergarten"),
    basis=gettext_lazy("Education clause 5: aid in preschool"),
    target=MeasureTarget.PERSON,
    condition=Q(schooling=Schooling.PRESCHOOL),
    explain=explain,
)
