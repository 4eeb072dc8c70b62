"""The norm of the monthly visit, with its value on a day."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.models import VisitMethod, VisitStandard
from assistance.permissions import VIEW_CHECKS
from jiangjin.common.norms import Norm, norms
from jiangjin.common.words import listed


def visit_standard(as_of: dt.date, area: Any) -> str:
    """What the standard of the day asks for."""
    standard = VisitStandard.objects.in_force(as_of).first()
    if standard is None:
        return _("No visit standard is in force.")
    methods = [VisitMethod(code).label for code in standard.counted_methods]
    return _(
        "Once a month to each household that had a helper on %(days)d days or more of the month. What counts: %(methods)s. "
        "Written down more than %(late)d days later, a visit is marked as entered late."
    ) % {"days": standard.least_days, "methods": listed(methods), "late": standard.late_after_days}


norms.register(
    Norm(
        code="visit_standard",
        order=40,
        label=gettext_lazy("Monthly visit"),
        describe=visit_standard,
        url_name="assistance:month",
        permission=VIEW_CHECKS,
    )
)
