"""Opening household files."""

import datetime as dt
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.identity import parse_identity
from households.models import Household, HouseholdStatus, Member, StatusEventKind
from households.services import registering
from households.services.drafts import HouseholdDraft, MemberDraft
from jiangjin.audit.models import AuditEntry
from jiangjin.changes.models import DirtyMark
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.date(2015, 1, 1)


def person(sequence, *, born=dt.date(1970, 5, 5), relation="01", **kwargs):
    number = factories.identity_number(born, sequence)
    kwargs.setdefault("name", "陈建国")
    return MemberDraft(
        relation=relation,
        sex="1",
        identity=parse_identity(number, on=dt.date(2015, 12, 31)),
        facts={"health": "01", "medical_insured": True},
        **kwargs,
    )


def draft(number="5001161082058001", **kwargs):
    kwargs.setdefault("members", [person(int(number[-4:]) * 7)])
    kwargs.setdefault("village", factories.village())
    return HouseholdDraft(
        number=number,
        registered_on=DAY,
        year=2015,
        facts_on=dt.date(2015, 12, 20),
        tier=kwargs.pop("tier", "B"),
        income={"wages_fen": 1_000_000, "business_cost_fen": 200_000},
        conditions={"house_grade": "1", "water_safe": True},
        **kwargs,
    )


def test_a_household_is_opened_with_everything_that_was_said():
    by, helper = factories.user(), factories.helper()
    opened = registering.open_household(
        draft=draft(helper=helper, fields={"main_cause": "01", "phone": "13800000000"}),
        by=by,
        reason="2015年识别",
    )
    household = Household.objects.get(pk=opened.pk)
    assert (household.tier, household.status, household.status_on) == ("B", HouseholdStatus.ON_ROLL, DAY)
    assert (household.phone, household.phone_masked) == ("13800000000", "138****0000")
    assert household.incomes.get().net_income_fen == 800_000
    assert household.conditions.get().water_safe is True
    assert household.tier_decisions.get().decided_by == by
    event = household.status_events.get()
    assert (event.kind, event.persons, event.reason) == (StatusEventKind.REGISTERED, 1, "2015年识别")
    assert household.assignments.get().helper == helper
    member = household.members.get()
    assert (member.name_pinyin, member.joined_on, member.years.get().year) == ("chenjianguo", DAY, 2015)


def test_who_is_born_later_joins_on_the_birthday():
    baby = person(9, born=dt.date(2015, 6, 1), relation="03")
    opened = registering.open_household(draft=draft(members=[person(8), baby]), by=None, reason="x")
    assert opened.members.get(relation="03").joined_on == dt.date(2015, 6, 1)
    assert opened.status_events.get().persons == 1


def test_the_log_tells_every_record_and_no_personal_number():
    opened = registering.open_household(
        draft=draft(fields={"phone": "13812345678", "bank_account": "6228480012345678"}), by=None, reason="x"
    )
    entries = AuditEntry.objects.filter(household_id=opened.pk)
    assert set(entries.values_list("model", flat=True)) == {
        "households.household",
        "households.member",
        "households.memberyear",
        "households.incomestatement",
        "households.livingconditions",
        "households.tierdecision",
        "households.statusevent",
    }
    text = str(list(entries.values_list("after", "label")))
    identity = opened.members.get().identity
    assert "138****5678" in text
    assert not any(secret in text for secret in ("13812345678", "6228480012345678", identity))
    assert {entry.area_path for entry in entries} == {opened.village.path}


def test_a_new_household_is_marked():
    opened = registering.open_household(draft=draft(), by=None, reason="x")
    assert DirtyMark.objects.filter(household_id=opened.pk).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"members": []}, "members"),
        ({"members": [person(1), person(2)]}, "members"),
        ({"members": [person(1), person(1, relation="02")]}, "members"),
        ({"members": [person(1, name=" ")]}, "name"),
        ({"members": [person(1), person(2, relation="77")]}, "relation"),
        ({"tier": "E"}, "tier"),
        ({"number": "12"}, "number"),
        ({"fields": {"main_cause": "01", "other_cause": "01"}}, "other_cause"),
        ({"income": {"wages_fen": -1}}, "wages_fen"),
        ({"conditions": {"house_grade": "7"}}, "house_grade"),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_written(change, field):
    with pytest.raises(ValidationError) as refusal:
        registering.open_household(draft=replace(draft(), **change), by=None, reason="x")
    assert field in refusal.value.message_dict
    assert not Household.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_household_needs_a_village_and_its_own_group():
    with pytest.raises(ValidationError) as refusal:
        registering.open_household(draft=draft(village=factories.town()), by=None, reason="x")
    assert "village" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        registering.open_household(draft=draft(group=factories.village("芳阴村")), by=None, reason="x")
    assert "group" in refusal.value.message_dict


def test_a_known_number_and_a_known_person_are_refused():
    registering.open_household(draft=draft(), by=None, reason="x")
    with pytest.raises(ValidationError) as refusal:
        registering.open_household(draft=draft(members=[person(500)]), by=None, reason="x")
    assert "number" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        registering.open_household(draft=draft("5001161082058002", members=[person(8001 * 7)]), by=None, reason="x")
    assert "5001161082058001" in refusal.value.message_dict["identity"][0]
    assert Household.objects.count() == 1


def test_all_of_them_or_none():
    good, bad = draft(), replace(draft("5001161082058002"), tier="E")
    with pytest.raises(ValidationError):
        registering.register_households(drafts=[good, bad], by=None, reason="x")
    with pytest.raises(ValidationError):
        registering.register_households(drafts=[good, replace(good)], by=None, reason="x")
    assert not Household.objects.exists()


def test_statements_do_not_grow_with_households():
    def statements(count, first):
        drafts = [draft(f"500116108205{first + number:04d}") for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            registering.register_households(drafts=drafts, by=None, reason="x")
        return len(captured)

    # SQLite takes 999 values a statement, so that only a small difference is a fair comparison there.
    assert statements(2, 8001) == statements(9, 8101)
    assert Member.objects.count() == 11


def test_an_unknown_column_is_a_slip_of_the_programmer():
    with pytest.raises(ValueError, match="status"):
        registering.open_household(draft=draft(fields={"status": "exited"}), by=None, reason="x")
