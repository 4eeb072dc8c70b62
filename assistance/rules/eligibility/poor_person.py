"""Every person of a poor household."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule


def explain(facts: PersonEligibility) -> str:
    return _("A member of a poor household on the roll, or followed after its exit.")


RULE = EligibilityRule(
    code="poor_person",
    label=gettext_lazy("Every poor person"),
    basis=gettext_lazy("Medical security clause 2: the premium of the rural medical scheme is paid for poor persons"),
    target=MeasureTarget.PERSON,
    condition=Q(age__gte=0),
    explain=explain,
)
