"""Who was on the roll on a day, told by the status on file or, for days before it, by the events."""

import datetime as dt

import pytest

from households.models import Household, Member
from households.rules.roll import on_roll
from tests import factories

pytestmark = pytest.mark.django_db


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def happened(household, kind, on, **kwargs):
    """An event, and the status that follows from it."""
    kwargs.setdefault("cause", "01" if kind == "relapsed" else "")
    household.status_events.create(kind=kind, occurred_on=day(on), persons=1, reason="r", **kwargs)
    after = {"registered": "on_roll", "exit_prepared": "pre_exit", "exit_withdrawn": "on_roll"}
    household.status, household.status_on = after.get(kind, kind), day(on)
    household.save()


def registered(on="2014-06-01"):
    household = factories.household(members=1, registered_on=day(on), status_on=day(on))
    household.status_events.create(kind="registered", occurred_on=day(on), persons=1, reason="r")
    return household


def listed(on) -> set[Household]:
    return set(Household.objects.filter(on_roll(day(on))))


def test_from_the_day_of_registration_on():
    household = registered("2014-06-01")
    assert listed("2014-05-31") == set()
    assert listed("2014-06-01") == listed("2020-01-01") == {household}


@pytest.mark.parametrize("kind", ["exited", "removed", "dissolved", "moved_out"])
def test_until_the_day_of_leaving(kind):
    household = registered()
    happened(household, kind, "2015-11-30")
    assert listed("2015-11-29") == {household}
    assert listed("2015-11-30") == set()


def test_in_preparation_and_returned_are_on_the_roll():
    household = registered()
    for kind, on in (("exit_prepared", "2015-03-01"), ("exited", "2015-04-01"), ("relapsed", "2015-09-01")):
        happened(household, kind, on)
    assert listed("2015-03-15") == {household}
    assert listed("2015-06-01") == set()
    assert listed("2015-09-01") == {household}


def test_of_two_events_of_a_day_the_later_entry_tells():
    household = registered()
    happened(household, "exited", "2015-04-01")
    happened(household, "relapsed", "2015-04-01")
    happened(household, "exited", "2015-12-01")
    assert listed("2015-04-01") == {household}


def test_a_file_without_events_was_on_the_roll_before_its_status():
    household = factories.household(registered_on=day("2014-06-01"), status="exited", status_on=day("2015-12-01"))
    assert listed("2015-11-30") == {household}
    assert listed("2015-12-01") == set()


def test_it_is_asked_through_members_as_well():
    household = registered()
    happened(household, "exited", "2015-04-01")
    members = Member.objects.filter(on_roll(day("2015-01-01"), "household__"))
    assert {member.household for member in members} == {household}
    assert not Member.objects.filter(on_roll(day("2015-04-01"), "household__")).exists()
