"""Somebody can work, and there is farmland: planting."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import able, join, land


def explain(facts: HouseholdEligibility) -> str:
    return join(able(facts), land(_("%(mu)s mu of farmland."), _("Farmland is not on file."), facts.farmland_mu))


RULE = EligibilityRule(
    code="land_and_labour",
    label=gettext_lazy("Labour and farmland"),
    basis=gettext_lazy("Industry development clause 2: households with labour and land are helped to plant"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(able__gt=0) & Q(farmland_mu__gt=0),
    explain=explain,
)
