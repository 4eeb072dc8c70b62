"""What changed in the last seven days, each with the list that adds up to it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
    unit: Any
    url: str


@dataclass(frozen=True)
class Changes:
    """The changes of the days from `since` to `until`; what did not happen is left out."""

    since: dt.date
    until: dt.date
    rows: list[Change]


def changes(user: Any, *, area: Area, today: dt.date) -> Changes:
    """What changed in the area in the last seven days, today included. Four queries at most."""
    return Changes(_since(today), today, [*of_households(user, area=area, today=today), *_rosters(user, area)])


def of_households(user: Any, *, area: Area, today: dt.date) -> list[Change]:
    """What happened to households of the area. Three queries."""
    since = _since(today)
    counts = happenings.counts(scope=user.scope(VIEW), area=area, since=since, until=today)
    asked = {"area": area.code, "since": since.isoformat(), "until": today.isoformat()}
    unit = pgettext("unit", "households")
    return [
        Change(code, label, counts[code], unit, address("households:list", {**asked, "happened": code}))
        for code, label in HAPPENINGS
        if code in counts
    ]


def _since(today: dt.date) -> dt.date:
    return today - dt.timedelta(days=DAYS - 1)


def _rosters(user: Any, area: Area) -> list[Change]:
    """Rosters that were committed, for who imports: by the real calendar, on which people upload."""
    if not user.may(IMPORT):
        return []
    since = _since(timezone.localdate())
    committed: QuerySet[RosterImport] = RosterImport.objects.visible_to(user).filter(
        under(area.path, "area__path"), state=RosterImportState.COMMITTED, committed_at__date__gte=since
    )
    count = committed.count()
    asked = {"area": area.code, "state": RosterImportState.COMMITTED.value, "since": since.isoformat()}
    url = address("households:imports", asked)
    return [Change("rosters", _("Rosters committed"), count, pgettext("unit", "rosters"), url)] if count else []
