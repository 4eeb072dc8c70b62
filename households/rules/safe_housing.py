"""The house is graded A or B (住房安全有保障). Grades C and D are dangerous."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models.conditions import DANGEROUS_GRADES, SAFE_GRADES, HouseGrade
from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule


def explain(evaluation: Evaluation) -> str:
    if evaluation.surveyed_on is None:
        return _("No survey of living conditions of the year is on file.")
    facts = {"grade": evaluation.get_house_grade_display(), "day": evaluation.surveyed_on}
    if evaluation.house_grade in DANGEROUS_GRADES:
        return _("The house is dangerous: %(grade)s (surveyed %(day)s).") % facts
    if evaluation.house_grade in SAFE_GRADES:
        return _("The house is safe: %(grade)s (surveyed %(day)s).") % facts
    if evaluation.house_grade == HouseGrade.OTHER:
        return _("The house has not been graded (surveyed %(day)s).") % facts
    return _("The survey leaves the house grade unanswered.")


RULE = ExitRule(
    code="safe_housing",
    label=gettext_lazy("Safe housing"),
    legal_basis=gettext_lazy(
        "Opinion on the mechanism of exit from poverty (April 2016): housing safety is guaranteed"
    ),
    valid_from=dt.date(2014, 1, 1),
    met=Q(house_grade__in=SAFE_GRADES),
    not_met=Q(house_grade__in=DANGEROUS_GRADES),
    explain=explain,
)
