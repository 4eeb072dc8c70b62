"""How the list of poor villages stood at the end of a year, under the norm that keeps it."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiangjin.common import clock
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources
from villages.forms.filters import LISTED, STRUCK_OFF
from villages.models import PoorVillage
from villages.permissions import VIEW

NORM = "poor_village"


def of_villages(asked: Asked) -> Iterator[Deed]:
    """Villages struck off until the end of the year (or today), and those that still stand on the list."""
    if not asked.wants(NORM):
        return
    on = min(asked.last, clock.today())
    scope = asked.user.scope(VIEW)
    poor = PoorVillage.objects.within(scope).filter(scope.below(asked.place.path, "village__path"))
    for state, rows, label, short in (
        (STRUCK_OFF, poor.filter(delisted_on__lte=on), _("Villages struck off so far"), _("Villages struck off")),
        (LISTED, poor.listed(on), _("Villages still on the list"), ""),
    ):
        if asked.brief and not short:
            continue
        query = {**asked.narrowed, "poor": state, "as_of": on}
        yield Deed(
            label=label,
            value=rows.count(),
            unit=pgettext_lazy("unit", "villages"),
            url=f"{reverse('villages:list')}?{urlencode(query)}",
            norm=NORM,
            short=short,
        )


deed_sources.register(DeedSource(code="villages", order=30, permission=VIEW, count=of_villages))
