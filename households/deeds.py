"""What happened to households in a year, under the norms that decide it: each number opens the list of these households."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from households import permissions
from households.models import StatusEventKind
from households.services import happenings
from jiangjin.common.deeds import Asked, Deed, DeedSource, deed_sources
from jiangjin.common.registries import Label

# What happened, under which norm, its name, its name where there is room for few.
COUNTED: list[tuple[str, str, Label, Label]] = [
    (StatusEventKind.REGISTERED.value, "roll", _("Households registered"), ""),
    (StatusEventKind.REMOVED.value, "roll", _("Households removed after review"), ""),
    (happenings.TIER, "tier", _("Households whose tier was decided"), _("Tiers decided")),
    (happenings.HELPER, "helper", _("Households that a helper took on"), _("Taken on by helpers")),
    (StatusEventKind.EXITED.value, "exit", _("Households that exited"), _("Exited")),
    (StatusEventKind.RELAPSED.value, "exit", _("Households that returned to poverty"), ""),
]


def of_households(asked: Asked) -> Iterator[Deed]:
    """To how many households each happened in the year."""
    wanted = [row for row in COUNTED if asked.wants(row[1])]
    counts = happenings.counts(
        scope=asked.user.scope(permissions.VIEW),
        area=asked.place,
        since=asked.first,
        until=asked.last,
        only=[what for what, *_names in wanted],
    )
    for what, norm, label, short in wanted:
        query = {**asked.narrowed, "happened": what, "since": asked.first, "until": asked.last}
        yield Deed(
            label=label,
            value=counts.get(what, 0),
            unit=pgettext_lazy("unit", "households"),
            url=f"{reverse('households:list')}?{urlencode(query)}",
            norm=norm,
            short=short,
        )


deed_sources.register(DeedSource(code="households", order=10, permission=permissions.VIEW, count=of_households))
