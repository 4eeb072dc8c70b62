"""Somebody who can do light work only: public posts."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import age, join, labour
from households.models.member_year import Labour

AGE = (18, 64)


def explain(facts: PersonEligibility) -> str:
    return join(age(facts), labour(facts))


RULE = EligibilityRule(
    code="weak_labour",
    label=gettext_lazy("Weak or half labour, 18 to 64"),
    basis=gettext_lazy("Employment clause 4: public posts for households of low labour"),
    target=MeasureTarget.PERSON,
    condition=Q(age__range=AGE) & Q(labour=Labour.WEAK),
    explain=explain,
)
