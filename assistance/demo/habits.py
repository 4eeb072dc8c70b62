"""How helpers go about it: who is reliable, on which day of a month somebody goes out."""

import datetime as dt
import random
from dataclasses import dataclass, field

from assistance.demo.known import YEAR
from assistance.demo.tables import table
from households.demo.tables import Urn
from jiangjin.common.clock import month_end

# Holidays of 2015 on which offices were closed (first and last day); visits before them bring something.
HOLIDAYS = [
    (dt.date(2015, 1, 1), dt.date(2015, 1, 3)),
    (dt.date(2015, 2, 18), dt.date(2015, 2, 24)),
    (dt.date(2015, 4, 4), dt.date(2015, 4, 6)),
    (dt.date(2015, 5, 1), dt.date(2015, 5, 3)),
    (dt.date(2015, 6, 20), dt.date(2015, 6, 22)),
    (dt.date(2015, 9, 3), dt.date(2015, 9, 5)),
    (dt.date(2015, 9, 26), dt.date(2015, 9, 27)),
    (dt.date(2015, 10, 1), dt.date(2015, 10, 7)),
]
WEEKEND, HOLIDAY, END_OF_MONTH = 14, 2, 150  # weights of days; an ordinary one has 100
BEFORE_SPRING_FESTIVAL = (dt.date(2015, 2, 5), dt.date(2015, 2, 17), 240)


@dataclass(slots=True)
class Habit:
    """One helper. `days`: the day of the month on which they make their round, by month; `has_login`: whether they are a user."""

    kind: str
    has_login: bool
    days: dict[int, dt.date] = field(default_factory=dict)
    households: list[int] = field(default_factory=list)

    def place_of(self, household: int) -> int:
        """The household's place in the order in which the helper took them over, from 0."""
        if household not in self.households:
            self.households.append(household)
        return self.households.index(household)


class Habits:
    """The helpers of a county, as they come up. `users`: user by helper, of those who have one."""

    def __init__(self, rng: random.Random, users: dict[int, int]) -> None:
        self.rng = rng
        self.users = users
        rows = table("rates")["helpers"]
        self._kinds = Urn({kind: row["weight"] for kind, row in rows.items()})
        self._helpers: dict[int, Habit] = {}

    def of(self, helper: int) -> Habit:
        """A helper's habit; the same every time. Who has a login is steady."""
        if helper not in self._helpers:
            kind = self._kinds.draw(self.rng)
            has_login = helper in self.users
            self._helpers[helper] = Habit("steady" if has_login else kind, has_login)
        return self._helpers[helper]

    def round_on(self, helper: int, first: dt.date, last: dt.date) -> dt.date:
        """A day from `first` to `last` for a visit: mostly that of the helper's round, on which they see all of their
        households; else another one."""
        days = self.of(helper).days
        month = first.month
        if month not in days:
            days[month] = self.day(first.replace(day=1), month_end(first))
        if first <= days[month] <= last and self.rng.random() < table("rates")["together"]:
            return days[month]
        return self.day(first, last)

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """A day of one month, rarely at a weekend or on a holiday, a little more often in its last days."""
        weights = DAYS[first.month]
        start = first.day - 1
        chosen = self.rng.choices(range(start, last.day), weights=weights[start : last.day])[0]
        return first.replace(day=chosen + 1)


def _weight(day: dt.date) -> int:
    if any(first <= day <= last for first, last in HOLIDAYS):
        return HOLIDAY
    if day.weekday() >= 5:
        return WEEKEND
    first, last, weight = BEFORE_SPRING_FESTIVAL
    if first <= day <= last:
        return weight
    return END_OF_MONTH if (month_end(day) - day).days < 6 else 100


def _days(month: int) -> list[int]:
    first = dt.date(YEAR, month, 1)
    return [_weight(first.replace(day=number)) for number in range(1, month_end(first).day + 1)]


DAYS = {month: _days(month) for month in range(1, 13)}
