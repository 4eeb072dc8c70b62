"""What becomes of a difficulty: given to a unit, taken in hand, late, escalated, solved, asked about, denied, closed."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from assistance.demo.reporting import ONE_DAY, Raised, Signed
from assistance.demo.tables import table
from assistance.models import Confirmation, DifficultyAct, DifficultyStandard, DifficultyState, EscalationLevel
from assistance.services.difficulties.recording import NOT_SOLVED
from households.demo.tables import Urn
from jiangjin.common.money import FEN_PER_YUAN

A = DifficultyAct
S = DifficultyState
RECORDS = {"solved_by", "confirmed_by", "confirmation_visit"}
# Nothing stays undone for the better part of a year: what has been stuck so long was seen to at last.
STUCK_SINCE = dt.timedelta(days=20)


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Records by their number."""
    return {f"{name}_id" if name in RECORDS else name: value for name, value in values.items()}


AGAIN: dict[str, Any] = {
    **_columns(NOT_SOLVED),
    "state": S.UNDER_WAY,
    "escalation": EscalationLevel.NONE.value,
    "escalated_on": None,
}


@dataclass(frozen=True)
class Step:
    """One act with its day."""

    act: DifficultyAct
    on: dt.date
    from_state: str
    to_state: str
    note: str
    details: dict[str, Any]
    by: int | None


@dataclass
class Offices:
    """Units and users of a county, as far as there are some; by number.

    towns: the unit of a village's town. users: of a unit, who works on what it was given. officers, teams: users of a village's town
    and of the village itself.
    """

    towns: Mapping[int, int]
    units: Mapping[str, int]
    names: Mapping[int, str]
    helper_units: Mapping[int, int | None]
    helper_users: Mapping[int, int]
    users: Mapping[int, int]
    officers: Mapping[int, int]
    teams: Mapping[int, int]
    slack: set[int] = field(default_factory=set)


class Course:
    """One difficulty on its way; `values` are the columns that differ from those of a new one."""

    def __init__(self, raised: Raised, due_on: dt.date, today: dt.date) -> None:
        self.raised = raised
        self.today = today
        self.day = raised.raised_on
        self.values: dict[str, Any] = {"state": S.OPEN, "due_on": due_on, "owner_unit_id": None}
        self.steps = [Step(A.RAISE, self.day, "", S.OPEN, "", {"due_on": due_on.isoformat()}, raised.written_by)]

    @property
    def due_on(self) -> dt.date:
        return self.values["due_on"]  # type: ignore[no-any-return]

    def take(self, act: DifficultyAct, on: dt.date, *, note: str = "", by: int | None = None, **values: Any) -> bool:
        """One more step, unless it lies in the future or behind the household's last day; returns whether it was taken."""
        on = max(on, self.day)
        if on > self.today or (self.raised.until is not None and on >= self.raised.until):
            return False
        details = values.pop("details", {})
        before = self.values["state"]
        self.values.update(values)
        self.day = on
        self.steps.append(Step(act, on, before, self.values["state"], note, details, by))
        return True


class Handling:
    """Handles the difficulties of a county, by the standards of its kinds."""

    def __init__(
        self, rng: random.Random, offices: Offices, standards: Mapping[str, DifficultyStandard], today: dt.date
    ) -> None:
        self.rng = rng
        self.offices = offices
        self.standards = standards
        self.today = today
        self.rates, self.words = table("handling"), table("reports")["phrases"]
        self._units = {kind: Urn(dict(rows)) for kind, rows in self.rates["units"].items()}
        self._after = {name: Urn(dict(enumerate(self.rates[name]))) for name in ("assigned_after", "begun_after")}

    def handle(self, raised: Raised) -> Course:
        """From the first day to the demo's."""
        standard = self.standards[raised.kind]
        course = Course(raised, raised.raised_on + dt.timedelta(days=standard.due_days), self.today)
        if raised.is_void:
            self._withdraw(course, raised.raised_on, by=raised.written_by)
        elif raised.visit is None and self._happens("withdrawn"):
            self._withdraw(course, self._later(raised.raised_on, 6), by=raised.written_by)
        else:
            self._work(course)
        if raised.until is not None and course.values["state"] in (S.OPEN, S.ASSIGNED, S.UNDER_WAY):
            self._close_for_good(course)
        return course

    def _work(self, course: Course) -> None:
        solved_on, closed_on = self._ends_on(course)
        last = solved_on or closed_on or self.today
        self._give(course, last)
        if self._happens("reported"):
            self._report(course, last)
        self._escalate(course, last)
        if closed_on is not None:
            self._close(course, closed_on)
        if solved_on is None or not self._solve(course, solved_on):
            return
        if self._happens("denied"):
            self._again(course, A.DENY, self._later(course.day, 15), self._asker(course))
        is_confirmed = course.values["state"] == S.SOLVED and self._happens("confirmed") and self._confirm(course)
        if is_confirmed and self._happens("reopened"):
            self._again(course, A.REOPEN, self._later(course.day, 60), self._asker(course))

    def _again(self, course: Course, act: DifficultyAct, on: dt.date, by: int | None) -> None:
        """The household denies, or it is not solved for long; then it is solved once more, as a rule."""
        due_on = on + dt.timedelta(days=self.standards[course.raised.kind].due_days)
        undone = {
            "solution_before": course.values["solution"],
            "solved_on_before": course.values["solved_on"].isoformat(),
            "due_on": due_on.isoformat(),
        }
        values = {**AGAIN, "due_on": due_on, "reopened_count": course.values.get("reopened_count", 0) + 1}
        note = self.rng.choice(self.words["denied" if act == A.DENY else "reopened"])
        if not course.take(act, on, note=note, by=by, details=undone, **values):
            return
        days = round(self.standards[course.raised.kind].due_days * self.rates["latest_share"])
        solved_on = self._later(course.day, days)
        self._escalate(course, solved_on)
        self._solve(course, solved_on)

    def _ends_on(self, course: Course) -> tuple[dt.date | None, dt.date | None]:
        """When it is solved, or closed as not to be solved, if all goes its way; neither for what is stuck."""
        promised = course.raised.promised
        if promised is not None:
            course.values["due_on"] = max(course.due_on, promised.due_on)
            if promised.done_on is not None:
                return max(promised.done_on, course.raised.raised_on + ONE_DAY), None
            if promised.due_on >= self.today:
                return None, None
        # What a helper did not keep is mostly seen to by the unit.
        if self._happens("stuck" if promised is None else "not_kept"):
            at_last = course.due_on + dt.timedelta(days=self.rng.randint(40, self.rates["longest"]))
            return (at_last, None) if at_last < self.today - STUCK_SINCE else (None, None)
        if promised is None and self._happens("unsolvable"):
            return None, self._later(course.due_on, 30)
        return self._solved_on(course), None

    def _solved_on(self, course: Course) -> dt.date:
        raised, rates = course.raised, self.rates
        days = (course.due_on - raised.raised_on).days
        slow = rates["slack"] if raised.village in self.offices.slack else 1.0
        if self.rng.random() * 100 < 100 - (100 - rates["in_time"]) * slow:
            share = 0.06 + (rates["latest_share"] - 0.06) * self.rng.random()
            return raised.raised_on + dt.timedelta(days=max(1, round(days * share)))
        late = min(1 + round(self.rng.expovariate(1 / 13) * slow), rates["late_days"])
        return course.due_on + dt.timedelta(days=late)

    def _give(self, course: Course, last: dt.date) -> None:
        """By the town to a unit, or a helper takes it in hand."""
        raised, offices = course.raised, self.offices
        own = offices.helper_units.get(raised.helper) if raised.helper is not None else None
        if own is not None and self._happens("helper_share"):
            user = offices.helper_users.get(raised.helper) if raised.helper is not None else None
            on = min(self._delayed(course, "begun_after"), last)
            self._begin(course, on, user, owner_unit_id=own, helper_id=raised.helper)
            return
        unit = self._unit(raised)
        officer = offices.officers.get(raised.village)
        on = min(self._delayed(course, "assigned_after"), last)
        details = {"owner_unit": offices.names[unit], "due_on": course.due_on.isoformat()}
        note = self.rng.choice(self.words["assigned"])
        given = {"state": S.ASSIGNED, "owner_unit_id": unit, "due_on": course.due_on}
        if not course.take(A.ASSIGN, on, note=note, by=officer, details=details, **given):
            return
        if self._happens("transferred"):
            self._transfer(course, last)
        self._begin(
            course, min(self._delayed(course, "begun_after"), last), offices.users.get(course.values["owner_unit_id"])
        )

    def _begin(self, course: Course, on: dt.date, user: int | None, **charge: Any) -> None:
        details = {"owner_unit": self.offices.names[charge["owner_unit_id"]]} if charge else {}
        course.take(A.BEGIN, on, by=user, details=details, state=S.UNDER_WAY, responsible_id=user, **charge)

    def _transfer(self, course: Course, last: dt.date) -> None:
        offices, before = self.offices, course.values["owner_unit_id"]
        unit = self._unit(course.raised)
        if unit == before:
            return
        details = {
            "owner_unit_before": offices.names[before],
            "owner_unit": offices.names[unit],
            "due_on": course.due_on.isoformat(),
        }
        note = self.rng.choice(self.words["transferred"])
        on = min(self._later(course.day, 4), last)
        by = offices.officers.get(course.raised.village)
        course.take(A.TRANSFER, on, note=note, by=by, details=details, owner_unit_id=unit)

    def _report(self, course: Course, last: dt.date) -> None:
        until = min(last, course.due_on)
        if course.values["state"] == S.UNDER_WAY and (until - course.day).days > 4:
            on = course.day + (until - course.day) / 2
            course.take(A.REPORT, on, note=self.rng.choice(self.words["progress"]), by=self._worker(course))

    def _escalate(self, course: Course, before: dt.date) -> None:
        """What the schedule did on the days when it was late enough, until the day on which it was solved."""
        standard, due_on = self.standards[course.raised.kind], course.due_on
        for level, days in (
            (EscalationLevel.TOWN, standard.town_after_days),
            (EscalationLevel.DISTRICT, standard.district_after_days),
        ):
            on = due_on + dt.timedelta(days=days)
            if on < before or on == before == self.today:
                told = {"escalation": level.value}
                course.take(A.ESCALATE, on, details=told, escalation=level.value, escalated_on=on)

    def _solve(self, course: Course, on: dt.date) -> bool:
        raised, rng, offices = course.raised, self.rng, self.offices
        by = self._worker(course)
        solved: dict[str, Any] = {"state": S.SOLVED, "solved_by_id": by, "solution": rng.choice(raised.solutions)}
        if self._happens("gave_money"):
            solved["money_fen"] = rng.choice(self.rates["money"]) * FEN_PER_YUAN
        if self._happens("gave_goods"):
            solved["goods"], value = rng.choice(self.words["goods"][raised.kind])
            solved["goods_value_fen"] = value * FEN_PER_YUAN
        if course.values["owner_unit_id"] is None:
            solved["owner_unit_id"] = offices.towns[raised.village]
        on = max(on, course.day)
        return course.take(A.SOLVE, on, note=solved["solution"], by=by, solved_on=on, **solved)

    def _confirm(self, course: Course) -> bool:
        """By the household's hand on the next visit, or when somebody calls or comes by."""
        raised, rng = course.raised, self.rng
        who = rng.choice(raised.speakers)
        latest = course.day + dt.timedelta(days=40)
        visit = next((each for each in raised.signed if course.day < each.on <= latest), None)
        if visit is not None and self._happens("signed_on_visit"):
            return self._confirmed(course, visit.on, visit.confirmation, who, visit.written_by, visit)
        how = rng.choice((Confirmation.SIGNED, Confirmation.SIGNED, Confirmation.SPOKEN, Confirmation.FINGERPRINT))
        on = self._later(course.day, self.rates["confirmed_after"])
        return self._confirmed(course, on, how, who, self._asker(course), None)

    def _confirmed(self, course: Course, on: dt.date, how: str, who: str, by: int | None, visit: Signed | None) -> bool:
        values: dict[str, Any] = {
            "state": S.CONFIRMED,
            "confirmation": how,
            "confirmed_on": on,
            "confirmed_with": who,
            "confirmation_visit_id": visit.visit if visit is not None else None,
            "confirmed_by_id": by,
        }
        return course.take(A.CONFIRM, on, by=by, details={"confirmation": how, "who": who}, **values)

    def _withdraw(self, course: Course, on: dt.date, *, by: int | None) -> None:
        self._end(course, A.WITHDRAW, S.WITHDRAWN, on, self.rng.choice(self.words["withdrawn"]), by)

    def _close(self, course: Course, on: dt.date) -> None:
        by = self.offices.officers.get(course.raised.village)
        self._end(course, A.CLOSE, S.UNSOLVABLE, on, self.rng.choice(self.words["unsolvable"]), by)

    def _close_for_good(self, course: Course) -> None:
        """Nothing stays open of a household that nobody follows any more."""
        gone_on, course.raised.until = course.raised.until, None
        if gone_on is not None and gone_on <= self.today:
            by = self.offices.officers.get(course.raised.village)
            self._end(course, A.CLOSE, S.UNSOLVABLE, gone_on, self.words["gone"][0], by)

    def _end(self, course: Course, act: DifficultyAct, state: str, on: dt.date, reason: str, by: int | None) -> None:
        on = max(on, course.day)
        course.take(act, on, note=reason, by=by, state=state, closed_on=on, closed_by_id=by, closed_reason=reason)

    def _unit(self, raised: Raised) -> int:
        """The town's own office, or the department of the kind."""
        if self.rng.random() * 100 < self.rates["town_share"][raised.kind]:
            return self.offices.towns[raised.village]
        return self.offices.units[self._units[raised.kind].draw(self.rng)]

    def _worker(self, course: Course) -> int | None:
        """Who works on it and says so."""
        responsible: int | None = course.values.get("responsible_id")
        unit = course.values["owner_unit_id"]
        return responsible or (self.offices.users.get(unit) if unit is not None else None)

    def _asker(self, course: Course) -> int | None:
        """Who asks the household: not whoever solved it."""
        raised, offices = course.raised, self.offices
        candidates = [
            offices.teams.get(raised.village),
            offices.helper_users.get(raised.helper) if raised.helper is not None else None,
            offices.officers.get(raised.village),
        ]
        solver = course.values.get("solved_by_id")
        return next((user for user in candidates if user is not None and user != solver), None)

    def _delayed(self, course: Course, name: str) -> dt.date:
        return course.day + dt.timedelta(days=self._after[name].draw(self.rng))

    def _later(self, day: dt.date, most: int) -> dt.date:
        return day + dt.timedelta(days=self.rng.randint(1, max(1, most)))

    def _happens(self, name: str) -> bool:
        return bool(self.rng.random() * 100 < self.rates[name])


def steps_of(courses: list[Course]) -> Iterator[tuple[int, int, Step]]:
    """(place of the course, version, step)."""
    for place, course in enumerate(courses):
        for version, step in enumerate(course.steps, start=1):
            yield place, version, step
