"""A person with a serious illness."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import health
from households.models.member_year import Health


def explain(facts: PersonEligibility) -> str:
    return health(facts)


RULE = EligibilityRule(
    code="serious_illness",
    label=gettext_lazy("Serious illness"),
    basis=gettext_lazy("Medical security clause 3: aid to the seriously ill"),
    target=MeasureTarget.PERSON,
    condition=Q(health=Health.SERIOUS),
    explain=explain,
)
