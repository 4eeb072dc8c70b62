"""A person with a long-term chronic illness."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import health
from households.models.member_year import Health


def explain(facts: PersonEligibility) -> str:
    return health(facts)


RULE = EligibilityRule(
    code="chronic_illness",
    label=gettext_lazy("Long-term chronic illness"),
    basis=gettext_lazy("Medical security clause 4: aid to the chronically ill"),
    target=MeasureTarget.PERSON,
    condition=Q(health=Health.CHRONIC),
    explain=explain,
)
