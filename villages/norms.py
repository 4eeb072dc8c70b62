"""The norms that village files apply, with their values on a day."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from jiangjin.areas.models import under
from jiangjin.common.norms import Norm, norms
from villages.models import PoorVillage


def poor_village(as_of: dt.date, area: Any) -> str:
    """How many villages stand on the list."""
    listed = PoorVillage.objects.filter(
        under(area.path, "village__path"), Q(delisted_on=None) | Q(delisted_on__gt=as_of), listed_on__lte=as_of
    )
    count = listed.count()
    return ngettext(
        "%(count)d village stands on the municipal list; one is struck off with its day and the reason.",
        "%(count)d villages stand on the municipal list; one is struck off with its day and the reason.",
        count,
    ) % {"count": count}


norms.register(
    Norm(code="poor_village", order=30, label=_("Poor village on the municipal list"), describe=poor_village)
)
