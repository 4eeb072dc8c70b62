"""No worry about food and clothing (不愁吃、不愁穿)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule


def explain(evaluation: Evaluation) -> str:
    if evaluation.surveyed_on is None:
        return _("No survey of living conditions of the year is on file.")
    if evaluation.food_secure is False and evaluation.clothing_secure is False:
        return _("The survey found worry about food and clothing.")
    if evaluation.food_secure is False:
        return _("The survey found worry about food.")
    if evaluation.clothing_secure is False:
        return _("The survey found worry about clothing.")
    if evaluation.food_secure is None or evaluation.clothing_secure is None:
        return _("The survey leaves food or clothing unanswered.")
    return _("The survey found no worry about food and clothing.")


RULE = ExitRule(
    code="food_and_clothing",
    label=gettext_lazy("Food and clothing"),
    legal_basis=gettext_lazy(
        "Opinion on the mechanism of exit from poverty (April 2016): no worry about food and clothing"
    ),
    valid_from=dt.date(2014, 1, 1),
    met=Q(food_secure=True, clothing_secure=True),
    not_met=Q(food_secure=False) | Q(clothing_secure=False),
    explain=explain,
)
