"""Several at the same moment: two checks of a month, a device that sends the same entry over two connections."""

import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from assistance.models import FollowUp, Visit, VisitCheck, VisitCheckRun, VisitState
from assistance.services import visit_checks, visits
from households.models import Household
from tests.assistance.situations import LAST, check, checked, december, draft, held

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]


def at_once(*works):
    """What each returned or raised, in order; all begin together, each with a connection of its own."""
    barrier = threading.Barrier(len(works))
    outcomes = [None] * len(works)

    def run(place, work):
        try:
            barrier.wait(10)
            outcomes[place] = work()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_two_checks_of_a_month_come_one_after_the_other():
    for _number in range(5):
        held()
    runs = at_once(check, check, check)
    assert all(isinstance(run, VisitCheckRun) for run in runs), runs
    assert sorted(run.counts["changed"] for run in runs) == [0, 0, 5]
    assert sorted(run.counts["everybody"] for run in runs) == [False, False, True]
    assert VisitCheck.objects.count() == 5


def test_the_same_entry_over_four_connections_is_one_visit():
    household, helper = held()
    check()
    said = {"follow_up": "修水管", "follow_up_due_on": december(20)}
    entry = (uuid.uuid4(), draft(household, helper, **said))
    outcomes = at_once(*[lambda: visits.record_many(entries=[entry], by=None, today=LAST)] * 4)
    visit = Visit.objects.get()
    assert outcomes == [[visit]] * 4
    assert FollowUp.objects.count() == 1
    assert (checked(household).state, checked(household).visits) == (VisitState.MET, 1)


def test_the_same_number_for_two_households_is_stored_for_one():
    """Nothing but the database can tell: the two lock different households."""
    (one, helper), (other, _helper) = held(), held()
    helper_of_other = other.assignments.get().helper
    client_id = uuid.uuid4()
    outcomes = at_once(
        lambda: visits.record(draft=draft(one, helper), by=None, today=LAST, client_id=client_id),
        lambda: visits.record(draft=draft(other, helper_of_other), by=None, today=LAST, client_id=client_id),
    )
    assert Visit.objects.count() == 1
    (refused,) = [outcome for outcome in outcomes if not isinstance(outcome, Visit)]
    assert isinstance(refused, ValidationError)
    assert refused.code == "conflict"


def test_many_visits_beside_checks_lose_nothing():
    pairs = [held() for _number in range(6)]
    check()

    def write(household, helper):
        return lambda: visits.record(draft=draft(household, helper), by=None, today=LAST)

    outcomes = at_once(*[write(*pair) for pair in pairs], check, check)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    check()
    states = VisitCheck.objects.filter(household__in=Household.objects.all()).values_list("state", flat=True)
    assert list(states) == [VisitState.MET] * 6


def test_two_corrections_at_once_are_one_and_a_conflict():
    household, helper = held()
    visit = visits.record(draft=draft(household, helper), by=None, today=LAST)

    def correct(text):
        return lambda: visits.correct(
            visit=visit, changes={"condition": text}, by=None, version=1, reason="更正", today=LAST
        )

    outcomes = at_once(correct("甲"), correct("乙"))
    (refused,) = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    (stored,) = [outcome for outcome in outcomes if isinstance(outcome, Visit)]
    assert refused.code == "conflict"
    assert Visit.objects.get().condition == stored.condition
    assert visit_checks.latest_run(area=household.village, month=december(1)) is None
