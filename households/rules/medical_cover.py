"""Every member is in the rural medical scheme (基本医疗有保障)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule


def explain(evaluation: Evaluation) -> str:
    if evaluation.persons == 0:
        return _("The household has no member on this day.")
    if evaluation.uninsured:
        return ngettext(
            "%(count)d member is not in the rural medical scheme.",
            "%(count)d members are not in the rural medical scheme.",
            evaluation.uninsured,
        ) % {"count": evaluation.uninsured}
    if evaluation.insurance_unknown:
        return ngettext(
            "Whether %(count)d member is in the rural medical scheme is not on file.",
            "Whether %(count)d members are in the rural medical scheme is not on file.",
            evaluation.insurance_unknown,
        ) % {"count": evaluation.insurance_unknown}
    return ngettext(
        "The %(count)d member is in the rural medical scheme.",
        "All %(count)d members are in the rural medical scheme.",
        evaluation.persons,
    ) % {"count": evaluation.persons}


RULE = ExitRule(
    code="medical_cover",
    label=gettext_lazy("Medical cover"),
    legal_basis=gettext_lazy(
        "Opinion on the mechanism of exit from poverty (April 2016): basic medical care is guaranteed"
    ),
    valid_from=dt.date(2014, 1, 1),
    met=Q(persons__gt=0, uninsured=0, insurance_unknown=0),
    not_met=Q(uninsured__gt=0),
    explain=explain,
)
