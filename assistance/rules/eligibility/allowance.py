"""On subsistence allowance, or without labour because of illness or disability."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from households.models.household import PovertyAttribute

ON_ALLOWANCE = [PovertyAttribute.ALLOWANCE, PovertyAttribute.ALLOWANCE_ONLY]
# Five-guarantees households are supported otherwise.
OTHERS = [PovertyAttribute.GENERAL, PovertyAttribute.ORDINARY]


def explain(facts: HouseholdEligibility) -> str:
    if facts.attribute in ON_ALLOWANCE:
        return _("Household attribute: %(attribute)s.") % {"attribute": PovertyAttribute(facts.attribute).label}
    if facts.on_allowance:
        return ngettext(
            "%(count)d member is on subsistence allowance.",
            "%(count)d members are on subsistence allowance.",
            facts.on_allowance,
        ) % {"count": facts.on_allowance}
    if facts.attribute == PovertyAttribute.FIVE_GUARANTEES:
        return _("Supported as a five-guarantees household.")
    if facts.attribute is None:
        return _("The household attribute is not on file.")
    if facts.able is None or facts.weak is None or facts.helpless is None:
        return _("Whether anybody is able to work is not on file.")
    if facts.able or facts.weak:
        return _("Not on subsistence allowance; somebody can work.")
    if facts.helpless:
        return _("Nobody can work; illness or disability is the cause.")
    return _("Not on subsistence allowance; nobody is kept from work by illness or disability.")


RULE = EligibilityRule(
    code="allowance",
    label=gettext_lazy("Subsistence allowance, or nobody who can work"),
    basis=gettext_lazy(
        "Safety net clause 2: who lost labour by illness or disability is taken into rural subsistence allowance"
    ),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(attribute__in=ON_ALLOWANCE)
    | Q(on_allowance__gt=0)
    | Q(attribute__in=OTHERS, able=0, weak=0, helpless__gt=0),
    explain=explain,
)
