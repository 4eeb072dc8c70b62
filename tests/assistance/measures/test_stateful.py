"""Enrolments driven at random: whatever people try in whatever order, what is on file stays sound and tells its own story."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from pytest_django.asserts import assertQuerySetEqual

from assistance.models import Enrolment, EnrolmentState, EnrolmentStep
from assistance.services import enrolments
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.measures.situations import TODAY, district, draft, for_persons, measure, team, town

DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2016, 1, 5))
WHO = st.sampled_from(["team", "town", "district", "stranger"])
# The way that steps may take: the state before → acts → the state after.
WAYS = {
    ("", "propose"): "planned",
    ("planned", "send_back"): "planned",
    ("planned", "correct"): "planned",
    ("planned", "approve"): "approved",
    ("approved", "correct"): "approved",
    ("approved", "begin"): "under_way",
    ("approved", "finish"): "done",
    ("under_way", "correct"): "under_way",
    ("under_way", "finish"): "done",
    ("done", "correct"): "done",
    ("planned", "stop"): "stopped",
    ("approved", "stop"): "stopped",
    ("under_way", "stop"): "stopped",
}


class Office(RuleBasedStateMachine):
    """Four people, two households, three measures."""

    rows = Bundle("rows")

    def __init__(self):
        super().__init__()
        self.people = {"team": team(), "town": town(), "district": district(), "stranger": team("紫荆村")}
        self.households = [
            factories.household(members=2),
            factories.household(members=1, registered_on=dt.date(2015, 6, 1)),
        ]
        self.measures = [
            measure(recurrence="once"),
            measure(recurrence="yearly", valid_to=dt.date(2015, 9, 30)),
            measure(recurrence="repeated"),
            for_persons(recurrence="yearly"),
        ]

    def attempt(self, work, **kwargs):
        """Do it; what is refused leaves nothing behind."""
        before = counts()
        try:
            return work(today=TODAY, **kwargs)
        except (ValidationError, PermissionDenied):
            assert counts() == before
            return None

    @rule(
        target=rows,
        who=WHO,
        household=st.integers(0, 1),
        which=st.integers(0, 3),
        year=st.sampled_from([2014, 2015, 2016]),
        on=DAYS,
        named=st.booleans(),
    )
    def propose(self, who, household, which, year, on, named):
        of = self.households[household]
        member = of.members.first() if named else None
        wanted = draft(of, measure=self.measures[which], member=member, year=year, amount_fen=100)
        return self.attempt(enrolments.propose, draft=wanted, by=self.people[who], on=on)

    @rule(row=rows, who=WHO, on=DAYS)
    def approve(self, row, who, on):
        self.act(enrolments.approve, row, who, on=on)

    @rule(row=rows, who=WHO, reason=st.sampled_from(["", "理由"]))
    def send_back(self, row, who, reason):
        self.act(enrolments.send_back, row, who, reason=reason)

    @rule(row=rows, who=WHO, on=DAYS)
    def begin(self, row, who, on):
        self.act(enrolments.begin, row, who, on=on)

    @rule(row=rows, who=WHO, on=DAYS, fen=st.one_of(st.none(), st.integers(-5, 10**6)))
    def finish(self, row, who, on, fen):
        self.act(enrolments.finish, row, who, on=on, results={"amount_fen": fen})

    @rule(row=rows, who=WHO, on=DAYS, reason=st.sampled_from(["", "理由"]))
    def stop(self, row, who, on, reason):
        self.act(enrolments.stop, row, who, on=on, reason=reason)

    @rule(row=rows, who=WHO, fen=st.integers(-5, 10**6))
    def correct(self, row, who, fen):
        self.act(enrolments.correct, row, who, changes={"amount_fen": fen}, reason="更正")

    def act(self, work, row, who, **kwargs):
        if row is not None:
            self.attempt(work, enrolment=row, by=self.people[who], **kwargs)

    @invariant()
    def each_row_is_sound(self):
        for row in Enrolment.objects.select_related("household", "measure"):
            days = [day for day in (row.planned_on, row.approved_on, row.started_on, row.done_on) if day is not None]
            assert days == sorted(days)
            assert days[-1] <= TODAY
            assert row.planned_on >= row.household.registered_on
            assert row.measure.holds_on(row.planned_on)
            assert row.approved_by_id is None or row.approved_by_id != row.planned_by_id
            assert row.planned_by_id != self.people["stranger"].pk
            assert row.approved_by_id != self.people["team"].pk
            assert (row.member_id is not None) == (row.measure.target == "person")

    @invariant()
    def the_steps_tell_the_whole_story(self):
        for row in Enrolment.objects.all():
            state = ""
            steps = list(row.steps.order_by("pk"))
            for step in steps:
                state = WAYS[state, step.act]
                assert step.state == state
            assert state == row.state
            assert row.version == len(steps)
            assert row.is_sent_back == (
                row.state == EnrolmentState.PLANNED
                and [step.act for step in steps if step.act in {"send_back", "correct"}][-1:] == ["send_back"]
            )
            assert AuditEntry.objects.filter(model="assistance.enrolment", object_id=row.pk).count() == len(steps)

    @invariant()
    def nobody_has_what_is_given_once_twice(self):
        standing = Enrolment.objects.standing()
        for row in standing.exclude(measure__recurrence="repeated"):
            others = standing.filter(measure=row.measure, household=row.household, member=row.member).exclude(pk=row.pk)
            if row.measure.recurrence == "yearly":
                others = others.filter(year=row.year)
            assertQuerySetEqual(others, [])


def counts():
    """What an act would leave behind."""
    told = [Enrolment.objects.count(), EnrolmentStep.objects.count(), AuditEntry.objects.count()]
    return [*told, list(Enrolment.objects.order_by("pk").values_list("state", "version", "amount_fen", "returned_on"))]


@pytest.mark.django_db
@pytest.mark.usefixtures("year_end")
def test_enrolments_at_random():
    from django.db import transaction
    from hypothesis.stateful import run_state_machine_as_test

    class Isolated(Office):
        """Each example in a transaction of its own."""

        def __init__(self):
            self.block = transaction.atomic()
            self.block.__enter__()
            super().__init__()

        def teardown(self):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    run_state_machine_as_test(Isolated, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))
