"""A household's year: when it was away, on which days somebody came or called, when that was written down."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from assistance.demo.habits import Habit, Habits
from assistance.demo.known import WORKING_AGE, YEAR, Answering, KnownHousehold
from assistance.demo.tables import table
from households.demo.tables import Urn
from jiangjin.common.clock import month_end

ONE_DAY = dt.timedelta(days=1)
SPRING_FESTIVAL_OVER = dt.date(YEAR, 2, 25)


class Occasion(StrEnum):
    """What brought the helper there; what is written goes by it."""

    FIRST = "first"
    NEW_HELPER = "new_helper"
    MONTHLY = "monthly"
    AGAIN = "again"
    CALL = "call"


@dataclass(slots=True)
class Span:
    """Days of one month, both included."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(slots=True)
class Leave:
    """The household is away from a day to another (None: it has not come back)."""

    starts_on: dt.date
    ends_on: dt.date | None

    def covers(self, day: dt.date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def within(self, span: Span) -> Span:
        """The days of the span on which it is away; none if its last day lies before its first."""
        return Span(max(span.first, self.starts_on), min(span.last, self.ends_on or span.last))

    def apart_from(self, span: Span) -> Span:
        """The days of the span on which it is at home, before it leaves or after it came back; it lasts longer than a month."""
        if self.ends_on is not None and self.ends_on < span.last:
            return Span(max(span.first, self.ends_on + ONE_DAY), span.last)
        return Span(span.first, min(span.last, self.starts_on - ONE_DAY))


@dataclass(slots=True)
class PlannedVisit:
    """A Visit before it says anything. `withdrawn` names the list of reasons for which it was taken back."""

    helper: int
    visited_on: dt.date
    recorded_on: dt.date
    method: str
    occasion: Occasion
    withdrawn: str = ""


@dataclass(slots=True)
class PlannedYear:
    """`promises`: what a helper with a login left open, so that their list has something on it ("late" or "open")."""

    leave: Leave | None
    visits: list[PlannedVisit] = field(default_factory=list)
    promises: str = ""


class Rounds:
    """Plans the visits of a county. `least_days`: from so many days with a helper on a month owes a visit."""

    def __init__(
        self, rng: random.Random, habits: Habits, *, slack_villages: set[int], least_days: int, today: dt.date
    ) -> None:
        self.rng = rng
        self.habits = habits
        self.slack_villages = slack_villages
        self.least_days = least_days
        self.today = today
        self.rates = table("rates")
        self._methods = {occasion: Urn(weights) for occasion, weights in self.rates["methods"].items()}

    def year(self, household: KnownHousehold) -> PlannedYear:
        """What happened in the year, in the order of the days."""
        planned = PlannedYear(self._leave(household))
        habit, place = self._login(household)
        if habit is not None:
            planned.promises = self.rates["logins"]["promises"].get(str(place), "")
        for month in range(1, 13):
            span = _span(household, dt.date(YEAR, month, 1))
            if span is None:
                continue
            if habit is not None and place in self.rates["logins"]["missed"].get(str(month), []):
                continue
            certain = habit is not None and month >= self.rates["logins"]["certain_from_month"]
            planned.visits += self._month(household, span, planned.leave, certain=certain)
        planned.visits.sort(key=lambda visit: (visit.visited_on, visit.recorded_on))
        _name_first(planned.visits)
        return planned

    def _month(
        self, household: KnownHousehold, span: Span, leave: Leave | None, *, certain: bool
    ) -> Iterator[PlannedVisit]:
        if leave is not None and (away := leave.within(span)).days > 0:
            if span.days - away.days < self.least_days:
                yield from self._calls(household, away)
                return
            span = leave.apart_from(span)
        row = self.rng.choice(_within(household, span))
        habit = self.habits.of(row.helper)
        if certain:
            yield from self._visit(row, span, Occasion.MONTHLY)
        elif span.days < self.least_days:
            if self.rng.random() < self.rates["short_month_visited"]:
                yield from self._visit(row, span, Occasion.MONTHLY)
        elif self.rng.random() < self._chance_missed(household, span, habit):
            yield from self._instead(row, span)
        else:
            yield from self._visit(row, span, Occasion.MONTHLY)
            yield from self._more(household, row, span, habit)

    def _visit(self, row: Answering, span: Span, occasion: Occasion) -> Iterator[PlannedVisit]:
        """One visit or call within the span, unless nobody had written it down by the end of the year."""
        first, last = max(span.first, row.starts_on), min(span.last, row.ends_on or span.last)
        on_round = occasion == Occasion.MONTHLY
        day = self.habits.round_on(row.helper, first, last) if on_round else self.habits.day(first, last)
        recorded_on = self._recorded_on(day)
        if recorded_on is None:
            return
        method = self._methods[occasion].draw(self.rng)
        yield PlannedVisit(row.helper, day, recorded_on, method, occasion)
        if self.rng.random() < self.rates["entered_twice"]:
            yield PlannedVisit(row.helper, day, recorded_on, method, occasion, "twice")

    def _more(self, household: KnownHousehold, row: Answering, span: Span, habit: Habit) -> Iterator[PlannedVisit]:
        """Those who came a second time, or called besides."""
        rates, month = self.rates, span.first.month
        again = rates["again"] * rates["again_in_month"].get(str(month), 1.0) * rates["helpers"][habit.kind]["again"]
        if household.exited_on is not None and 0 <= (household.exited_on - span.last).days < 45:
            again += rates["again_before_exit"]
        if row.starts_on >= span.first:
            again += rates["again_new_helper"]
        if self.rng.random() < again:
            yield from self._visit(row, span, Occasion.AGAIN)
        if self.rng.random() < rates["extra_call"]:
            yield from self._visit(row, span, Occasion.CALL)

    def _instead(self, row: Answering, span: Span) -> Iterator[PlannedVisit]:
        """What there is of a month that was missed: mostly nothing, a call, a visit that an inspection found not to be true."""
        dice = self.rng.random()
        if dice < self.rates["missed_but_called"]:
            yield from self._visit(row, span, Occasion.CALL)
        elif dice < self.rates["missed_but_called"] + self.rates["missed_and_withdrawn"]:
            for visit in self._visit(row, span, Occasion.MONTHLY):
                visit.withdrawn = visit.withdrawn or "inspected"
                yield visit

    def _calls(self, household: KnownHousehold, span: Span) -> Iterator[PlannedVisit]:
        """The month of a household that is away."""
        if self.rng.random() >= self.rates["missed_away"]:
            yield from self._visit(self.rng.choice(_within(household, span)), span, Occasion.CALL)

    def _chance_missed(self, household: KnownHousehold, span: Span, habit: Habit) -> float:
        rates = self.rates
        chance: float = rates["missed"] * rates["missed_in_month"][str(span.first.month)]
        chance *= rates["helpers"][habit.kind]["missed"] * rates["missed_by_tier"].get(household.tier, 1.0)
        if household.village in self.slack_villages:
            chance *= rates["missed_in_slack_town"]
        if household.exited_on is not None and household.exited_on < span.first:
            chance *= rates["missed_after_exit"]
        return min(chance, rates["most_missed"])

    def _recorded_on(self, day: dt.date) -> dt.date | None:
        """The day on which a visit reached the system; None if that has not happened yet."""
        rates = self.rates
        if self.rng.random() >= rates["late"]:
            delay = self.rng.choices(range(len(rates["delay_days"])), weights=rates["delay_days"])[0]
            return min(day + dt.timedelta(days=delay), self.today)
        longest = 48 if self.rng.random() < rates["repaired_later"] else 11
        recorded_on = day + dt.timedelta(days=self.rng.randint(longest // 3 + 1, longest))
        return recorded_on if recorded_on <= self.today else None

    def _leave(self, household: KnownHousehold) -> Leave | None:
        """Whom nobody could survey, whose children went along, or whose grown-ups all work far away: gone since the Spring Festival."""
        if household.gone_on is not None:
            return None
        workers = [person for person in household.people if person.age >= WORKING_AGE and not person.is_student]
        workers = [person for person in workers if person.left_on is None]
        not_seen = YEAR not in household.surveys
        along = any(person.schooling == "" for person in household.people if person.left_on is None)
        all_away = bool(workers) and all(each.works_far_away and each.work_months >= 5 for each in workers)
        if not (not_seen or along or all_away):
            return None
        starts_on = max(SPRING_FESTIVAL_OVER, household.registered_on) + dt.timedelta(days=self.rng.randint(0, 24))
        if not_seen or along:
            return Leave(starts_on, None)
        if household.exited_on is not None:  # they were at home when their exit was surveyed
            return Leave(starts_on, dt.date(YEAR, 7, 15) + dt.timedelta(days=self.rng.randint(0, 40)))
        if self.rng.random() < 0.5:
            return Leave(starts_on, None)
        return Leave(starts_on, dt.date(YEAR, 10, 20) + dt.timedelta(days=self.rng.randint(0, 50)))

    def _login(self, household: KnownHousehold) -> tuple[Habit | None, int]:
        """The habit of the helper with a login who answers today, and the household's place among theirs."""
        helper = household.helper_on(self.today)
        habit = self.habits.of(helper) if helper is not None else None
        if habit is None or not habit.has_login:
            return None, 0
        return habit, habit.place_of(household.pk)


def slack_villages(rng: random.Random, towns: dict[int, list[int]], count: int = 0) -> set[int]:
    """The villages (by town) of the few towns that take it less seriously."""
    chosen = rng.sample(list(towns), min(count or table("rates")["slack_towns"], len(towns)))
    return {village for town in chosen for village in towns[town]}


def _span(household: KnownHousehold, month: dt.date) -> Span | None:
    """From the first to the last day of the month on which the household was there and had a helper."""
    there_from, there_to = max(month, household.registered_on), month_end(month)
    if household.gone_on is not None:
        there_to = min(there_to, household.gone_on - ONE_DAY)
    spans = [(max(there_from, row.starts_on), min(there_to, row.ends_on or there_to)) for row in household.answering]
    spans = [(first, last) for first, last in spans if first <= last]
    return Span(min(first for first, _last in spans), max(last for _first, last in spans)) if spans else None


def _within(household: KnownHousehold, span: Span) -> list[Answering]:
    """Who answered for the household on some day of the span."""
    rows = household.answering
    return [row for row in rows if row.starts_on <= span.last and (row.ends_on is None or row.ends_on >= span.first)]


def _name_first(visits: list[PlannedVisit]) -> None:
    """The first visit of all, and the first of each helper who took over."""
    known: set[int] = set()
    for visit in visits:
        if visit.occasion == Occasion.CALL or visit.withdrawn:
            continue
        if visit.helper not in known:
            visit.occasion = Occasion.NEW_HELPER if known else Occasion.FIRST
            known.add(visit.helper)
