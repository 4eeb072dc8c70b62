"""Enrolments through their door: who may do what, in which order, on which day; what is left behind."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Enrolment, EnrolmentAct, EnrolmentState, EnrolmentStep, MeasureDetail
from assistance.services import enrolments, enrolments_many
from assistance.services.enrolment_details import EnrolmentDetail, enrolment_details
from assistance.services.enrolment_refusals import code_of
from jiangjin.audit.models import AuditEntry
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, register_consumer
from jiangjin.common.append_only import AppendOnlyError
from tests import factories
from tests.assistance.measures.situations import (
    TODAY,
    district,
    draft,
    enrolment,
    for_persons,
    measure,
    team,
    town,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
MARCH = dt.date(2015, 3, 2)


@pytest.fixture
def household():
    return factories.household(members=2)


@pytest.fixture
def proposer():
    return team()


@pytest.fixture
def approver():
    return town()


def refused(work, *args, **kwargs):
    """The code with which a service refuses."""
    with pytest.raises(ValidationError) as error:
        work(*args, **kwargs)
    return code_of(error.value)


def propose(of, by=None, **kwargs):
    on = kwargs.pop("on", None)
    return enrolments.propose(draft=draft(of, **kwargs), by=by, today=TODAY, on=on)


# --- the way from a proposal to its end -------------------------------------------------------------------------------


def test_the_whole_way(household, proposer, approver):
    row = propose(household, proposer, amount_fen=30_000, note=" 花椒苗 ", on=MARCH)
    assert (row.state, row.planned_on, row.planned_by, row.note) == ("planned", MARCH, proposer, "花椒苗")
    enrolments.approve(enrolment=row, by=approver, today=TODAY, on=dt.date(2015, 3, 9), version=1)
    enrolments.begin(enrolment=row, by=proposer, today=TODAY, on=dt.date(2015, 4, 1), version=2)
    done = enrolments.finish(
        enrolment=row,
        by=proposer,
        today=TODAY,
        on=dt.date(2015, 11, 1),
        version=3,
        note="成活九成",
        results={"amount_fen": 29_000, "quantity": Decimal("1.5")},
    )
    done.refresh_from_db()
    assert (done.state, done.version, done.amount_fen, done.quantity) == ("done", 4, 29_000, Decimal("1.50"))
    assert (done.approved_by, done.started_on, done.done_on) == (approver, dt.date(2015, 4, 1), dt.date(2015, 11, 1))
    steps = list(done.steps.values_list("act", "state", "recorded_by__name", "note"))
    assert steps == [
        ("propose", "planned", "驻村队", ""),
        ("approve", "approved", "镇扶贫办", ""),
        ("begin", "under_way", "驻村队", ""),
        ("finish", "done", "驻村队", "成活九成"),
    ]
    entries = AuditEntry.objects.filter(model="assistance.enrolment").order_by("pk")
    assert [entry.action for entry in entries] == ["created", "changed", "changed", "changed"]
    assert entries[3].before == {"state": "under_way", "done_on": None, "amount_fen": 30_000, "quantity": None}
    assert {entry.household_id for entry in entries} == {household.pk}


def test_short_measures_need_no_beginning(household, proposer, approver):
    row = propose(household, proposer)
    enrolments.approve(enrolment=row, by=approver, today=TODAY)
    assert enrolments.finish(enrolment=row, by=proposer, today=TODAY).started_on is None


def test_a_step_stays_as_it_is(household):
    propose(household)
    with pytest.raises(AppendOnlyError):
        EnrolmentStep.objects.update(note="x")


def test_whoever_computes_from_enrolments_is_told(household, monkeypatch):
    from jiangjin.changes import services

    monkeypatch.setattr(services, "_consumers", dict(services._consumers))
    register_consumer("measure_reader", reads=[Fact.MEASURE])
    propose(household, on=MARCH)
    mark = DirtyMark.objects.get(consumer="measure_reader")
    assert (mark.household_id, mark.month) == (household.pk, dt.date(2015, 3, 1))


# --- what may be proposed ---------------------------------------------------------------------------------------------


def test_a_price_is_taken_where_none_is_said(household):
    assert propose(household, measure=measure(amount_fen=3_000)).amount_fen == 3_000
    by_mu = measure(amount_fen=30_000, quantity_unit="亩")
    assert propose(household, measure=by_mu, quantity=Decimal("2.5")).amount_fen == 75_000
    other = factories.household(members=1)
    assert propose(other, measure=by_mu).amount_fen is None
    assert propose(factories.household(), measure=by_mu, amount_fen=5).amount_fen == 5
    odd = measure(amount_fen=1, quantity_unit="亩")
    assert refused(propose, household, measure=odd, quantity=Decimal("2.5")) == "fraction"


@pytest.mark.parametrize(
    ("kwargs", "code"),
    [
        ({"on": dt.date(2016, 1, 1)}, "future"),
        ({"year": 2013}, "year"),
        ({"year": 2017}, "year"),
        ({"amount_fen": -1}, "negative"),
        ({"amount_fen": 10**12}, "too_large"),
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"on": dt.date(2013, 12, 31)}, "not_offered"),
    ],
)
def test_what_is_refused(household, kwargs, code):
    assert refused(propose, household, **kwargs) == code
    assert not Enrolment.objects.exists()


def test_next_year_may_be_planned(household):
    assert propose(household, year=2016).year == 2016


def test_the_measure_is_on_offer_on_the_day(household):
    ended = measure(valid_to=dt.date(2015, 6, 30))
    assert refused(propose, household, measure=ended) == "not_offered"
    assert propose(household, measure=ended, on=dt.date(2015, 6, 30)).measure == ended


def test_target_fits(household):
    person = household.members.first()
    assert refused(propose, household, measure=for_persons()) == "person_missing"
    assert refused(propose, household, measure=measure(), member=person) == "person_needless"
    other = factories.household()
    assert refused(propose, other, measure=for_persons(), member=person) == "other_household"
    assert propose(person, measure=for_persons()).member == person


@pytest.mark.parametrize(
    ("facts", "on", "code"),
    [
        ({"registered_on": dt.date(2015, 3, 3)}, MARCH, "not_registered"),
        ({"status": "removed", "status_on": MARCH}, MARCH, "gone"),
        ({"status": "removed", "status_on": dt.date(2015, 3, 3)}, MARCH, None),
        ({"status": "exited", "status_on": dt.date(2015, 3, 1)}, MARCH, None),
        ({"status": "relapsed", "status_on": dt.date(2015, 3, 1)}, MARCH, None),
    ],
)
def test_the_household_is_on_the_roll_or_followed(facts, on, code):
    household = factories.household(**facts)
    if code:
        assert refused(propose, household, on=on) == code
    else:
        assert propose(household, on=on).planned_on == on


def test_the_person_is_there():
    household = factories.household()
    person = factories.member(household, joined_on=dt.date(2015, 2, 1), left_on=dt.date(2015, 4, 1), left_by="01")
    help_ = for_persons()
    assert refused(propose, person, measure=help_, on=dt.date(2015, 1, 31)) == "not_a_member_yet"
    assert refused(propose, person, measure=help_, on=dt.date(2015, 4, 1)) == "not_a_member"
    assert propose(person, measure=help_, on=dt.date(2015, 3, 31)).member == person


def test_once_once_a_year_and_several_times(household):
    once, yearly, repeated = measure(recurrence="once"), measure(), measure(recurrence="repeated")
    for each in (once, yearly, repeated):
        propose(household, measure=each, year=2014)
    assert refused(propose, household, measure=once, year=2015) == "already_once"
    assert propose(household, measure=yearly, year=2015).sequence == 1
    assert refused(propose, household, measure=yearly, year=2015) == "already"
    assert [propose(household, measure=repeated, year=2015).sequence for _time in range(3)] == [1, 2, 3]


def test_a_stopped_one_leaves_its_place(household):
    for kind in ("once", "yearly"):
        help_ = measure(recurrence=kind)
        enrolments.stop(enrolment=propose(household, measure=help_), by=None, today=TODAY, reason="放弃")
        assert propose(household, measure=help_).sequence == 1


def test_another_member_is_no_duplicate(household):
    help_ = for_persons()
    rows = [propose(person, measure=help_) for person in household.members.all()]
    assert len({row.member_id for row in rows}) == 2


def test_partners_of_another_district_are_refused(household):
    from jiangjin.accounts.models import Unit
    from jiangjin.areas.models import Area

    elsewhere = Area.objects.create(level="county", name="别区", code="990001")
    stranger = Unit.objects.create(county=elsewhere, name="别区农委")
    assert refused(propose, household, unit=stranger) == "unit"
    assert propose(household, unit=factories.unit()).unit == factories.unit()


# --- who --------------------------------------------------------------------------------------------------------------


def test_whoever_proposes_does_not_approve(household, approver):
    row = propose(household, approver)
    assert refused(enrolments.approve, enrolment=row, by=approver, today=TODAY) == "own"
    assert refused(enrolments.send_back, enrolment=row, by=approver, today=TODAY, reason="x") == "own"
    assert enrolments.approve(enrolment=row, by=district(), today=TODAY).state == "approved"


def test_rights_hold_in_the_own_area_only(household, proposer, approver):
    strangers = [team("紫荆村"), town("嘉平镇"), factories.user(), factories.user(is_superuser=True)]
    for stranger in strangers:
        with pytest.raises(PermissionDenied):
            propose(household, stranger)
    row = propose(household, proposer)
    acts = {
        enrolments.approve: {},
        enrolments.send_back: {"reason": "x"},
        enrolments.begin: {},
        enrolments.finish: {},
        enrolments.stop: {"reason": "x"},
        enrolments.correct: {"changes": {"note": "x"}, "reason": "x"},
    }
    for act, more in acts.items():
        for stranger in strangers:
            with pytest.raises(PermissionDenied):
                act(enrolment=row, by=stranger, today=TODAY, **more)
    with pytest.raises(PermissionDenied):
        enrolments.approve(enrolment=row, by=proposer, today=TODAY)


# --- in which order ---------------------------------------------------------------------------------------------------

WORKS = {
    "approve": lambda row: enrolments.approve(enrolment=row, by=None, today=TODAY),
    "send_back": lambda row: enrolments.send_back(enrolment=row, by=None, today=TODAY, reason="x"),
    "begin": lambda row: enrolments.begin(enrolment=row, by=None, today=TODAY),
    "finish": lambda row: enrolments.finish(enrolment=row, by=None, today=TODAY),
    "stop": lambda row: enrolments.stop(enrolment=row, by=None, today=TODAY, reason="x"),
    "correct": lambda row: enrolments.correct(enrolment=row, changes={"note": "改"}, by=None, today=TODAY, reason="x"),
}


@pytest.mark.parametrize("state", EnrolmentState.values)
@pytest.mark.parametrize("act", list(WORKS))
def test_each_act_from_each_state(household, state, act):
    possible = {
        "planned": {"approve", "send_back", "stop", "correct"},
        "approved": {"begin", "finish", "stop", "correct"},
        "under_way": {"finish", "stop", "correct"},
        "done": {"correct"},
        "stopped": set(),
    }
    row = enrolment(household, state=state)
    if act in possible[state]:
        assert WORKS[act](row).version == 2
    else:
        assert refused(WORKS[act], row) == "state"
        assert Enrolment.objects.get().version == 1


def test_days_are_in_order(household):
    row = propose(household, on=dt.date(2015, 5, 4))

    def on(day):
        return {"enrolment": row, "by": None, "today": TODAY, "on": day}

    assert refused(enrolments.approve, **on(dt.date(2015, 5, 3))) == "before_planned"
    enrolments.approve(**on(dt.date(2015, 5, 5)))
    assert refused(enrolments.begin, **on(dt.date(2015, 5, 4))) == "before_approved"
    assert refused(enrolments.finish, **on(dt.date(2016, 1, 1))) == "future"
    enrolments.begin(**on(dt.date(2015, 5, 6)))
    assert refused(enrolments.finish, **on(dt.date(2015, 5, 5))) == "before_begun"
    enrolments.finish(**on(dt.date(2015, 5, 6)))


def test_nothing_begins_before_its_year(household):
    row = propose(household, year=2016)
    enrolments.approve(enrolment=row, by=None, today=TODAY)
    assert refused(enrolments.begin, enrolment=row, by=None, today=TODAY) == "before_year"
    later = dt.date(2016, 1, 4)
    assert enrolments.begin(enrolment=row, by=None, today=later).started_on == later


def test_what_happens_to_people_in_between(household):
    person = household.members.last()
    row = propose(person, measure=for_persons(), on=MARCH)
    enrolments.approve(enrolment=row, by=None, today=TODAY, on=MARCH)
    type(person).objects.filter(pk=person.pk).update(left_on=dt.date(2015, 6, 1), left_by="01")
    assert refused(enrolments.finish, enrolment=row, by=None, today=TODAY) == "not_a_member"
    assert enrolments.stop(enrolment=row, by=None, today=TODAY, reason="本人去世").state == "stopped"


def test_a_measure_that_ended_is_still_finished(household):
    help_ = measure()
    row = propose(household, measure=help_, on=MARCH)
    enrolments.approve(enrolment=row, by=None, today=TODAY, on=MARCH)
    type(help_).objects.update(valid_to=dt.date(2015, 6, 30))
    row = Enrolment.objects.get()
    assert refused(enrolments.begin, enrolment=row, by=None, today=TODAY) == "not_offered"
    assert enrolments.finish(enrolment=row, by=None, today=TODAY).state == "done"


def test_a_reason_is_needed(household):
    row = propose(household)
    assert refused(enrolments.send_back, enrolment=row, by=None, today=TODAY, reason=" ") == "reason"
    assert refused(enrolments.stop, enrolment=row, by=None, today=TODAY, reason="") == "reason"
    assert (
        refused(enrolments.correct, enrolment=row, changes={"note": "x"}, by=None, today=TODAY, reason="") == "reason"
    )
    stopped = enrolments.stop(enrolment=row, by=None, today=TODAY, reason="外出未归")
    assert (stopped.stop_reason, stopped.stopped_on) == ("外出未归", TODAY)


def test_sent_back_corrected_approved(household, proposer, approver):
    row = propose(household, proposer, amount_fen=9_000_000)
    back = enrolments.send_back(enrolment=row, by=approver, today=TODAY, reason="金额过大")
    assert back.is_sent_back
    assert not Enrolment.objects.to_approve().exists()
    assert Enrolment.objects.sent_back().get() == row
    assert refused(enrolments.approve, enrolment=row, by=approver, today=TODAY) == "sent_back"
    changes = {"amount_fen": 90_000}
    again = enrolments.correct(enrolment=row, changes=changes, by=proposer, today=TODAY, reason="改为九百元")
    assert (again.returned_on, again.amount_fen) == (None, 90_000)
    assert Enrolment.objects.to_approve().get() == row
    assert enrolments.approve(enrolment=row, by=approver, today=TODAY).state == "approved"
    assert list(row.steps.values_list("act", "note")) == [
        ("propose", ""),
        ("send_back", "金额过大"),
        ("correct", "改为九百元"),
        ("approve", ""),
    ]


def test_a_reason_alone_answers_what_was_sent_back(household):
    row = propose(household, note="x")
    same = {"note": "x"}
    assert (
        refused(enrolments.correct, enrolment=row, changes=same, by=None, today=TODAY, reason="x") == "nothing_changed"
    )
    enrolments.send_back(enrolment=row, by=None, today=TODAY, reason="为何")
    assert not enrolments.correct(enrolment=row, changes={}, by=None, today=TODAY, reason="已核实").is_sent_back


def test_what_is_corrected_is_logged(household):
    row = enrolment(household, state="done", amount_fen=100)
    changes = {"amount_fen": 200, "note": "更正", "unit": factories.unit()}
    enrolments.correct(enrolment=row, changes=changes, by=None, today=TODAY, reason="录入错误")
    entry = AuditEntry.objects.get(model="assistance.enrolment")
    assert (entry.before["amount_fen"], entry.after["amount_fen"], entry.reason) == (100, 200, "录入错误")
    with pytest.raises(ValueError, match="state"):
        enrolments.correct(enrolment=row, changes={"state": "planned"}, by=None, today=TODAY, reason="x")


def test_who_comes_second_is_told(household, proposer, approver):
    row = propose(household, proposer)
    enrolments.approve(enrolment=row, by=approver, today=TODAY, version=1)
    assert refused(enrolments.stop, enrolment=row, by=approver, today=TODAY, reason="x", version=1) == "conflict"


# --- details ----------------------------------------------------------------------------------------------------------


def test_a_detail_nobody_keeps_closes_the_way(household, monkeypatch):
    monkeypatch.setattr(enrolment_details, "_entries", {})
    row = enrolment(household, state="approved", measure=measure(detail=MeasureDetail.RELOCATION))
    assert refused(enrolments.finish, enrolment=row, by=None, today=TODAY) == "detail_missing"


def test_a_detail_is_asked_of_whoever_keeps_it(household, monkeypatch):
    monkeypatch.setattr(enrolment_details, "_entries", {})
    told: set[int] = set()
    enrolment_details.register(
        EnrolmentDetail(
            code=MeasureDetail.COURSE, order=1, complete=lambda keys: told & set(keys), facts=lambda row: []
        )
    )
    row = enrolment(household, state="approved", measure=measure(detail=MeasureDetail.COURSE))
    assert refused(enrolments.finish, enrolment=row, by=None, today=TODAY) == "detail_missing"
    told.add(row.pk)
    assert enrolments.finish(enrolment=row, by=None, today=TODAY).state == "done"


# --- many -------------------------------------------------------------------------------------------------------------


def test_each_of_many_has_its_own_outcome(proposer):
    mine, gone, strange = (
        factories.household(),
        factories.household(status="removed", status_on=MARCH),
        factories.household(area=factories.village("紫荆村")),
    )
    help_ = measure()
    drafts = [draft(each, measure=help_) for each in (mine, gone, strange, mine)]
    outcomes = enrolments_many.propose_many(drafts=drafts, by=proposer, today=TODAY)
    assert outcomes[0] == Enrolment.objects.get()
    assert [code_of(each) for each in outcomes[1:]] == ["gone", "not_yours", "already"]


def test_many_are_examined_without_a_trace(household, proposer):
    help_ = measure()
    drafts = [draft(household, measure=help_), draft(household, measure=help_)]
    first, second = enrolments_many.examine_proposals(drafts=drafts, by=proposer, today=TODAY)
    assert isinstance(first, Enrolment)
    assert code_of(second) == "already"
    assert not Enrolment.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_same_statements_for_many():
    help_ = measure()
    few, many = ([factories.household() for _number in range(count)] for count in (2, 20))
    office, other = town(), district()

    def statements(households):
        with CaptureQueriesContext(connection) as captured:
            drafts = [draft(each, measure=help_) for each in households]
            rows = enrolments_many.propose_many(drafts=drafts, by=office, today=TODAY)
            keys = [row.pk for row in rows]
            for act in (EnrolmentAct.APPROVE, EnrolmentAct.FINISH):
                enrolments_many.act_many(act=act, enrolments=keys, by=other, today=TODAY)
        return len(captured)

    statements([factories.household()])
    assert statements(few) == statements(many) < 45
    assert Enrolment.objects.filter(state="done").count() == 23


def test_an_act_on_many_tells_of_each(household, proposer, approver):
    ready = propose(household, proposer)
    own = propose(household, approver)
    done = enrolment(household, state="done")
    keys = [ready.pk, own.pk, done.pk, 10**9, ready.pk]
    outcomes = enrolments_many.act_many(act="approve", enrolments=keys, by=approver, today=TODAY)
    assert outcomes[0] == ready
    assert [code_of(each) for each in outcomes[1:]] == ["own", "state", "gone_meanwhile", "state"]
    assert Enrolment.objects.filter(state="approved").count() == 1


def test_counts_by_household_for_roll_ups(household):
    other = factories.household()
    march, april = dt.date(2015, 3, 1), dt.date(2015, 4, 1)
    enrolment(household, state="done", on=march, done_on=dt.date(2015, 4, 20), amount_fen=700)
    enrolment(household, on=dt.date(2015, 3, 31))
    enrolment(other, state="stopped", on=march)
    enrolment(other, on=april)
    rows = {row[0]: row[1:] for row in Enrolment.objects.counted_in(march, dt.date(2015, 3, 31))}
    assert rows == {household.pk: (2, 1, 0, 0), other.pk: (1, 0, 0, 0)}
    rows = {row[0]: row[1:] for row in Enrolment.objects.counted_in(april, dt.date(2015, 4, 30))}
    assert rows == {household.pk: (0, 0, 1, 700), other.pk: (1, 0, 0, 0)}
