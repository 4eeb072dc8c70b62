"""What changed in the last seven days, each with the list that adds up to it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from households.forms.filters import HAPPENINGS
from households.models import RosterImport, RosterImportState
from households.permissions import IMPORT, VIEW
from households.services import happenings
from jiangjin.areas.models import Area, under
from supervision.indicators.indicator import address

DAYS = 7


@dataclass(frozen=True)
class Change:
    """How many households (or rosters) something happened to."""

    code: str
    label: Any
    value: int
    url: str


@dataclass(frozen=True)
class Changes:
    """The changes of the days from `since` to `until`; what did not happen is left out."""

    since: dt.date
    until: dt.date
    rows: list[Change]


def changes(user: Any, *, area: Area, today: dt.date) -> Changes:
    """What changed in the area in the last seven days, today included. Four queries."""
    since = today - dt.timedelta(days=DAYS - 1)
    counts = happenings.counts(scope=user.scope(VIEW), area=area, since=since, until=today)
    span = {"since": since.isoformat(), "until": today.isoformat()}
    rows = [
        Change(code, label, counts[code], address("households:list", {"area": area.code, "happened": code, **span}))
        for code, label in HAPPENINGS
        if code in counts
    ]
    return Changes(since, today, [*rows, *_rosters(user, area)])


def _rosters(user: Any, area: Area) -> list[Change]:
    """Rosters that were committed, for who imports: by the real calendar, on which people upload."""
    if not user.may(IMPORT):
        return []
    since = timezone.localdate() - dt.timedelta(days=DAYS - 1)
    committed: QuerySet[RosterImport] = RosterImport.objects.visible_to(user).filter(
        under(area.path, "area__path"), state=RosterImportState.COMMITTED, committed_at__date__gte=since
    )
    count = committed.count()
    asked = {"area": area.code, "state": RosterImportState.COMMITTED.value, "since": since.isoformat()}
    return [Change("rosters", _("Rosters committed"), count, address("households:imports", asked))] if count else []
