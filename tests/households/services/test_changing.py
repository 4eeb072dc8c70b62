"""Facts, corrections, tiers, statuses, pairing: what each act writes, and what it refuses."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import HouseholdStatus, StatusEventKind, TierDecision
from households.services import facts, households, members, pairing, statuses, tiers
from jiangjin.accounts.models import Unit
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.audit.models import AuditEntry
from jiangjin.changes.models import DirtyMark
from tests import factories

pytestmark = pytest.mark.django_db
DAY = dt.date(2015, 12, 20)


def income(household, by, **kwargs):
    items = kwargs.pop("items", {"wages_fen": 500})
    return facts.record_income(household=household, year=2015, items=items, by=by, reported_on=DAY, **kwargs)


def conditions(household, by, **kwargs):
    answers = kwargs.pop("answers", {"water_safe": False})
    return facts.record_conditions(household=household, year=2015, answers=answers, by=by, surveyed_on=DAY, **kwargs)


def member_year(household, by, **kwargs):
    member = household.members.get(relation="01")
    return facts.record_member_year(member=member, year=2015, answers={"health": "02"}, by=by, **kwargs)


def correction(household, by, **kwargs):
    return households.correct(household=household, changes={"main_cause": "01"}, by=by, **kwargs)


def tier(household, by, **kwargs):
    return tiers.decide(household=household, tier="A", decided_on=DAY, by=by, reason="评议", **kwargs)


def event(household, by, kind=StatusEventKind.EXITED, **kwargs):
    kwargs.setdefault("reason", "越线")
    kwargs.setdefault("occurred_on", DAY)
    return statuses.record_event(household=household, kind=kind, by=by, **kwargs)


def assignment(household, by, **kwargs):
    return pairing.assign(household=household, helper=factories.helper(), starts_on=DAY, by=by, **kwargs)


def departure(household, by, **kwargs):
    member = household.members.filter(relation="99").first()
    return members.leave(member=member, left_by="01", left_on=DAY, by=by, **kwargs)


ACTS = [income, conditions, member_year, correction, tier, event, assignment, departure]


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_every_act_is_logged_marks_the_household_and_raises_its_version(act):
    household, by = factories.household(members=2), factories.user(name="经办")
    act(household, by)
    household.refresh_from_db()
    assert household.version == 2
    assert DirtyMark.objects.filter(household_id=household.pk).exists()
    entries = AuditEntry.objects.filter(household_id=household.pk)
    assert entries.exists()
    assert {entry.actor_name for entry in entries} == {"经办"}
    assert {entry.area_path for entry in entries} == {household.village.path}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_no_act_overwrites_what_somebody_else_did_meanwhile(act):
    household = factories.household(members=2)
    households.correct(household=household, changes={"note": "x"}, by=None)
    before = AuditEntry.objects.count()
    with pytest.raises(ValidationError) as refusal:
        act(household, None, version=1)
    assert refusal.value.code == "conflict"
    assert AuditEntry.objects.count() == before


def test_doing_the_same_again_changes_nothing():
    household = factories.household(members=1)
    for act in (income, conditions, member_year, correction):
        act(household, None)
        household.refresh_from_db()
        version, entries = household.version, AuditEntry.objects.count()
        act(household, None)
        household.refresh_from_db()
        assert (household.version, AuditEntry.objects.count()) == (version, entries)


def test_a_year_is_corrected_in_place_and_the_log_keeps_what_was_there():
    household = factories.household()
    income(household, None, items={"wages_fen": 1000, "pension_fen": 200}, source="表")
    row = income(household, None, items={"wages_fen": 900}, reason="核实")
    assert (row.wages_fen, row.pension_fen, row.net_income_fen) == (900, 200, 1100)
    entry = AuditEntry.objects.filter(model="households.incomestatement").order_by("pk").last()
    assert (entry.before["wages_fen"], entry.after["wages_fen"], entry.reason) == (1000, 900, "核实")
    assert "pension_fen" not in entry.after
    assert household.incomes.count() == 1


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (lambda household: income(household, None, items={"wages_fen": -1}), "wages_fen"),
        (lambda household: conditions(household, None, answers={"house_grade": "x"}), "house_grade"),
        (
            lambda household: tiers.decide(household=household, tier="E", decided_on=DAY, by=None, reason="x"),
            "tier",
        ),
        (
            lambda household: tiers.decide(household=household, tier="A", decided_on=DAY, by=None, reason=" "),
            "reason",
        ),
        (lambda household: event(household, None, reason=" "), "reason"),
        (
            lambda household: households.correct(
                household=household, changes={"main_cause": "01", "other_cause": "01"}, by=None
            ),
            "other_cause",
        ),
        (
            lambda household: households.correct(household=household, changes={"number": "1"}, by=None),
            "number",
        ),
    ],
)
def test_wrong_input_is_refused_by_field(call, field):
    household = factories.household()
    with pytest.raises(ValidationError) as refusal:
        call(household)
    assert field in refusal.value.message_dict
    assert not AuditEntry.objects.exists()


def test_a_year_without_the_member_has_no_facts_of_them():
    household = factories.household(members=1)
    with pytest.raises(ValidationError):
        facts.record_member_year(member=household.members.get(), year=2013, answers={"health": "01"}, by=None)


def test_a_personal_number_is_sealed_and_told_by_its_mask_only():
    household = factories.household()
    households.correct(household=household, changes={"bank_account": "6228480012345678"}, by=None)
    households.correct(household=household, changes={"bank_account": "6228480099995678"}, by=None)
    household.refresh_from_db()
    assert household.bank_account == "6228480099995678"
    assert household.bank_account_digest != ""
    entry = AuditEntry.objects.order_by("pk").last()
    assert entry.after == {"bank_account_masked": "************5678"}


def test_the_group_belongs_to_the_village():
    household = factories.household()
    other = Area.objects.create(parent=factories.village("芳阴村"), level=AreaLevel.GROUP, name="1组")
    with pytest.raises(ValidationError):
        households.correct(household=household, changes={"group": other}, by=None)
    mine = Area.objects.create(parent=household.village, level=AreaLevel.GROUP, name="1组")
    households.correct(household=household, changes={"group": mine}, by=None)
    assert AuditEntry.objects.get().after == {"group_id": mine.pk}


def test_a_taken_number_is_named():
    one, other = factories.household(), factories.household()
    with pytest.raises(ValidationError) as refusal:
        households.correct(household=one, changes={"number": other.number}, by=None)
    assert "number" in refusal.value.message_dict


def test_tiers_are_kept_and_do_not_go_back_in_time():
    household = factories.household()
    tiers.decide(household=household, tier="B", decided_on=DAY, by=None, reason="初评")
    tiers.decide(household=household, tier="A", decided_on=DAY, by=None, reason="复核")
    assert household.tier == "A"
    assert list(TierDecision.objects.values_list("tier", flat=True)) == ["A", "B"]
    with pytest.raises(ValidationError):
        tiers.decide(household=household, tier="C", decided_on=dt.date(2015, 12, 1), by=None, reason="x")


def test_the_status_follows_its_events():
    household = factories.household(members=3)
    done = event(household, None)
    assert (household.status, household.status_on, done.persons) == (HouseholdStatus.EXITED, DAY, 3)
    with pytest.raises(ValidationError, match=household.number):
        event(household, None)
    with pytest.raises(ValidationError):
        event(household, None, StatusEventKind.RELAPSED)
    with pytest.raises(ValidationError):
        event(household, None, StatusEventKind.RELAPSED, cause="01", occurred_on=dt.date(2015, 12, 1))
    event(household, None, StatusEventKind.RELAPSED, cause="01", occurred_on=dt.date(2016, 3, 1))
    assert household.status == HouseholdStatus.RELAPSED


@pytest.mark.parametrize("kind", [kind for kind in StatusEventKind if kind != StatusEventKind.REGISTERED])
def test_nothing_follows_the_end_of_a_household(kind):
    household = factories.household(status=HouseholdStatus.DISSOLVED)
    with pytest.raises(ValidationError):
        event(household, None, kind, cause="01")


def test_one_event_for_many_or_for_none():
    some = [factories.household(members=1) for _ in range(3)]
    event(some[1], None)
    with pytest.raises(ValidationError):
        statuses.record_events(households=some, kind="exited", occurred_on=DAY, by=None, reason="x")
    some[0].refresh_from_db()
    assert some[0].status == HouseholdStatus.ON_ROLL

    def statements(households):
        with CaptureQueriesContext(connection) as captured:
            statuses.record_events(households=households, kind="exited", occurred_on=DAY, by=None, reason="x")
        return len(captured)

    assert statements([some[0]]) == statements([factories.household(members=1) for _ in range(10)])


def test_a_helper_is_found_by_name_and_unit_within_the_town():
    by, unit = factories.user(), factories.unit("区交通局")
    made = pairing.find_or_create_helper(name="袁建", town=factories.town(), unit=unit, by=by)
    assert made.user is None
    assert made.name_pinyin == "yuanjian"
    assert pairing.find_or_create_helper(name=" 袁建", town=factories.town(), unit=unit, by=by) == made
    assert pairing.find_or_create_helper(name="袁建", town=factories.town(), unit=factories.unit(), by=by) != made
    assert pairing.find_or_create_helper(name="袁建", town=factories.town("李市镇"), unit=unit, by=by) != made
    with pytest.raises(ValidationError):
        pairing.find_or_create_helper(name="", town=factories.town(), by=by)
    assert AuditEntry.objects.filter(model="households.helper").count() == 3


def test_many_helpers_with_their_units():
    wanted = [("袁建", "区交通局"), ("袁建", "区教委"), ("吕强", "")]
    found = pairing.find_or_create_helpers(wanted=wanted, town=factories.town(), by=None)
    assert set(found) == set(wanted)
    assert Unit.objects.filter(name__in=["区交通局", "区教委"]).count() == 2
    again = pairing.find_or_create_helpers(wanted=wanted, town=factories.town(), by=None)
    assert {who: helper.pk for who, helper in again.items()} == {who: helper.pk for who, helper in found.items()}


def test_a_helper_answers_once_and_hands_over():
    household, first, second = factories.household(), factories.helper(), factories.helper("吕强")
    row = pairing.assign(household=household, helper=first, starts_on=dt.date(2015, 1, 1), by=None)
    with pytest.raises(ValidationError):
        pairing.assign(household=household, helper=first, starts_on=DAY, by=None)
    with pytest.raises(ValidationError):
        pairing.assign(household=household, helper=second, starts_on=dt.date(2013, 1, 1), by=None)
    with pytest.raises(ValidationError):
        pairing.hand_over(assignment=row, helper=first, on=DAY, by=None, reason="x")
    following = pairing.hand_over(assignment=row, helper=second, on=DAY, by=None, reason="调离")
    assert (row.ends_on, row.end_reason) == (dt.date(2015, 12, 19), "调离")
    assert (following.helper, following.starts_on, following.ends_on) == (second, DAY, None)
    with pytest.raises(ValidationError):
        pairing.hand_over(assignment=row, helper=second, on=DAY, by=None, reason="x")


def test_an_assignment_ends_once_with_a_reason_and_not_before_it_begins():
    household = factories.household()
    row = pairing.assign(household=household, helper=factories.helper(), starts_on=DAY, by=None)
    for ends_on, reason in ((dt.date(2015, 1, 1), "x"), (DAY, "")):
        with pytest.raises(ValidationError):
            pairing.end_assignment(assignment=row, ends_on=ends_on, reason=reason, by=None)
    pairing.end_assignment(assignment=row, ends_on=DAY, reason="退休", by=None)
    assert row.ends_on == DAY
    with pytest.raises(ValidationError):
        pairing.end_assignment(assignment=row, ends_on=DAY, reason="x", by=None)


def test_a_handover_that_fails_leaves_the_old_assignment_open():
    household, first, second = factories.household(), factories.helper(), factories.helper("吕强")
    row = pairing.assign(household=household, helper=first, starts_on=dt.date(2015, 1, 1), by=None)
    pairing.assign(household=household, helper=second, starts_on=dt.date(2015, 1, 1), by=None)
    with pytest.raises(ValidationError):
        pairing.hand_over(assignment=row, helper=second, on=DAY, by=None, reason="x")
    row.refresh_from_db()
    assert row.ends_on is None


@pytest.mark.parametrize("kind", [StatusEventKind.REMOVED, StatusEventKind.DISSOLVED, StatusEventKind.MOVED_OUT])
def test_nobody_answers_for_a_household_that_left_the_register(kind):
    household, by = factories.household(members=1), factories.user()
    row = factories.assignment(household, factories.helper())
    event(household, by, kind)
    row.refresh_from_db()
    assert (row.ends_on, row.end_reason) == (DAY, str(kind.label))
    assert AuditEntry.objects.filter(model="households.helperassignment").exists()


def test_an_exited_household_keeps_its_helper():
    household = factories.household(members=1)
    row = factories.assignment(household, factories.helper())
    event(household, factories.user(), StatusEventKind.EXITED)
    row.refresh_from_db()
    assert row.ends_on is None
