"""Setting the channels of an exit: whom, which, once, with a reason afterwards, two at the same time."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import ExitChannel
from assistance.services import exit_channels
from households.models import StatusEventKind
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.assistance.channels.situations import EXIT_DAY, channel, enrolled, event, exited, measure, members

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def officer():
    return factories.user(name="经办", role=roles.TOWN_OFFICER, area=factories.town())


def put(exit, channels, by, *, opened=None, reason=""):
    return exit_channels.put(exit=exit, channels=channels, opened=opened or {}, by=by, reason=reason)


def on_file(exit):
    return {(row.member_id, row.batch) for row in ExitChannel.objects.filter(exit=exit)}


def refused(*args, **kwargs):
    with pytest.raises(ValidationError) as error:
        put(*args, **kwargs)
    return error.value


def test_channels_are_written_person_by_person(officer):
    exit = exited()
    first, second = members(exit)
    rows = put(exit, {first.pk: ["industry", "medical"], second.pk: []}, officer)
    assert on_file(exit) == {(first.pk, "industry"), (first.pk, "medical")}
    assert {(row.household, row.recorded_by, row.enrolment) for row in rows} == {(exit.household, officer, None)}
    entries = AuditEntry.objects.filter(model="assistance.exitchannel")
    assert {entry.after["batch"] for entry in entries} == {"industry", "medical"}
    assert {(entry.household_id, entry.actor_name) for entry in entries} == {(exit.household_id, "经办")}


def test_a_correction_needs_a_reason_and_keeps_what_stays(officer):
    exit = exited()
    first, second = members(exit)
    kept, _gone = channel(exit, "industry", "medical")
    opened = {first.pk: ["industry", "medical"]}
    wanted = {first.pk: ["industry"], second.pk: ["education"]}
    error = refused(exit, wanted, officer, opened=opened)
    assert list(error.error_dict) == ["reason"]
    assert on_file(exit) == {(first.pk, "industry"), (first.pk, "medical")}
    put(exit, wanted, officer, opened=opened, reason="登记有误")
    assert on_file(exit) == {(first.pk, "industry"), (second.pk, "education")}
    assert ExitChannel.objects.get(batch="industry").pk == kept.pk
    removed = AuditEntry.objects.get(model="assistance.exitchannel", action="removed")
    assert (removed.before["batch"], removed.after, removed.reason) == ("medical", None, "登记有误")
    created = AuditEntry.objects.get(model="assistance.exitchannel", action="created")
    assert (created.after["batch"], created.reason) == ("education", "登记有误")


def test_saved_as_it_stands_nothing_is_written(officer):
    exit = exited()
    channel(exit, "industry")
    same = {members(exit)[0].pk: ["industry"]}
    put(exit, same, officer, opened=same)
    assert not AuditEntry.objects.exists()


def test_who_comes_second_is_told(officer):
    """The page was opened while nothing was on file; meanwhile somebody set the channels."""
    exit = exited()
    first, second = members(exit)
    channel(exit, "relocation")
    assert refused(exit, {second.pk: ["industry"]}, officer, opened={}, reason="x").code == "conflict"
    assert on_file(exit) == {(first.pk, "relocation")}


def test_only_who_belonged_to_the_household_on_the_day(officer):
    exit = exited()
    left = factories.member(exit.household, relation="99", left_on=EXIT_DAY, left_by="02")
    came = factories.member(exit.household, relation="99", joined_on=EXIT_DAY + dt.timedelta(days=1))
    there = factories.member(exit.household, relation="99", left_on=EXIT_DAY + dt.timedelta(days=1), left_by="01")
    stranger = members(exited())[0]
    for member in (left, came, stranger):
        assert refused(exit, {member.pk: ["industry"]}, officer).code == "member"
    assert put(exit, {there.pk: ["industry"]}, officer)


@pytest.mark.parametrize("kind", [StatusEventKind.RELAPSED, StatusEventKind.REMOVED])
def test_an_exit_that_does_not_stand_has_no_channels(officer, kind):
    exit = exited()
    event(exit.household, kind, dt.date(2015, 12, 10))
    assert refused(exit, {members(exit)[0].pk: ["industry"]}, officer).code == "not_standing"


def test_one_that_fell_in_a_later_year_stood_in_its_own(officer):
    exit = exited(on=dt.date(2014, 12, 10))
    event(exit.household, StatusEventKind.RELAPSED, dt.date(2015, 6, 1))
    assert put(exit, {members(exit)[0].pk: ["industry"]}, officer)


def test_other_events_are_no_exits(officer):
    exit = exited()
    prepared = event(exit.household, StatusEventKind.EXIT_PREPARED, dt.date(2015, 11, 1))
    assert refused(prepared, {members(exit)[0].pk: ["industry"]}, officer).code == "not_standing"


def test_an_unknown_channel_is_none(officer):
    exit = exited()
    assert refused(exit, {members(exit)[0].pk: ["lottery"]}, officer).code == "batch"


def test_a_channel_rests_on_the_done_measure(officer):
    exit = exited()
    first, second = members(exit)
    own = enrolled(first, measure("medical", target="person"))
    whole = enrolled(exit.household, measure("industry"))
    put(exit, {first.pk: ["medical", "industry", "education"], second.pk: ["industry", "medical"]}, officer)
    rests = {(row.member_id, row.batch): row.enrolment for row in ExitChannel.objects.select_related("enrolment")}
    assert rests == {
        (first.pk, "medical"): own,
        (first.pk, "industry"): whole,
        (first.pk, "education"): None,
        (second.pk, "industry"): whole,
        (second.pk, "medical"): None,
    }


@pytest.mark.parametrize(
    "role", [roles.VILLAGE_TEAM, roles.HELPER, roles.INSPECTOR, roles.DISTRICT_HEAD, roles.AUDITOR]
)
def test_who_may_not_set_channels(role):
    exit = exited()
    user = factories.user(role=role)
    factories.assignment(exit.household, factories.helper(user=user))
    with pytest.raises(PermissionDenied):
        put(exit, {members(exit)[0].pk: ["industry"]}, user)


def test_another_town_is_not_theirs():
    exit = exited(area=factories.village("紫荆村"))
    with pytest.raises(PermissionDenied):
        put(exit, {members(exit)[0].pk: ["industry"]}, factories.user(role=roles.TOWN_OFFICER, area=factories.town()))
    assert put(exit, {members(exit)[0].pk: ["industry"]}, factories.user(role=roles.DISTRICT_OFFICER))
