"""The change log: added to, never changed, without personal numbers."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.audit.services import Change, differences, record, record_many, snapshot
from jiangjin.common.append_only import AppendOnlyError
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def an_entry(**kwargs) -> AuditEntry:
    kwargs.setdefault("by", None)
    kwargs.setdefault("action", AuditAction.CHANGED)
    return record(**kwargs)


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.save(),
        lambda entry: entry.delete(),
        lambda entry: AuditEntry.objects.filter(pk=entry.pk).update(label="another"),
        lambda entry: AuditEntry.objects.all().delete(),
        lambda entry: AuditEntry.objects.bulk_update([entry], ["label"]),
    ],
    ids=["save", "delete", "update", "delete many", "update many"],
)
def test_an_entry_is_never_changed(change):
    entry = an_entry(label="as it was")
    entry.label = "another"
    with pytest.raises(AppendOnlyError):
        change(entry)
    assert list(AuditEntry.objects.values_list("label", flat=True)) == ["as it was"]


@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET label = 'x'", "DELETE FROM audit_auditentry"])
def test_postgresql_refuses_it_to_everybody(statement):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps no such promise; the services and the model do")
    an_entry(label="as it was")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().label == "as it was"


def test_it_outlives_the_account():
    person = factories.user(name="郑立")
    an_entry(by=person, obj=person)
    type(person).objects.filter(pk=person.pk).delete()
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.actor_name) == (person.pk, "郑立")


def test_what_the_system_did_is_the_systems():
    assert (an_entry().actor_id, an_entry().actor_name) == (None, "system")


def test_personal_numbers_stay_outside():
    household = factories.household(members=1)
    person = household.members.get()
    kept = snapshot(person)
    assert person.identity not in str(kept)
    assert not {"identity", "identity_digest", "phone", "bank_account"} & set(kept)
    assert kept["identity_masked"] == person.identity_masked
    assert kept["household_id"] == household.pk


def test_only_the_fields_asked_for():
    grant = factories.user(role=roles.AUDITOR).grants.get()
    assert snapshot(grant, ["valid_from", "area"]) == {"valid_from": "2014-01-01", "area_id": grant.area_id}


def test_differences_keep_both_sides_of_what_differs():
    assert differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None}) == ({"b": 2}, {"b": 3})
    assert differences({}, {"a": 1}) == ({"a": None}, {"a": 1})


def test_it_takes_part_in_the_transaction_of_the_change():
    def change_and_fail():
        with transaction.atomic():
            an_entry(label="of something that never happened")
            raise RuntimeError("after")

    with pytest.raises(RuntimeError, match="after"):
        change_and_fail()
    assert not AuditEntry.objects.exists()


def test_many_entries_take_few_statements(django_assert_max_num_queries):
    people = [factories.user() for _number in range(30)]
    with django_assert_max_num_queries(2):
        changes = [
            Change(person, AuditAction.CHANGED, {"n": number}, {"n": number + 1})
            for number, person in enumerate(people)
        ]
        assert record_many(changes, by=None, reason="r" * 600, job_id=7) == 30
    entry = AuditEntry.objects.get(object_id=people[3].pk)
    assert (entry.before, entry.after, entry.job_id, entry.reason) == ({"n": 3}, {"n": 4}, 7, "r" * 500)
    assert (entry.model, entry.label) == ("accounts.user", str(people[3]))


def test_newest_first_and_times_are_real(year_end):
    first, second = an_entry(label="1"), an_entry(label="2")
    assert list(AuditEntry.objects.all()) == [second, first]
    assert first.at.date() > dt.date(2015, 12, 31)
