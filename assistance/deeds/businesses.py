"""Business entities that exist at the end of a year, under the measures by which they are promoted."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.models import Business, BusinessKind
from assistance.permissions import VIEW_BUSINESSES
from jiangjin.areas.models import under
from jiangjin.common import clock
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources

# By the code of the measure in the catalogue.
MEASURES = {
    "cooperative-share": (BusinessKind.COOPERATIVE, _("Cooperatives at work")),
    "farm-inn": (BusinessKind.FARM_INN, _("Farm inns at work")),
    "mutual-aid": (BusinessKind.MUTUAL_AID, _("Mutual-aid associations at work")),
}


def businesses_at_work(asked: Asked) -> Iterator[Deed]:
    """Of each kind that a measure promotes, those that exist on the year's last day (or today)."""
    wanted = {code: kind for code, kind in MEASURES.items() if asked.measures is None or code in asked.measures}
    if not wanted:
        return
    on = min(asked.last, clock.today())
    visible = Business.objects.visible_to(asked.user).filter(under(asked.place.path, "village__path")).active(on)
    kinds = list(visible.order_by().values_list("kind", flat=True))
    for code, (kind, label) in wanted.items():
        query = {**asked.narrowed, "kind": kind.value, "active_on": on}
        yield Deed(
            label=label,
            value=kinds.count(kind),
            unit=pgettext_lazy("unit", "businesses"),
            url=f"{reverse('assistance:businesses')}?{urlencode(query)}",
            measure=code,
        )


deed_sources.register(DeedSource(code="businesses", order=40, permission=VIEW_BUSINESSES, count=businesses_at_work))
