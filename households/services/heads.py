"""Names of the heads of households, for lists of what belongs to households."""

from collections.abc import Iterable

from households.models import Member, Relation


def heads_of(household_ids: Iterable[int]) -> dict[int, str]:
    """Names of the present heads, by household."""
    rows = Member.objects.filter(household__in=set(household_ids), relation=Relation.HEAD, left_on=None)
    return dict(rows.order_by().values_list("household_id", "name"))
