"""A commit that changes something wakes a worker up, once; a lost message costs half a minute and nothing else."""

import time

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError

from jiangjin.changes import services as changes
from jiangjin.changes.services import Fact, mark_area, mark_households
from supervision import tasks
from supervision.services import rollups
from supervision.services.consumers import ROLLUPS
from tests import factories
from tests.supervision.rollups.histories import happened, refresh, registered, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def calls(settings, monkeypatch):
    """How often consumers were called."""
    settings.CALL_CONSUMERS_ON_COMMIT = True
    made = []
    monkeypatch.setitem(changes._callbacks, ROLLUPS, lambda: made.append(1))
    return made


@pytest.fixture
def sent(monkeypatch):
    """The messages a waker sent, by their delay."""
    messages = []
    monkeypatch.setattr(tasks.refresh_rollups, "apply_async", lambda *, countdown, expires: messages.append(countdown))
    return messages


def test_a_transaction_calls_once_however_much_it_marks(calls, django_capture_on_commit_callbacks):
    household = factories.household()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        mark_households([household.pk], facts=[Fact.TIER])
        mark_households([household.pk], facts=[Fact.MEMBERS])
        with transaction.atomic():
            mark_area(household.village_id, facts=[Fact.VERDICT])
    assert calls == [1]


def test_what_is_rolled_back_calls_nobody(calls, django_capture_on_commit_callbacks):
    household = factories.household()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            mark_households([household.pk], facts=[Fact.TIER])
            transaction.set_rollback(True)
        assert calls == []
    assert calls == []
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        with transaction.atomic():
            mark_households([household.pk], facts=[Fact.TIER])
            transaction.set_rollback(True)
        mark_households([household.pk], facts=[Fact.TIER])
    assert calls == [1]


def test_facts_that_roll_ups_do_not_read_call_nobody(calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mark_households([factories.household().pk], facts=[Fact.YEAR, Fact.VISIT])
        mark_households([], facts=[Fact.TIER])
    assert calls == []


def test_a_commit_is_in_the_roll_ups_when_the_worker_was_there(settings, django_capture_on_commit_callbacks):
    household = registered()
    refresh()
    settings.CALL_CONSUMERS_ON_COMMIT = True
    with django_capture_on_commit_callbacks(execute=True):
        happened(household, "exited", "12-05")
    assert value("exited_households", "12") == 1
    assert not rollups.waiting_marks().exists()


def test_ordinary_tests_enqueue_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        happened(registered(), "exited", "12-05")
    assert tasks.wake not in callbacks
    assert rollups.waiting_marks().exists()


def test_many_commits_send_few_messages(sent, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(tasks.time, "monotonic", lambda: now[0])
    wake = tasks.Waker()
    for at in (100.0, 100.1, 100.2, 100.9, 101.05, 101.2, 105.0):
        now[0] = at
        wake()
    # At once; then one a second later for the three after it; again for the last of the burst; at once after the pause.
    assert sent == [0, 1, 1, 0]


def test_a_broker_that_is_away_does_not_hurt_and_is_asked_again(monkeypatch, caplog):
    def away(**_options):
        raise BrokerError("connection refused")

    wake = tasks.Waker()
    monkeypatch.setattr(tasks.refresh_rollups, "apply_async", away)
    wake()
    assert "the broker does not answer" in caplog.text
    messages = []
    monkeypatch.setattr(tasks.refresh_rollups, "apply_async", lambda **options: messages.append(options["countdown"]))
    wake()
    assert messages == [0]


def test_the_schedule_finds_what_no_message_announced(settings):
    task = settings.CELERY_BEAT_SCHEDULE["rollups"]["task"]
    assert task == tasks.refresh_rollups.name
    household = registered()
    tasks.refresh_rollups()
    assert value("households_on_roll", "12") == 1
    happened(household, "exited", "12-05")
    begun = time.monotonic()
    tasks.refresh_rollups()
    assert value("households_on_roll", "12") == 0
    assert time.monotonic() - begun < 5
