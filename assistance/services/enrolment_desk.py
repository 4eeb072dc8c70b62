"""Who may do what with which enrolment, and when: everything that is asked before something is written."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistance.models import (
    Enrolment,
    EnrolmentAct,
    EnrolmentState,
    MeasureDetail,
    MeasureTarget,
    Recurrence,
)
from assistance.permissions import APPROVE_MEASURES, PROPOSE_MEASURES
from assistance.rules.visit_facts import GONE
from assistance.services.enrolment_details import incomplete
from assistance.services.enrolment_drafts import MOST_FEN, EnrolmentDraft
from assistance.services.enrolment_refusals import refusal
from households.models import Household, Member
from jiangjin.areas.models import PATH_STEP

# From which states an act leads on.
POSSIBLE_FROM: dict[str, set[str]] = {
    EnrolmentAct.APPROVE: {EnrolmentState.PLANNED},
    EnrolmentAct.SEND_BACK: {EnrolmentState.PLANNED},
    EnrolmentAct.BEGIN: {EnrolmentState.APPROVED},
    EnrolmentAct.FINISH: {EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY},
    EnrolmentAct.STOP: {EnrolmentState.PLANNED, EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY},
    EnrolmentAct.CORRECT: {
        *(EnrolmentState.PLANNED, EnrolmentState.APPROVED, EnrolmentState.UNDER_WAY, EnrolmentState.DONE),
    },
}
PERMISSION: dict[str, str] = {
    EnrolmentAct.APPROVE: APPROVE_MEASURES,
    EnrolmentAct.SEND_BACK: APPROVE_MEASURES,
    **dict.fromkeys(
        (EnrolmentAct.PROPOSE, EnrolmentAct.BEGIN, EnrolmentAct.FINISH, EnrolmentAct.STOP, EnrolmentAct.CORRECT),
        PROPOSE_MEASURES,
    ),
}
NEEDS_REASON = {EnrolmentAct.SEND_BACK, EnrolmentAct.STOP, EnrolmentAct.CORRECT}
# Acts that give or promise something: the measure is on offer, the household followed and the person there on the day.
GIVING = {EnrolmentAct.PROPOSE, EnrolmentAct.APPROVE, EnrolmentAct.BEGIN, EnrolmentAct.FINISH}
EARLIEST_YEAR = 2014


@dataclass
class EnrolmentDesk:
    """What is needed to judge enrolments of some households, loaded in a few statements.

    Opened with `lock` inside `transaction.atomic` it locks the households, so that two who enrol the same household at once
    come one after the other.
    """

    by: Any
    households: dict[int, Household]
    members: dict[int, Member] = field(default_factory=dict)
    standing: dict[tuple[int, int | None, int], list[Enrolment]] = field(default_factory=dict)
    last_sequence: dict[tuple[int, int, int | None, int], int] = field(default_factory=dict)
    incomplete: set[int] = field(default_factory=set)

    @classmethod
    def opened(cls, household_ids: Iterable[int], *, by: Any, lock: bool = True) -> "EnrolmentDesk":
        rows = Household.objects.select_related("village")
        if lock:
            rows = rows.select_for_update(of=("self",), no_key=True)
        return cls(by, {row.pk: row for row in rows.filter(pk__in=set(household_ids)).order_by("pk")})

    def load_for_drafts(self, drafts: Sequence[EnrolmentDraft]) -> None:
        """The persons, and what the households are enrolled in already."""
        self.load_members(draft.member.pk for draft in drafts if draft.member is not None)
        rows = Enrolment.objects.filter(
            household__in=self.households, measure__in={draft.measure.pk for draft in drafts}
        ).order_by("year", "sequence")
        for row in rows:
            key = (row.measure_id, row.household_id, row.member_id, row.year)
            self.last_sequence[key] = max(row.sequence, self.last_sequence.get(key, 0))
            if row.state != EnrolmentState.STOPPED:
                self.note(row)

    def load_for_acts(self, enrolments: Collection[Enrolment], *, act: str) -> None:
        """The persons, and, before something is finished, what is still missing."""
        self.load_members(row.member_id for row in enrolments if row.member_id is not None)
        if act == EnrolmentAct.FINISH:
            self.incomplete = incomplete(enrolments)

    def load_members(self, keys: Iterable[int]) -> None:
        self.members |= {row.pk: row for row in Member.objects.filter(pk__in=set(keys)).order_by("pk")}

    def note(self, row: Enrolment) -> None:
        """One more enrolment that stands."""
        self.standing.setdefault((row.household_id, row.member_id, row.measure_id), []).append(row)
        key = (row.measure_id, row.household_id, row.member_id, row.year)
        self.last_sequence[key] = max(row.sequence, self.last_sequence.get(key, 0))

    def next_sequence(self, draft: EnrolmentDraft) -> int:
        """The number in the year of one more enrolment. Where there is one a year, a stopped one leaves its place free."""
        if draft.measure.recurrence != Recurrence.REPEATED:
            return 1
        member = draft.member.pk if draft.member is not None else None
        return self.last_sequence.get((draft.measure.pk, draft.household.pk, member, draft.year), 0) + 1

    def check_draft(self, draft: EnrolmentDraft, *, on: dt.date, today: dt.date) -> None:
        """Raises ValidationError for the first thing that is wrong with a proposal."""
        household = self.households[draft.household.pk]
        self.check_permission(EnrolmentAct.PROPOSE, household)
        measure = draft.measure
        if on > today:
            raise refusal("future")
        if not EARLIEST_YEAR <= draft.year <= today.year + 1:
            raise refusal("year", first=EARLIEST_YEAR, last=today.year + 1)
        if measure.target == MeasureTarget.PERSON and draft.member is None:
            raise refusal("person_missing", measure=measure.name)
        if measure.target == MeasureTarget.HOUSEHOLD and draft.member is not None:
            raise refusal("person_needless", measure=measure.name)
        if not measure.holds_on(on):
            raise refusal("not_offered", measure=measure.name, day=str(on))
        self.check_present(household, draft.member.pk if draft.member is not None else None, on=on)
        self._check_recurrence(draft)
        check_amounts(draft.amount_fen, draft.quantity)
        self.check_partners(household, unit=draft.unit, business=draft.business)
        try:
            check_amounts(draft.priced_fen, draft.quantity)
        except ValueError as error:
            raise refusal("fraction") from error

    def check_act(self, row: Enrolment, act: str, *, on: dt.date, today: dt.date, reason: str) -> None:
        """Raises ValidationError for the first thing that stands against an act on an enrolment as it is now."""
        household = self.households[row.household_id]
        self.check_permission(act, household)
        if row.state not in POSSIBLE_FROM[act]:
            raise refusal("state", state=EnrolmentState(row.state))
        if act in {EnrolmentAct.APPROVE, EnrolmentAct.SEND_BACK}:
            if self.by is not None and row.planned_by_id == self.by.pk:
                raise refusal("own")
            if row.is_sent_back:
                raise refusal("sent_back")
        if act in NEEDS_REASON and not reason.strip():
            raise refusal("reason")
        if act == EnrolmentAct.CORRECT:
            return
        _check_day(row, act, on=on, today=today)
        if act in GIVING:
            self.check_present(household, row.member_id, on=on)
        if act in {EnrolmentAct.APPROVE, EnrolmentAct.BEGIN} and not row.measure.holds_on(on):
            raise refusal("not_offered", measure=row.measure.name, day=str(on))
        if act == EnrolmentAct.FINISH and row.pk in self.incomplete:
            raise refusal("detail_missing", detail=MeasureDetail(row.measure.detail))

    def check_permission(self, act: str, household: Household) -> None:
        """Raises ValidationError with the code "not_yours" unless the user may do this to the household."""
        if self.by is not None and not self.by.scope(PERMISSION[act]).covers(household.village.path):
            raise refusal("not_yours")

    def check_present(self, household: Household, member: int | None, *, on: dt.date) -> None:
        """Raises ValidationError unless the household is on the roll or followed, and the person there, on the day."""
        if on < household.registered_on:
            raise refusal("not_registered", day=str(household.registered_on))
        if household.status in GONE and household.status_on <= on:
            raise refusal("gone", day=str(household.status_on))
        if member is None:
            return
        person = self.members.get(member)
        if person is None or person.household_id != household.pk:
            raise refusal("other_household")
        if on < person.joined_on:
            raise refusal("not_a_member_yet", name=person.name, day=str(person.joined_on))
        if person.left_on is not None and person.left_on <= on:
            raise refusal("not_a_member", name=person.name, day=str(person.left_on))

    def check_partners(self, household: Household, *, unit: Any, business: Any) -> None:
        """Raises ValidationError for a unit or a business of another district."""
        county = household.village.path[:PATH_STEP]
        if unit is not None and not unit.county.path.startswith(county):
            raise refusal("unit")
        if business is not None and not business.village.path.startswith(county):
            raise refusal("business")

    def _check_recurrence(self, draft: EnrolmentDraft) -> None:
        if draft.measure.recurrence == Recurrence.REPEATED:
            return
        member = draft.member.pk if draft.member is not None else None
        for row in self.standing.get((draft.household.pk, member, draft.measure.pk), []):
            told: dict[str, Any] = {"year": row.year, "state": EnrolmentState(row.state)}
            if draft.measure.recurrence == Recurrence.ONCE:
                raise refusal("already_once", measure=draft.measure.name, **told)
            if row.year == draft.year:
                raise refusal("already", **told)


def check_amounts(amount_fen: int | None, quantity: Any) -> None:
    """Raises ValidationError for what no measure pays."""
    if amount_fen is not None and amount_fen < 0:
        raise refusal("negative")
    if amount_fen is not None and amount_fen > MOST_FEN:
        raise refusal("too_large")
    if quantity is not None and quantity < 0:
        raise refusal("quantity")


def _check_day(row: Enrolment, act: str, *, on: dt.date, today: dt.date) -> None:
    """No day before that of the step before, none in the future."""
    if on > today:
        raise refusal("future")
    for name, code in (
        ("started_on", "before_begun"),
        ("approved_on", "before_approved"),
        ("planned_on", "before_planned"),
    ):
        day = getattr(row, name)
        if day is not None and on < day:
            raise refusal(code, day=str(day))
    if act in {EnrolmentAct.BEGIN, EnrolmentAct.FINISH} and on.year < row.year:
        raise refusal("before_year", year=row.year)
