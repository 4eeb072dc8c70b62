"""Which measures a household of the demo and its members get, how far they have come, and which they lack."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assistance.demo.enrolled import EnrolledHousehold, EnrolledPerson
from assistance.demo.enrolment_days import Days, draw_days, season_of
from assistance.demo.known import YEAR
from assistance.demo.tables import table
from assistance.models import Batch, EnrolmentState, Measure, MeasureDetail, MeasureTarget
from households.models import Health, Labour, Schooling
from jiangjin.common.money import yuan_to_fen

ONE_DAY = dt.timedelta(days=1)
# Between a household's or person's arrival and the first proposal.
ARRIVAL = dt.timedelta(days=12)
THOUSAND = 1000
STUDENT_MEASURES = ["boarding-aid", "vocational-aid", "college-aid", "preschool-aid", "healthy-birth"]


@dataclass(slots=True, eq=False)
class Plan:
    """One enrolment before it is written."""

    code: str
    household: EnrolledHousehold
    person: EnrolledPerson | None
    state: str
    days: Days
    year: int = YEAR
    stopped_on: dt.date | None = None
    stop_reason: str = ""
    returned_on: dt.date | None = None
    business: int | None = None


@dataclass
class Planner:
    """Plans the enrolments of one county's households."""

    rng: random.Random
    measures: Mapping[str, Measure]
    today: dt.date
    villages_ahead: frozenset[int] = frozenset()
    words: dict[str, Any] = field(default_factory=lambda: table("enrolments"))
    # Whole villages are insured together: the days by measure and village.
    together: dict[tuple[str, int], Days | None] = field(default_factory=dict)

    def year(self, household: EnrolledHousehold) -> list[Plan]:
        """The household's enrolments of the year."""
        if household.is_gone:
            return list(self._gone(household))
        plans = {(plan.code, plan.person): plan for plan in self._drawn(household)}
        plans |= {(f"next {plan.code}", None): plan for plan in self._next_year(household)}
        for batch, members in household.channels.items():
            for code, person in self._resting(household, batch, members, plans):
                plan = self._finished(code, household, person)
                if plan is not None:
                    plans[code, person] = plan
        return list(plans.values())

    def _drawn(self, household: EnrolledHousehold) -> Iterator[Plan]:
        for code, row in self.words["measures"].items():
            measure = self.measures[code]
            for person in self._subjects(household, measure, row):
                if (code, person.pk if person else None) in household.has:
                    continue
                state = self._state(household, code, row)
                plan = self._plan(code, household, person, state) if state else None
                if plan is None and "before" in row and self.rng.random() < row["before"]:
                    plan = self._year_before(code, household, person)
                if plan is not None:
                    yield plan

    def _subjects(
        self, household: EnrolledHousehold, measure: Measure, row: dict[str, Any]
    ) -> Iterator[EnrolledPerson | None]:
        if measure.target == MeasureTarget.PERSON:
            yield from (person for person in household.people if measure.code in person.qualifies)
        elif "tied" in row:
            if row["tied"] in household.ties:
                yield None
        elif "everybody" in row or measure.code in household.qualifies:
            yield None

    def _state(self, household: EnrolledHousehold, code: str, row: dict[str, Any]) -> str:
        """How far it has come; empty: nobody saw to it."""
        rates = row["rates"]
        if code == "rural-allowance" and not household.is_supported:
            rates = self.words["applied_for_allowance"]
        dice = self.rng.randrange(THOUSAND)
        for state, rate in zip(self.words["order"], rates, strict=True):
            dice -= rate
            if dice < 0:
                return str(state)
        return ""

    def _plan(self, code: str, household: EnrolledHousehold, person: EnrolledPerson | None, state: str) -> Plan | None:
        row = self.words["measures"][code]
        first, last = season_of(row)
        known = max(household.registered_on, person.joined_on if person else dt.date.min)
        if "tied" in row:
            known = max(known, household.ties[row["tied"]][1])
        until = self.today - ONE_DAY
        if "together" in row and state == EnrolmentState.DONE and known + ARRIVAL <= first:
            key = code, household.village
            if key not in self.together:
                self.together[key] = draw_days(self.rng, row, first=first, last=last, state=state, until=until)
            days = self.together[key]
        else:
            first = max(first, known + ARRIVAL)
            days = draw_days(self.rng, row, first=first, last=max(first, last), state=state, until=until)
        if days is None:
            return None
        plan = Plan(code, household, person, state, days)
        if "tied" in row:
            plan.business = household.ties[row["tied"]][0]
        return self._with_reasons(plan, until=until)

    def _with_reasons(self, plan: Plan, *, until: dt.date) -> Plan:
        if plan.state == EnrolmentState.STOPPED:
            later = plan.days.planned_on + dt.timedelta(days=self.rng.randrange(10, 80))
            plan.stopped_on = min(later, until)
            plan.stop_reason = self.rng.choice(self.words["stopped"])
        if plan.state == EnrolmentState.PLANNED and self._in_a_thousand("returned"):
            later = plan.days.planned_on + dt.timedelta(days=self.rng.randrange(3, 15))
            plan.returned_on = min(later, until)
        return plan

    def _year_before(self, code: str, household: EnrolledHousehold, person: EnrolledPerson | None) -> Plan | None:
        """What is given once was given in the year before to most who have it."""
        first = max(dt.date(YEAR - 1, 9, 1), household.registered_on + ARRIVAL)
        last = dt.date(YEAR - 1, 12, 30)
        days = draw_days(
            self.rng, self.words["measures"][code], first=first, last=last, state=EnrolmentState.DONE, until=last
        )
        return None if days is None else Plan(code, household, person, EnrolmentState.DONE, days, year=YEAR - 1)

    def _next_year(self, household: EnrolledHousehold) -> Iterator[Plan]:
        """In December some villages begin to plan the next year; those whose team works with the system are ahead."""
        words = self.words["next_year"]
        ahead = household.village in self.villages_ahead
        if self.rng.randrange(THOUSAND) >= words["ahead_in_a_thousand" if ahead else "in_a_thousand"]:
            return
        fitting = [code for code in words["measures"] if code in household.qualifies]
        if not fitting:
            return
        until = self.today - ONE_DAY
        state = self.rng.choice(words["states"])
        code = self.rng.choice(fitting)
        days = draw_days(
            self.rng, self.words["measures"][code], first=dt.date(YEAR, 12, 7), last=until, state=state, until=until
        )
        if days is not None:
            yield self._with_reasons(Plan(code, household, None, state, days, year=YEAR + 1), until=until)

    def _gone(self, household: EnrolledHousehold) -> Iterator[Plan]:
        """Who left the register in the course of the year had begun something, which was stopped then."""
        assert household.ends_on is not None
        for code in self.rng.sample(["planting", "livestock", "micro-credit"], self.rng.randrange(0, 3)):
            row = self.words["measures"][code]
            first = max(season_of(row)[0], household.registered_on + ARRIVAL)
            until = household.ends_on - ONE_DAY
            days = draw_days(self.rng, row, first=first, last=until, state=EnrolmentState.APPROVED, until=until)
            if days is not None:
                plan = Plan(code, household, None, EnrolmentState.STOPPED, days)
                plan.stopped_on, plan.stop_reason = household.ends_on, self.words["gone"][household.status]
                yield plan

    # --- what an exit rests on ----------------------------------------------------------------------------------------

    def _resting(
        self,
        household: EnrolledHousehold,
        batch: str,
        members: list[int],
        plans: Mapping[tuple[str, EnrolledPerson | None], Plan],
    ) -> Iterator[tuple[str, EnrolledPerson | None]]:
        """(measure, person) that must be done before the exit, of a channel that rests on nothing yet. Medical aid goes to each
        person by themselves."""
        done = [plan for plan in plans.values() if self._supports(plan, batch)]
        by_key = {person.pk: person for person in household.people}
        if batch == Batch.MEDICAL:
            served = {plan.person for plan in done}
            for key in members:
                person = by_key[key]
                if person not in served:
                    yield ("chronic-illness-aid" if person.health == Health.CHRONIC else "serious-illness-aid"), person
        elif not done and not self._has(household, batch):
            yield self._fitting(household, batch, [by_key[key] for key in members])

    def _supports(self, plan: Plan, batch: str) -> bool:
        measure = self.measures[plan.code]
        if measure.batch != batch or plan.state != EnrolmentState.DONE or plan.year != YEAR:
            return False
        if batch == Batch.MEDICAL and plan.code not in ("serious-illness-aid", "chronic-illness-aid"):
            return False
        ends_on, done_on = plan.household.ends_on, plan.days.done_on
        return ends_on is not None and done_on is not None and done_on <= ends_on

    def _has(self, household: EnrolledHousehold, batch: str) -> bool:
        """Whether somebody wrote a finished measure of the batch before."""
        return any(self.measures[code].batch == batch and self.measures[code].detail for code, _member in household.has)

    def _fitting(
        self, household: EnrolledHousehold, batch: str, people: list[EnrolledPerson]
    ) -> tuple[str, EnrolledPerson | None]:
        if batch == Batch.INDUSTRY:
            return ("planting" if household.farmland and self.rng.random() < 0.6 else "livestock"), None
        if batch == Batch.RELOCATION:
            return "gradual-transfer", None
        if batch == Batch.SAFETY_NET:
            return ("five-guarantees" if "five-guarantees" in household.qualifies else "rural-allowance"), None
        if batch == Batch.EMPLOYMENT:
            able = [person for person in people if "job-placement" in person.qualifies]
            weak = [person for person in people if person.labour == Labour.WEAK]
            if weak and not able:
                return "public-post", weak[0]
            return "job-placement", (able or sorted(people, key=lambda person: abs(person.age - 30)))[0]
        for code in STUDENT_MEASURES:
            students = [person for person in people if code in person.qualifies]
            if students:
                return code, students[0]
        return "vocational-aid", min(
            people, key=lambda person: (person.schooling == Schooling.NOT_IN_SCHOOL, person.age)
        )

    def _finished(self, code: str, household: EnrolledHousehold, person: EnrolledPerson | None) -> Plan | None:
        """Done before the exit, whatever the season."""
        assert household.ends_on is not None
        row = self.words["measures"][code]
        known = max(household.registered_on, person.joined_on if person else dt.date.min)
        until = household.ends_on - ONE_DAY
        first = min(max(season_of(row)[0], known + ARRIVAL), until - dt.timedelta(days=20))
        first = max(first, known)
        last = max(first, season_of(row)[1])
        days = draw_days(self.rng, row, first=first, last=last, state=EnrolmentState.DONE, until=until)
        return None if days is None else Plan(code, household, person, EnrolmentState.DONE, days)

    def _in_a_thousand(self, what: str) -> bool:
        return self.rng.randrange(THOUSAND) < int(self.words[f"{what}_in_a_thousand"])

    # --- particulars --------------------------------------------------------------------------------------------------

    def particulars(self, plan: Plan) -> tuple[int | None, Decimal | None, str]:
        """Amount in 分, quantity, note."""
        measure, row = self.measures[plan.code], self.words["measures"][plan.code]
        quantity = None
        if "quantity" in row and (measure.detail != MeasureDetail.BUSINESS or plan.business is not None):
            low, high, parts = row["quantity"]
            quantity = Decimal(self.rng.randint(low, high)) / parts
        amount = measure.amount_fen
        if amount is not None and quantity is not None:
            amount = int(amount * quantity)
        if "amount" in row:
            low, high, step = row["amount"]
            amount = yuan_to_fen(self.rng.randrange(low, high + 1, step))
            open_ = plan.state in (EnrolmentState.PLANNED, EnrolmentState.APPROVED)
            if open_ or self._in_a_thousand("without_amount"):
                amount = None
        note = self.rng.choice(row["notes"]) if row["notes"] else ""
        return amount, quantity, note
