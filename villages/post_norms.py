"""Who must answer for a poor village: the norms with their numbers on a day, and how villages stood beside them in a year."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiangjin.areas.models import under
from jiangjin.common import clock
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources
from jiangjin.common.norms import Norm, norms
from jiangjin.common.words import listed
from villages.models import PoorVillage
from villages.permissions import VIEW
from villages.rules.post_check import NORMS, standard_on
from villages.services.post_checks import checks_of, tallies

CODE = "post_standard"


def post_standard(as_of: dt.date, area: Any) -> str:
    """The numbers of the day."""
    standard = standard_on(as_of)
    if standard.pk is None:
        return _("No norm of who answers for a poor village is in force.")
    asked = [
        f"{norm.label} {'' if norm.exact else '≥ '}{number}"
        for norm in NORMS
        if (number := getattr(standard, norm.code))
    ]
    return _("Each poor village has: %(numbers)s. Helpers are counted for each household on the roll.") % {
        "numbers": listed(asked)
    }


def of_checks(asked: Asked) -> Iterator[Deed]:
    """Poor villages that lacked nothing, and those that lacked something, at the end of the year (or today)."""
    if not asked.wants(CODE):
        return
    on = min(asked.last, clock.today())
    villages = PoorVillage.objects.visible_to(asked.user).filter(under(asked.place.path, "village__path"))
    counts = tallies(checks_of(villages, on=on))
    for missing, label, short in (
        ("nothing", gettext_lazy("Poor villages with everyone who must answer for them"), ""),
        ("anything", gettext_lazy("Poor villages that lack someone"), gettext_lazy("Villages that lack someone")),
    ):
        query = {**asked.narrowed, "missing": missing, "on": on}
        yield Deed(
            label=label,
            value=counts[missing],
            unit=pgettext_lazy("unit", "villages"),
            url=f"{reverse('villages:completeness')}?{urlencode(query)}",
            norm=CODE,
            short=short,
        )


norms.register(
    Norm(
        code=CODE,
        order=32,
        label=gettext_lazy("Who answers for a poor village"),
        describe=post_standard,
        url_name="villages:completeness",
        permission=VIEW,
    )
)
deed_sources.register(DeedSource(code="village_posts", order=32, permission=VIEW, count=of_checks))
