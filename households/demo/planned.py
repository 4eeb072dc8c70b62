"""What the generator decides about a household before anything is written."""

import datetime as dt
import random
from dataclasses import dataclass, field

from households.demo.incomes import Entitlements, Income
from households.demo.people import Person
from households.demo.surveys import Survey
from jiangjin.areas.models import Area


@dataclass(slots=True)
class PlannedEvent:
    """A StatusEvent."""

    kind: str
    on: dt.date
    reason: str
    evidence: str = ""
    cause: str = ""
    persons: int = 0


@dataclass(slots=True)
class PlannedTier:
    """A TierDecision."""

    tier: str
    on: dt.date
    reason: str


@dataclass(slots=True)
class PlannedAssignment:
    """A HelperAssignment; `helper` is a place in the list of planned helpers."""

    helper: int
    starts_on: dt.date
    ends_on: dt.date | None = None
    end_reason: str = ""


@dataclass(slots=True, eq=False)
class PlannedHousehold:
    """One household. `situation` names the row of situations.json that it stands for; `faults` are what keeps it on the roll."""

    situation: str
    status: str
    note: str
    size: int
    faults: frozenset[str] = frozenset()
    safety_net: bool = False
    village: Area = field(init=False)
    group: Area | None = None
    number: str = ""
    attribute: str = ""
    main_cause: str = ""
    other_cause: str = ""
    second_other_cause: str = ""
    registered_on: dt.date = dt.date.min
    status_on: dt.date = dt.date.min
    people: list[Person] = field(default_factory=list)
    entitled: Entitlements = field(default_factory=Entitlements)
    incomes: dict[int, Income] = field(default_factory=dict)
    reported_on: dict[int, dt.date] = field(default_factory=dict)
    surveys: dict[int, Survey] = field(default_factory=dict)
    events: list[PlannedEvent] = field(default_factory=list)
    tiers: list[PlannedTier] = field(default_factory=list)
    assignments: list[PlannedAssignment] = field(default_factory=list)

    def present(self, on: dt.date) -> list[Person]:
        """Members on the day."""
        return [person for person in self.people if person.present(on)]


def working_day(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A weekday from `first` to `last`, neither of which need be one; a weekend's draw moves to the Friday or Monday within."""
    day = first + dt.timedelta(days=rng.randint(0, (last - first).days))
    if day.weekday() < 5:
        return day
    friday, monday = day - dt.timedelta(days=day.weekday() - 4), day + dt.timedelta(days=7 - day.weekday())
    return friday if friday >= first else monday
