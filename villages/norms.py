"""The norms that village files apply, with their values on a day."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiangjin.areas.models import under
from jiangjin.common.norms import Norm, norms
from jiangjin.common.templatetags.jiangjin import percent
from villages.models import PoorVillage
from villages.permissions import VIEW
from villages.services.numbers import limit_ratio


def poor_village(as_of: dt.date, area: Any) -> str:
    """How many villages stand on the list."""
    count = PoorVillage.objects.listed(as_of).filter(under(area.path, "village__path")).count()
    return ngettext(
        "%(count)d village stands on the municipal list; one is struck off with its day and the reason.",
        "%(count)d villages stand on the municipal list; one is struck off with its day and the reason.",
        count,
    ) % {"count": count}


def village_standard(as_of: dt.date, area: Any) -> str:
    """The limit of poverty incidence."""
    limit = limit_ratio(as_of)
    if limit is None:
        return _("No limit of poverty incidence is in force.")
    return _(
        "Poverty incidence below %(limit)s: the persons on the roll, of the agricultural registered population."
    ) % {"limit": percent(limit)}


for order, (code, label, describe) in enumerate(
    [
        ("poor_village", gettext_lazy("Poor village on the municipal list"), poor_village),
        ("village_standard", gettext_lazy("Exit of a poor village"), village_standard),
    ],
    start=30,
):
    norms.register(
        Norm(code=code, order=order, label=label, describe=describe, url_name="villages:list", permission=VIEW)
    )
