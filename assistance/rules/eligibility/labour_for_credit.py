"""Somebody can work in full: micro-credit for an industry of one's own."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import able


def explain(facts: HouseholdEligibility) -> str:
    return able(facts)


RULE = EligibilityRule(
    code="labour_for_credit",
    label=gettext_lazy("Labour for a business of one's own"),
    basis=gettext_lazy(
        "Industry development clause 5: micro-credit for households with labour and the will to develop"
    ),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(able__gt=0),
    explain=explain,
)
