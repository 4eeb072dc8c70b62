"""Who may see a file: whoever may see a record that holds it, and until then whoever uploaded it. Closed by default."""

import datetime as dt

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import ManyToManyField

from assistance.models import FollowUp
from jiangjin.accounts import roles
from jiangjin.accounts.models import Grant, User
from jiangjin.evidence import services
from jiangjin.evidence.models import EvidenceFile
from jiangjin.evidence.owners import code_of, evidence_owners, register_owner
from tests import factories
from tests.evidence.pictures import picture, stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def seen(user):
    """What the user sees, by either question: they never differ."""
    found = list(EvidenceFile.objects.visible_to(user))
    assert [file for file in EvidenceFile.objects.all() if EvidenceFile.objects.visible_one(user, file.key)] == found
    return found


@pytest.fixture
def proof(promise, officer):
    """A photo that the follow-up holds."""
    files = stored(by=officer)
    services.attach(record=promise, files=files, by=officer)
    return files[0]


def test_whoever_sees_the_record_sees_its_evidence(proof, promise, officer):
    village = factories.user("village", role=roles.VILLAGE_TEAM, area=promise.visit.household.village)
    for user in (officer, village, factories.user(role=roles.DISTRICT_OFFICER), factories.user(role=roles.AUDITOR)):
        assert FollowUp.objects.visible_to(user).exists()
        assert seen(user) == [proof]


def test_whoever_does_not_see_the_record_does_not_see_its_evidence(proof, stranger):
    neighbour = factories.user("nextdoor", role=roles.VILLAGE_TEAM, area=factories.village("大垭村"))
    root = factories.user("root", is_superuser=True, is_staff=True)
    administrator = factories.user("admin", role=roles.ACCOUNT_ADMIN)
    finance = factories.user("finance", role=roles.FINANCE)
    for user in (stranger, neighbour, root, administrator, finance, factories.user()):
        assert seen(user) == [], user


def test_a_helper_sees_it_as_long_as_the_household_is_theirs(proof, promise):
    user = factories.user("helper", role=roles.HELPER)
    who = factories.helper("徐兴", user=user)
    assert seen(user) == []
    own = factories.assignment(promise.visit.household, who, starts_on=dt.date(2015, 12, 15))
    assert seen(user) == [proof]
    own.ends_on = dt.date(2015, 12, 30)
    own.save()
    assert seen(user) == []


def test_what_nobody_holds_yet_is_seen_by_whoever_uploaded_it(officer, stranger):
    file = stored(by=officer)[0]
    assert seen(officer) == [file]
    assert seen(stranger) == []
    assert seen(factories.user("root", is_superuser=True)) == []
    assert seen(factories.user(role=roles.DISTRICT_OFFICER)) == []


def test_who_uploaded_it_sees_it_no_longer_when_the_record_is_out_of_reach(proof, officer):
    Grant.objects.filter(user=officer).update(valid_to=dt.date(2015, 12, 30))
    assert seen(User.objects.get(pk=officer.pk)) == []


def test_a_file_of_the_system_is_nobodys(officer):
    stored(by=None)
    assert seen(officer) == []


def test_nobody_without_a_session_and_no_closed_account(proof, officer):
    assert seen(AnonymousUser()) == []
    unused = stored(by=officer)[0]
    assert seen(officer) == [proof, unused]
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert seen(User.objects.get(pk=officer.pk)) == []


def test_what_was_taken_off_is_seen_by_readers_of_the_change_log_of_the_area(proof, promise, officer, stranger):
    services.detach(record=promise, files=[proof], by=officer, reason="拍错户")
    auditor = factories.user("auditor", role=roles.AUDITOR, area=factories.town())
    elsewhere = factories.user("inspector", role=roles.INSPECTOR, area=factories.town("嘉平镇"))
    assert seen(auditor) == [proof]
    for user in (officer, stranger, elsewhere, factories.user("root", is_superuser=True)):
        assert seen(user) == [], user


def test_held_and_unused(proof, promise, officer):
    unused = stored(by=officer)[0]
    assert list(EvidenceFile.objects.held()) == [proof]
    assert list(EvidenceFile.objects.unused()) == [unused]
    services.detach(record=promise, files=[proof], by=officer, reason="拍错户")
    assert list(EvidenceFile.objects.held()) == []
    assert list(EvidenceFile.objects.unused()) == [unused]


def test_the_same_bytes_in_two_records(promise, officer):
    photo = picture()
    first, other = stored(by=officer, content=photo)[0], stored(by=officer)[0]
    second = stored(by=officer, content=photo, name="again.jpg")[0]
    again = FollowUp.objects.create(visit=promise.visit, text="送猪苗", due_on=promise.due_on)
    services.attach(record=promise, files=[first, other], by=officer)
    assert not EvidenceFile.objects.same_content().exists()
    services.attach(record=again, files=[second], by=officer)
    assert list(EvidenceFile.objects.same_content()) == [first, second]


def test_every_model_that_holds_evidence_is_registered():
    holding = [
        code_of(model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_many_to_many
        if isinstance(field, ManyToManyField) and field.related_model is EvidenceFile
    ]
    assert "assistance.followup.evidence" in holding
    assert [code for code in holding if code not in evidence_owners] == [], "register_owner() in its registrations"
    assert len(evidence_owners) == len(holding)


def test_registered_twice_is_registered_once():
    before = len(evidence_owners)
    assert register_owner(FollowUp) == evidence_owners["assistance.followup.evidence"]
    assert len(evidence_owners) == before


def test_asked_in_one_query_and_without_reading_all_records(proof, officer, django_assert_num_queries):
    assert officer.scope()
    with django_assert_num_queries(1) as asked:
        assert EvidenceFile.objects.visible_to(officer).get(key=proof.key) == proof
    assert_nothing_is_read_whole(asked)


def test_one_file_asks_only_the_kinds_that_hold_it(proof, officer, django_assert_num_queries):
    assert officer.scope()
    with django_assert_num_queries(2) as asked:
        assert EvidenceFile.objects.visible_one(officer, proof.key) == proof
    assert_nothing_is_read_whole(asked)
    unused = stored(by=officer)[0]
    with django_assert_num_queries(1):
        assert EvidenceFile.objects.visible_one(officer, unused.key) == unused


def assert_nothing_is_read_whole(asked):
    """Each step of SQLite's plan goes by an index."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            plan = [row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}").fetchall()]
            assert not [step for step in plan if step.startswith("SCAN")], plan
