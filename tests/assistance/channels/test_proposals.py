"""Channels proposed from done measures: what speaks for what, what is filled, what is left alone."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.models import Batch, ExitChannel
from assistance.services import channel_proposals
from assistance.services.channel_support import support_of, supported
from households.models import StatusEvent
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.jobs.models import JobState
from jiangjin.jobs.services import run_now
from tests import factories
from tests.assistance.channels.situations import EXIT_DAY, channel, enrolled, exited, measure, members

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def exits():
    return StatusEvent.objects.exits_in(2015)


def propose():
    return channel_proposals.propose(exits(), year=2015)


def fill(area=None, by=None):
    return run_now(kind=channel_proposals.KIND, area=area or factories.county(), by=by, params={"year": 2015})


def on_file(exit):
    return {(row.member_id, row.batch) for row in ExitChannel.objects.filter(exit=exit)}


def test_a_persons_measure_speaks_for_the_person_a_households_for_everybody():
    exit = exited(members=2)
    first, second = members(exit)
    own = enrolled(first, measure("education", target="person"))
    whole = enrolled(exit.household, measure("industry"))
    assert support_of(exit) == {
        (first.pk, "education"): own.pk,
        (first.pk, "industry"): whole.pk,
        (second.pk, "industry"): whole.pk,
    }


@pytest.mark.parametrize(
    "said",
    [
        {"on": None},
        {"on": EXIT_DAY + dt.timedelta(days=1)},
        {"year": 2014, "on": dt.date(2014, 5, 1)},
        {"state": "stopped", "stopped_on": EXIT_DAY, "stop_reason": "x"},
    ],
    ids=["not done", "done after the exit", "of another year", "stopped"],
)
def test_what_does_not_speak_for_a_channel(said):
    exit = exited()
    enrolled(exit.household, measure("industry"), **said)
    assert support_of(exit) == {}


def test_who_was_not_there_has_no_channel():
    exit = exited(members=1)
    left = factories.member(exit.household, relation="99", left_on=EXIT_DAY, left_by="01")
    enrolled(exit.household, measure("industry"))
    enrolled(left, measure("medical", target="person"))
    assert set(support_of(exit)) == {(members(exit)[0].pk, "industry")}


def test_of_several_measures_the_first_is_named():
    exit = exited(members=1)
    first = enrolled(exit.household, measure("industry"))
    enrolled(exit.household, measure("industry"))
    assert list(support_of(exit).values()) == [first.pk]


def test_the_preview_writes_nothing_and_says_what_would_be_written():
    exit = exited(members=3)
    enrolled(exit.household, measure("industry"))
    enrolled(members(exit)[0], measure("medical", target="person"))
    exited()
    proposal = propose()
    assert (proposal.empty, proposal.filled, proposal.channels) == (2, 1, 4)
    assert {batch: count for batch, count in proposal.persons.items() if count} == {"industry": 3, "medical": 1}
    assert (proposal.differing, proposal.resting) == (0, 0)
    assert not ExitChannel.objects.exists()


def test_exits_without_a_channel_are_filled():
    exit = exited(members=2)
    whole = enrolled(exit.household, measure("industry"))
    officer = factories.user(name="经办", role=roles.DISTRICT_OFFICER)
    run = fill(by=officer)
    assert run.counts == {"exits": 1, "channels": 2, "resting": 0}
    assert on_file(exit) == {(member.pk, "industry") for member in members(exit)}
    assert {(row.enrolment, row.recorded_by) for row in ExitChannel.objects.all()} == {(whole, officer)}
    entries = AuditEntry.objects.filter(model="assistance.exitchannel", action="created")
    assert {(entry.job_id, entry.actor_name, entry.household_id) for entry in entries} == {
        (run.pk, "经办", exit.household_id)
    }
    assert all(entry.reason for entry in entries)
    assert fill().counts == {"exits": 0, "channels": 0, "resting": 0}


def test_what_is_on_file_is_not_touched():
    """A declared channel stays the only one, though the measures speak for more; the exit is listed instead."""
    exit = exited(members=2)
    channel(exit, "employment")
    enrolled(exit.household, measure("industry"))
    assert (propose().filled, propose().differing) == (0, 1)
    assert fill().counts["channels"] == 0
    assert on_file(exit) == {(members(exit)[0].pk, "employment")}
    assert list(exits().filter(pk__in=channel_proposals.differing(exits(), year=2015))) == [exit]


def test_a_declared_channel_comes_to_rest_on_its_measure():
    exit = exited(members=1)
    (row,) = channel(exit, "industry")
    whole = enrolled(exit.household, measure("industry"))
    assert (propose().resting, propose().differing) == (1, 0)
    assert fill().counts == {"exits": 0, "channels": 0, "resting": 1}
    row.refresh_from_db()
    assert row.enrolment == whole
    entry = AuditEntry.objects.get(model="assistance.exitchannel")
    assert (entry.action, entry.before, entry.after) == (
        "changed",
        {"enrolment_id": None},
        {"enrolment_id": whole.pk},
    )
    assert propose().resting == 0


def test_only_the_area_of_the_job_is_filled():
    here, there = exited(), exited(area=factories.village("紫荆村"))
    for exit in (here, there):
        enrolled(exit.household, measure("industry"))
    fill(area=factories.town())
    assert on_file(here)
    assert not on_file(there)


def test_a_job_is_started_once_and_by_who_may():
    town = factories.town()
    officer = factories.user(role=roles.TOWN_OFFICER, area=town)
    job = channel_proposals.start(area=town, year=2015, by=officer)
    assert (job.state, job.params, job.created_by) == (JobState.QUEUED, {"year": 2015}, officer)
    assert channel_proposals.start(area=town, year=2015, by=officer) is None
    for user, area in ((officer, factories.county()), (factories.user(role=roles.VILLAGE_TEAM, area=town), town)):
        with pytest.raises(PermissionDenied):
            channel_proposals.start(area=area, year=2015, by=user)


def test_filling_takes_as_many_statements_for_one_as_for_many(django_assert_max_num_queries):
    for _number in range(12):
        enrolled(exited().household, measure("industry"))
    keys = list(exits().values_list("household", flat=True))
    with transaction.atomic(), django_assert_max_num_queries(12):
        counts = channel_proposals.fill(keys, year=2015, by=None)
    assert counts["channels"] == 24


# --- beside plain Python -----------------------------------------------------------------------------------
days = st.integers(min_value=-20, max_value=20)
enrolments = st.lists(
    st.tuples(st.sampled_from(Batch.values), st.sampled_from([None, 0, 1]), days, st.booleans()), max_size=4
)
presence = st.lists(st.tuples(days, st.none() | days), min_size=2, max_size=2)


def day(offset):
    return EXIT_DAY + dt.timedelta(days=offset)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(st.tuples(presence, enrolments), min_size=1, max_size=4))
def test_the_statement_and_the_rule_agree(some):
    with transaction.atomic():
        measures = {batch: measure(batch) for batch in Batch.values}
        expected = set()
        for spans, wanted in some:
            exit = exited(members=0)
            people = []
            for came, left in spans:
                gone = {} if left is None else {"left_on": max(day(left), day(came)), "left_by": "01"}
                people.append(factories.member(exit.household, relation="99", joined_on=day(came), **gone))
            there = [
                person.joined_on <= EXIT_DAY and (person.left_on is None or person.left_on > EXIT_DAY)
                for person in people
            ]
            for number, (batch, who, done, is_done) in enumerate(wanted, start=1):
                of = exit.household if who is None else people[who]
                enrolled(of, measures[batch], on=day(done) if is_done else None, sequence=number)
                if is_done and done <= 0:
                    concerned = [0, 1] if who is None else [who]
                    expected |= {(exit.pk, people[each].pk, batch) for each in concerned if there[each]}
        rows = supported(exits(), year=2015).rows()
        transaction.set_rollback(True)
    assert {(exit, member, batch) for exit, _household, member, batch, _first in rows} == expected
    assert len(rows) == len(expected)
