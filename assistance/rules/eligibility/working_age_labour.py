"""Somebody of working age who can work and does not go to school: training, jobs."""

from django.db.models import Q
from django.utils.translation import gettext_lazy

from assistance.models import MeasureTarget, PersonEligibility
from assistance.rules.eligibility.rule import EligibilityRule
from assistance.rules.eligibility.sentences import age, join, labour, schooling
from households.models.member_year import OUT_OF_SCHOOL, Labour

WORKING_AGE = (16, 59)
ABLE = [Labour.ORDINARY, Labour.SKILLED]


def explain(facts: PersonEligibility) -> str:
    return join(age(facts), labour(facts), schooling(facts))


RULE = EligibilityRule(
    code="working_age_labour",
    label=gettext_lazy("Able to work, 16 to 59, not in school"),
    basis=gettext_lazy("Employment clauses 2 and 3: training and jobs for labour"),
    target=MeasureTarget.PERSON,
    condition=Q(age__range=WORKING_AGE) & Q(labour__in=ABLE) & Q(schooling__in=OUT_OF_SCHOOL),
    explain=explain,
)
