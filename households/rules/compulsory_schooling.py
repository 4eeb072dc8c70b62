"""Every child of compulsory school age is in school (义务教育有保障)."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule


def explain(evaluation: Evaluation) -> str:
    if evaluation.persons == 0:
        return _("The household has no member on this day.")
    if evaluation.school_age == 0:
        return _("No member is of compulsory school age.")
    if evaluation.out_of_school:
        return ngettext(
            "%(count)d member of compulsory school age is not in school.",
            "%(count)d members of compulsory school age are not in school.",
            evaluation.out_of_school,
        ) % {"count": evaluation.out_of_school}
    if evaluation.school_unknown:
        return ngettext(
            "The school attendance of %(count)d member of compulsory school age is not on file.",
            "The school attendance of %(count)d members of compulsory school age is not on file.",
            evaluation.school_unknown,
        ) % {"count": evaluation.school_unknown}
    return ngettext(
        "The %(count)d member of compulsory school age is in school.",
        "All %(count)d members of compulsory school age are in school.",
        evaluation.school_age,
    ) % {"count": evaluation.school_age}


RULE = ExitRule(
    code="compulsory_schooling",
    label=gettext_lazy("Compulsory schooling"),
    legal_basis=gettext_lazy(
        "Opinion on the mechanism of exit from poverty (April 2016): compulsory education is guaranteed"
    ),
    valid_from=dt.date(2014, 1, 1),
    met=Q(persons__gt=0, out_of_school=0, school_unknown=0),
    not_met=Q(out_of_school__gt=0),
    explain=explain,
)
