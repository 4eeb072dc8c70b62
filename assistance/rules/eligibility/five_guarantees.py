"""A five-guarantees household."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from households.models.household import PovertyAttribute


def explain(facts: HouseholdEligibility) -> str:
    if facts.attribute is None:
        return _("The household attribute is not on file.")
    return _("Household attribute: %(attribute)s.") % {"attribute": PovertyAttribute(facts.attribute).label}


RULE = EligibilityRule(
    code="five_guarantees",
    label=gettext_lazy("Five-guarantees household"),
    basis=gettext_lazy("Safety net clause 3: five-guarantees households are supported in full"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(attribute=PovertyAttribute.FIVE_GUARANTEES),
    explain=explain,
)
