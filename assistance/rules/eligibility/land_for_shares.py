"""There is farmland or forest that can be put in: shares in a cooperative."""

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import HouseholdEligibility, MeasureTarget
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import join, land


def explain(facts: HouseholdEligibility) -> str:
    farmland = land(_("%(mu)s mu of farmland."), _("Farmland is not on file."), facts.farmland_mu)
    return join(farmland, land(_("%(mu)s mu of forest."), _("Forest is not on file."), facts.forest_mu))


RULE = EligibilityRule(
    code="land_for_shares",
    label=gettext_lazy("Land to put in as a share"),
    basis=gettext_lazy("Industry development clause 4: land and funds become shares in cooperatives"),
    target=MeasureTarget.HOUSEHOLD,
    condition=Q(farmland_mu__gt=0) | Q(forest_mu__gt=0),
    explain=explain,
)
