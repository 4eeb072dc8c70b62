"""Planned years into the tables: visits, former versions, follow-ups, absences, some hundred households at a time."""

import random
import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from assistance.demo.content import Content, Contents
from assistance.demo.known import WORKING_AGE, KnownHousehold
from assistance.demo.promises import Difficulty, Promise, Promises
from assistance.demo.rounds import Leave, PlannedVisit, PlannedYear
from assistance.demo.tables import table
from assistance.demo.telling import speaker
from assistance.models import Absence, FollowUp, Visit, VisitMethod, VisitRevision
from jiangjin.common.demo import Counts
from jiangjin.common.set_based import add_rows

# A promise that is to be late was made before this month.
LAST_MONTH = 12


class Writer:
    """Writes the years of one county's households and counts what it wrote.

    users: by helper, of helpers with a login, who write their own visits; offices: by village, who writes those of the others;
    everything else came on paper. officer: who corrects and withdraws where there is neither.
    late_after_days: of the visit standard, by month.
    """

    def __init__(
        self,
        rng: random.Random,
        contents: Contents,
        promises: Promises,
        *,
        users: Mapping[int, int],
        offices: Mapping[int, int],
        officer: int | None,
        late_after_days: Mapping[int, int],
    ) -> None:
        self.rng = rng
        self.contents = contents
        self.promises = promises
        self.users = users
        self.offices = offices
        self.officer = officer
        self.late_after_days = late_after_days
        self.rates, self.words = table("rates"), table("phrases")
        self.now = timezone.now()
        self.counts: Counts = dict.fromkeys(
            (
                "visits",
                "visits_late",
                "visits_withdrawn",
                "visits_corrected",
                "follow_ups",
                "follow_ups_open",
                "absences",
            ),
            0,
        )
        self._visits: list[Visit] = []
        self._revisions: list[VisitRevision] = []
        self._follow_ups: list[FollowUp] = []
        self._absences: list[Absence] = []

    def add(self, household: KnownHousehold, year: PlannedYear) -> None:
        """Take up one household's year."""
        if year.leave is not None:
            self._absences.append(self._absence(household, year.leave))
        left_open = _left_open_on(year)
        content, difficulty = Content(), Difficulty()
        for visit in year.visits:
            if visit.withdrawn != "twice":
                is_away = year.leave is not None and year.leave.covers(visit.visited_on)
                difficulty = self._difficulty(household, visit, year.promises if visit is left_open else "")
                content = self.contents.fill(household, visit, difficulty, is_away=is_away)
            row = self._visit(household, visit, content)
            self._visits.append(row)
            if difficulty.promise is not None and not visit.withdrawn:
                self._follow_ups.append(_follow_up(row, difficulty.promise))
            if not visit.withdrawn and self.rng.random() < self.rates["corrected"]:
                self._correct(row)

    def flush(self) -> None:
        """Write what was taken up."""
        add_rows(Visit, self._visits)
        add_rows(VisitRevision, self._revisions)
        add_rows(FollowUp, self._follow_ups)
        add_rows(Absence, self._absences)
        counted = {
            "visits": len(self._visits),
            "visits_late": sum(row.is_backdated for row in self._visits),
            "visits_withdrawn": sum(row.withdrawn_at is not None for row in self._visits),
            "visits_corrected": len(self._revisions),
            "follow_ups": len(self._follow_ups),
            "follow_ups_open": sum(row.done_on is None for row in self._follow_ups),
            "absences": len(self._absences),
        }
        self.counts = {name: self.counts[name] + count for name, count in counted.items()}
        self._visits, self._revisions, self._follow_ups, self._absences = [], [], [], []

    def _difficulty(self, household: KnownHousehold, visit: PlannedVisit, kept: str) -> Difficulty:
        """Nothing is raised on visits that never were, and little over the phone."""
        if visit.withdrawn or (visit.method == VisitMethod.PHONE and self.rng.random() < 0.6):
            return Difficulty()
        return self.promises.draw(household, visit.visited_on, kept)

    def _visit(self, household: KnownHousehold, visit: PlannedVisit, content: Content) -> Visit:
        writer = self._writer(household, visit.helper)
        delay = (visit.recorded_on - visit.visited_on).days
        row = Visit(
            client_id=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            household_id=household.pk,
            helper_id=visit.helper,
            visited_on=visit.visited_on,
            method=visit.method,
            recorded_by_id=writer,
            recorded_on=visit.recorded_on,
            is_backdated=delay > self.late_after_days[visit.visited_on.month],
            **content.as_fields(),
        )
        if visit.withdrawn:
            row.withdrawn_at, row.withdrawn_by_id = self.now, writer or self.officer
            row.withdrawn_reason = self.rng.choice(self.words["withdrawn"][visit.withdrawn])
            row.version = 2
        return row

    def _correct(self, row: Visit) -> None:
        """Let the visit have said something else before."""
        before: dict[str, Any] = {}
        if "、" in row.people_met:
            before["people_met"] = row.people_met.partition("、")[0]
        elif row.goods_value_fen:
            before["goods_value_fen"] = row.goods_value_fen * 10
        elif "；" in row.condition:
            before["condition"] = row.condition.rpartition("；")[0] + "。"
        for name in before:
            row.version = 2
            self._revisions.append(
                VisitRevision(
                    visit=row,
                    version=1,
                    values=before,
                    reason=self.rng.choice(self.words["corrected"][name]),
                    changed_by_id=row.recorded_by_id or self.officer,
                )
            )

    def _absence(self, household: KnownHousehold, leave: Leave) -> Absence:
        people = household.present(leave.starts_on) or household.people
        children = any(person.age < WORKING_AGE for person in people)
        reasons = "absences_with_children" if children else "absences" if len(people) > 1 else "absences_alone"
        place = self.contents.teller.workplace(speaker(people))
        helper = household.helper_on(leave.starts_on) or household.answering[0].helper
        return Absence(
            household_id=household.pk,
            starts_on=leave.starts_on,
            ends_on=leave.ends_on,
            reason=self.rng.choice(self.words[reasons]).format(place=place),
            recorded_by_id=self._writer(household, helper) or self.officer,
        )

    def _writer(self, household: KnownHousehold, helper: int) -> int | None:
        """Who writes down what a helper tells; None for what came on paper."""
        return self.users.get(helper) or self.offices.get(household.village)


def _left_open_on(year: PlannedYear) -> PlannedVisit | None:
    """The visit on which something was promised that is still open at the end of the year: the last, of a late one the last
    before the running month."""
    if not year.promises:
        return None
    standing = [visit for visit in year.visits if not visit.withdrawn]
    if year.promises == "late":
        standing = [visit for visit in standing if visit.visited_on.month < LAST_MONTH]
    return standing[-1] if standing else None


def _follow_up(visit: Visit, promise: Promise) -> FollowUp:
    done_by = visit.recorded_by_id if promise.done_on is not None else None
    return FollowUp(
        visit=visit,
        text=promise.text,
        due_on=promise.due_on,
        done_on=promise.done_on,
        outcome=promise.outcome,
        done_by_id=done_by,
        version=1 if promise.done_on is None else 2,
    )
