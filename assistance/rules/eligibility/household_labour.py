"""Somebody can work, in full or in part: livestock."""

from django.db.models import Q
from django.utils.translation import gettext_lazy, ngettext

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import able


def explain(facts: HouseholdEligibility) -> str:
    if facts.able:
        return able(facts)
    if facts.weak:
        return ngettext("%(count)d member can do light work.", "%(count)d members can do light work.", facts.weak) % {
            "count": facts.weak
        }
    return able(facts)


RULE = EligibilityRule(
    code="household_labour",
    label=gettext_lazy("Labour, also half"),
    basis=gettext_lazy("Industry development clause 3: households with labour, also half, are helped to keep animals"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(able__gt=0) | Q(weak__gt=0),
    explain=explain,
)
