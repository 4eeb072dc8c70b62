"""The household has safe drinking water (饮水安全)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule


def explain(evaluation: Evaluation) -> str:
    if evaluation.surveyed_on is None:
        return _("No survey of living conditions of the year is on file.")
    if evaluation.water_is_safe is None:
        return _("The survey leaves drinking water unanswered.")
    if evaluation.water_is_safe:
        return _("Drinking water is safe (surveyed %(day)s).") % {"day": evaluation.surveyed_on}
    return _("Drinking water is not safe (surveyed %(day)s).") % {"day": evaluation.surveyed_on}


RULE = ExitRule(
    code="safe_water",
    label=gettext_lazy("Safe water"),
    legal_basis=gettext_lazy("渝扶组办发〔2014〕15号: safe drinking water basically solved"),
    valid_from=dt.date(2014, 1, 1),
    met=Q(water_is_safe=True),
    not_met=Q(water_is_safe=False),
    explain=explain,
)
