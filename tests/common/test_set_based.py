"""Inserting thousands of rows: what goes in comes out, keys are nobody else's, broken promises are told as Django tells them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from households.models import Household, IncomeStatement, LivingConditions, Member
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.audit.services import Change, record_many
from jiangjin.common.romanise import initials, pinyin, readings
from jiangjin.common.set_based import add_rows, insert_rows
from tests import factories

pytestmark = pytest.mark.django_db
COLUMNS = ["at", "actor_name", "action", "model", "label", "area_path", "reason", "after", "object_id"]
ODD_TEXTS = [
    "",
    "\t",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\\",
    r"\N",
    r"\t",
    "\\\n",
    "'\"%s%%",
    "江津\u3000区",
    "😀",
    ",;|",
    "\x01",
]
# PostgreSQL keeps no NUL in a text.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def entry(label, after=None, object_id=None):
    return (timezone.now(), "x", AuditAction.CREATED, "a.b", label, "", label, after, object_id)


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_text_comes_out_as_it_went_in(text):
    assert insert_rows(AuditEntry, COLUMNS, [entry(text, {"key": text, text: [1, None]})]) == 1
    stored = AuditEntry.objects.get()
    assert (stored.label, stored.reason, stored.after) == (text, text, {"key": text, text: [1, None]})


@given(text=TEXTS, number=st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_any_text_and_number_come_out_as_they_went_in(text, number):
    insert_rows(AuditEntry, COLUMNS, [entry(text, {"": text}, number)])
    stored = AuditEntry.objects.latest("pk")
    assert (stored.label, stored.after, stored.object_id) == (text, {"": text}, number)


def test_nothing_is_nothing():
    insert_rows(AuditEntry, COLUMNS, [entry("x")])
    stored = AuditEntry.objects.get()
    assert (stored.after, stored.object_id) == (None, None)
    assert AuditEntry.objects.filter(after__isnull=True).exists()
    assert insert_rows(AuditEntry, COLUMNS, []) == 0


def test_times_are_kept_to_the_microsecond():
    now = timezone.now()
    insert_rows(AuditEntry, COLUMNS, [(now, *entry("x")[1:])])
    assert AuditEntry.objects.get().at == now


def people(household, count):
    number = [factories.identity_number(dt.date(1980, 1, 1), place) for place in range(count)]
    return [
        Member(
            household=household, name="王\t强", name_pinyin="wangqiang", name_initials="wq", relation="99", sex="1",
            born_on=dt.date(1980, 1, 1), identity=number[place], identity_digest=f"{place:064d}",
            identity_masked="*", joined_on=dt.date(2015, 1, 1),
        )
        for place in range(count)
    ]  # fmt: skip


def test_records_get_keys_are_sealed_and_can_be_referred_to():
    household = factories.household()
    rows = people(household, 250)
    add_rows(Member, rows)
    stored = {member.pk: member for member in Member.objects.all()}
    assert sorted(stored) == sorted(row.pk for row in rows)
    for row in rows:
        assert stored[row.pk].identity == row.identity
        assert stored[row.pk].name == "王\t强"
        assert not row._state.adding
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity FROM households_member WHERE id = %s", [rows[0].pk])
        assert rows[0].identity not in cursor.fetchone()[0]
    # Rows added one by one afterwards get other keys.
    later = factories.member(household)
    assert later.pk not in {row.pk for row in rows}
    assert later.pk > max(row.pk for row in rows)


def test_generated_columns_numbers_and_blanks():
    first, second = factories.household(), factories.household()
    day = dt.date(2015, 12, 20)
    add_rows(
        IncomeStatement,
        [IncomeStatement(household=each, year=2015, reported_on=day, wages_fen=500) for each in (first, second)],
    )
    assert [row.net_income_fen for row in IncomeStatement.objects.all()] == [500, 500]
    add_rows(
        LivingConditions,
        [LivingConditions(household=first, year=2015, surveyed_on=day, farmland_mu=Decimal("4.50"), water_safe=False)],
    )
    stored = LivingConditions.objects.get()
    assert (stored.farmland_mu, stored.forest_mu, stored.water_safe, stored.broadcast) == (
        Decimal("4.50"), None, False, None,
    )  # fmt: skip


def test_what_was_added_just_before_can_be_referred_to_without_asking():
    """Households and their people are made together, before the households have keys."""
    village = factories.village()
    day = dt.date(2015, 1, 1)
    households = [
        Household(number=f"50011610820{place:05d}", village=village, status_on=day, registered_on=day)
        for place in range(100)
    ]
    members = people(households[0], 100)
    for household, member in zip(households, members, strict=True):
        member.household = household
    with CaptureQueriesContext(connection) as captured:
        add_rows(Household, households)
        add_rows(Member, members)
        assert [member.household.number for member in members] == [household.number for household in households]
        assert {member.household.village.name for member in members} == {village.name}
    assert len(captured) <= 4
    assert [member.household_id for member in members] == [household.pk for household in households]


def test_a_broken_promise_is_told_as_django_tells_it():
    rows = people(factories.household(), 2)
    rows[1].identity_digest = rows[0].identity_digest
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(Member, rows)
    assert not Member.objects.exists()


def test_entries_of_many_changes_are_those_of_one():
    household = factories.household()
    user = factories.user()
    record_many([Change(household, AuditAction.CHANGED, {"tier": ""}, {"tier": "A"})], by=user, reason="r", job_id=7)
    stored = AuditEntry.objects.get()
    assert (stored.model, stored.object_id, stored.label) == ("households.household", household.pk, household.number)
    assert (stored.area_path, stored.household_id) == (household.village.path, household.pk)
    assert (stored.actor_id, stored.actor_name, stored.reason, stored.job_id) == (user.pk, str(user), "r", 7)
    assert (stored.before, stored.after) == ({"tier": ""}, {"tier": "A"})
    assert timezone.now() - stored.at < dt.timedelta(minutes=1)


@pytest.mark.parametrize("name", ["江津", "吕布", "欧阳建国", "John Smith", "阿依古丽·买买提", "单于", "", "王A"])
def test_readings_are_the_two_asked_for_singly(name):
    assert readings(name) == (pinyin(name), initials(name))
