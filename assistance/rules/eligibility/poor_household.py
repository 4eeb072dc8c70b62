"""Every poor household on the roll or followed after its exit."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule


def explain(facts: HouseholdEligibility) -> str:
    if not facts.persons:
        return _("The household has no member on this day.")
    return _("A poor household on the roll, or followed after its exit.")


RULE = EligibilityRule(
    code="poor_household",
    label=gettext_lazy("Every poor household"),
    basis=gettext_lazy("Medical security clause 5: accident insurance for all poor households"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(persons__gt=0),
    explain=explain,
)
