"""A child up to six: healthy birth and upbringing."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import age

OLDEST = 6


def explain(facts: PersonEligibility) -> str:
    return age(facts)


RULE = EligibilityRule(
    code="young_child",
    label=gettext_lazy("Child of 0 to 6 years"),
    basis=gettext_lazy("Education clause 6: healthy birth and upbringing"),
    target=MeasureTarget.PERSON,
    condition=Q(age__lte=OLDEST),
    explain=explain,
)
