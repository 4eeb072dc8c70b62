"""What was promised: closed with an outcome, taken up again, never by two at once."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import FollowUp
from assistance.services import follow_ups, visits
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.evidence.models import EvidenceDetachment
from tests import factories
from tests.assistance.situations import december, draft, held
from tests.evidence.pictures import stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)


@pytest.fixture
def officer():
    return factories.user("town", role=roles.TOWN_OFFICER, area=factories.town())


@pytest.fixture
def promise(officer):
    said = {"follow_up": "修水管", "follow_up_due_on": december(20)}
    visit = visits.record(draft=draft(*held(), **said), by=officer, today=december(10))
    return visit.follow_ups.get()


def close(promise, by, **kwargs):
    kwargs.setdefault("outcome", "修好了")
    kwargs.setdefault("version", promise.version)
    return follow_ups.close(follow_up=promise, by=by, today=TODAY, **kwargs)


def refused(work, *args, **kwargs):
    with pytest.raises(ValidationError) as error:
        work(*args, **kwargs)
    return error.value.messages and getattr(error.value, "code", None)


def test_open_and_late(promise):
    assert FollowUp.objects.open().get() == promise
    assert not FollowUp.objects.late(december(20)).exists()
    assert FollowUp.objects.late(december(21)).get() == promise


def test_closed_with_what_came_of_it(promise, officer):
    closed = close(promise, officer, outcome=" 修好了 ")
    closed.refresh_from_db()
    assert (closed.done_on, closed.outcome, closed.done_by, closed.version) == (TODAY, "修好了", officer, 2)
    assert not FollowUp.objects.open().exists()
    entry = AuditEntry.objects.get(model="assistance.followup", action="changed")
    assert (entry.after["outcome"], entry.actor_id) == ("修好了", officer.pk)


def test_photos_prove_it(promise, officer):
    photos = [*stored(by=officer), *stored(by=officer)]
    closed = close(promise, officer, evidence=photos)
    assert list(closed.evidence.order_by("pk")) == photos
    entry = AuditEntry.objects.filter(model="assistance.followup", action="changed").order_by("-pk").first()
    assert entry.after == {"evidence": [str(photo.key) for photo in photos]}


def test_somebody_elses_photo_proves_nothing_and_it_stays_open(promise, officer):
    photos = stored(by=factories.user("other"))
    with pytest.raises(ValidationError) as error:
        close(promise, officer, evidence=photos)
    assert list(error.value.error_dict) == ["evidence"]
    promise.refresh_from_db()
    assert (promise.done_on, promise.version) == (None, 1)
    assert not promise.evidence.exists()


def test_taken_up_again_the_photos_prove_nothing_any_more_and_stay(promise, officer):
    photo = stored(by=officer)[0]
    closed = close(promise, officer, evidence=[photo])
    opened = follow_ups.reopen(follow_up=closed, by=officer, version=2, reason="又坏了")
    assert not opened.evidence.exists()
    assert EvidenceDetachment.objects.get(file=photo).reason == "又坏了"


def test_without_an_outcome_it_stays_open(promise, officer):
    with pytest.raises(ValidationError) as error:
        close(promise, officer, outcome="  ")
    assert list(error.value.error_dict) == ["outcome"]
    assert FollowUp.objects.open().exists()


def test_taken_up_again(promise, officer):
    closed = close(promise, officer)
    opened = follow_ups.reopen(follow_up=closed, by=officer, version=2, reason="又坏了")
    assert (opened.done_on, opened.outcome, opened.done_by, opened.version) == (None, "", None, 3)
    entry = AuditEntry.objects.filter(model="assistance.followup").order_by("-pk").first()
    assert (entry.before["outcome"], entry.reason) == ("修好了", "又坏了")


def test_taking_up_again_needs_a_reason(promise, officer):
    closed = close(promise, officer)
    with pytest.raises(ValidationError) as error:
        follow_ups.reopen(follow_up=closed, by=officer, version=2, reason=" ")
    assert list(error.value.error_dict) == ["reason"]


def test_neither_twice(promise, officer):
    assert refused(follow_ups.reopen, follow_up=promise, by=officer, version=1, reason="x") == "open"
    closed = close(promise, officer)
    assert refused(close, closed, officer) == "closed"


def test_who_comes_second_is_told(promise, officer):
    close(promise, officer)
    assert refused(close, promise, officer, version=1, outcome="换了新的") == "conflict"
    promise.refresh_from_db()
    assert promise.outcome == "修好了"


def test_nothing_is_done_before_the_visit(promise, officer):
    with pytest.raises(ValidationError) as error:
        follow_ups.close(follow_up=promise, outcome="x", by=officer, today=december(9), version=1)
    assert error.value.code == "too_early"


def test_what_was_promised_on_a_withdrawn_visit_is_void(promise, officer):
    visits.withdraw(visit=promise.visit, by=officer, version=1, reason="记错户")
    assert refused(close, promise, officer) == "withdrawn"


def test_any_helper_of_the_household_may_close_it(promise):
    user = factories.user("helper", role=roles.HELPER)
    factories.assignment(promise.visit.household, factories.helper("徐兴", user=user), starts_on=dt.date(2015, 12, 15))
    assert close(promise, user).done_by == user


def test_nobody_else_may(promise):
    stranger = factories.user("stranger", role=roles.HELPER)
    held(who=factories.helper("李珍", user=stranger))
    for person in (stranger, factories.user(role=roles.DISTRICT_OFFICER)):
        with pytest.raises(PermissionDenied):
            close(promise, person)
