"""Per-capita net income stands at or above the poverty line.

《关于建立贫困退出机制的意见》 (2016-04) asks for income stably above the national standard; in 2015 Chongqing's 渝委发〔2015〕19号
speaks of people who 越过扶贫标准线. The comparison multiplies (net >= line x members) so that no rounding decides.
"""

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.models.evaluation import Evaluation
from households.rules.exit_rule import ExitRule
from jiangjin.common.money import fen_to_yuan, per_capita_fen


def explain(evaluation: Evaluation) -> str:
    if evaluation.persons == 0:
        return _("The household has no member on this day.")
    if evaluation.net_income_fen is None:
        return _("No income statement of the year is on file.")
    if evaluation.line_fen is None:
        return _("No poverty line of the year is on file.")
    facts = {
        "income": f"{fen_to_yuan(per_capita_fen(evaluation.net_income_fen, evaluation.persons)):,}",
        "line": f"{fen_to_yuan(evaluation.line_fen):,}",
        "members": evaluation.persons,
    }
    if evaluation.net_income_fen >= evaluation.line_fen * evaluation.persons:
        return (
            _("Net income of %(income)s yuan per head (%(members)d persons) reaches the line of %(line)s yuan.") % facts
        )
    return _("Net income of %(income)s yuan per head (%(members)d persons) is below the line of %(line)s yuan.") % facts


RULE = ExitRule(
    code="income_above_line",
    label=gettext_lazy("Income above the line"),
    legal_basis=gettext_lazy("渝委发〔2015〕19号; Opinion on the mechanism of exit from poverty (April 2016)"),
    valid_from=dt.date(2014, 1, 1),
    met=Q(persons__gt=0, net_income_fen__gte=F("line_fen") * F("persons")),
    not_met=Q(persons__gt=0, net_income_fen__lt=F("line_fen") * F("persons")),
    explain=explain,
)
