"""Figures of the annual report about the channels by which people left poverty: distinct within a channel, never added."""

import functools

from assistance.models import COUNTED_BY_PERSON, Batch, ExitChannel
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import Figure, figures

FIRST_ORDER = 200


def persons(year: int, scope: Scope, *, batch: Batch) -> int | None:
    """Persons whose exit of the year stands and who owe it to the channel."""
    return _distinct(year, scope, batch, "member")


def households(year: int, scope: Scope, *, batch: Batch) -> int | None:
    """Households of these persons; not reported for a channel that counts persons only."""
    return None if batch in COUNTED_BY_PERSON else _distinct(year, scope, batch, "household")


def _distinct(year: int, scope: Scope, batch: Batch, what: str) -> int | None:
    said = ExitChannel.objects.within(scope).of_exits_in(year).order_by()
    count = said.filter(batch=batch).values(what).distinct().count()
    return count if count or said.exists() else None


for order, each in enumerate(Batch, start=FIRST_ORDER):
    address = f"exit-channels/?batch={each.value}&exited_in={{year}}"
    for counted, compute in (("households", households), ("persons", persons)):
        figures.register(
            Figure(
                code=f"batch_{each.value}_{counted}",
                order=order,
                compute=functools.partial(compute, batch=each),
                query=address,
            )
        )
