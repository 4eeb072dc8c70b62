"""Who was on the roll (在册) on a day."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q

from households.models.household import REGISTERED
from households.models.status import STATUS_AFTER, StatusEvent, StatusEventKind

OFF_THE_ROLL = [kind for kind in StatusEventKind if STATUS_AFTER[kind] not in REGISTERED]


def on_roll(on: dt.date, prefix: str = "") -> Q:
    """Households registered by the day that had neither exited nor gone by then, or were back; as a condition for queries that
    reach them by `prefix`.

    The status on file tells, unless it is younger than the day: then the last event up to the day does.
    """
    told = StatusEvent.objects.filter(household=OuterRef(f"{prefix}pk"), occurred_on__lte=on)
    later = StatusEvent.objects.filter(
        Q(occurred_on__gt=OuterRef("occurred_on")) | Q(occurred_on=OuterRef("occurred_on"), pk__gt=OuterRef("pk")),
        household=OuterRef("household"),
        occurred_on__lte=on,
    )
    off = Exists(told.filter(~Exists(later), kind__in=OFF_THE_ROLL))
    now = Q(**{f"{prefix}status_on__lte": on, f"{prefix}status__in": REGISTERED})
    then = Q(**{f"{prefix}status_on__gt": on}) & ~Q(off)
    return Q(**{f"{prefix}registered_on__lte": on}) & (now | then)
