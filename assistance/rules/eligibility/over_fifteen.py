"""A person over fifteen: supplementary insurance against serious illness."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import age

OVER = 15


def explain(facts: PersonEligibility) -> str:
    return age(facts)


RULE = EligibilityRule(
    code="over_fifteen",
    label=gettext_lazy("Over 15 years old"),
    basis=gettext_lazy("Medical security clause 6: supplementary insurance for poor persons over 15"),
    target=MeasureTarget.PERSON,
    condition=Q(age__gt=OVER),
    explain=explain,
)
