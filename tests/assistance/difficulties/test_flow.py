"""A difficulty from the door to the household's signature: who may, what is refused, what is kept of each act."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assistance.models import Confirmation, Difficulty, DifficultyAct, DifficultyKind, DifficultyStandard
from assistance.models import DifficultyState as S
from assistance.services.difficulties import ending, recording, working
from assistance.services.difficulties.recording import DifficultyDraft
from assistance.services.difficulties.rights import Rights
from assistance.services.difficulties.working import Charge, Solution
from households.models import HouseholdStatus
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, _consumers
from jiangjin.common.append_only import AppendOnlyError
from tests import factories
from tests.assistance.situations import december, difficulty, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)
NOVEMBER = dt.date(2015, 11, 10)


def draft(household=None, **kwargs):
    kwargs.setdefault("kind", DifficultyKind.WATER)
    kwargs.setdefault("what", " 水井干了 ")
    kwargs.setdefault("raised_on", december(3))
    kwargs.setdefault("source", "phone")
    if household is None:
        kwargs.setdefault("village", factories.village())
    return DifficultyDraft(household=household, **kwargs)


def record(household=None, by=None, *, client_id=None, **kwargs):
    return recording.record(draft=draft(household, **kwargs), by=by, today=TODAY, client_id=client_id)


def charge(**kwargs):
    kwargs.setdefault("unit", factories.unit("区水务局"))
    kwargs.setdefault("due_on", dt.date(2016, 1, 15))
    return Charge(**kwargs)


def solution(**kwargs):
    kwargs.setdefault("solution", "管网已接通")
    kwargs.setdefault("solved_on", december(28))
    return Solution(**kwargs)


def assign(row, by, **kwargs):
    return working.assign(difficulty=row, charge=charge(**kwargs), by=by, today=TODAY, version=row.version)


def transfer(row, by, **kwargs):
    kwargs.setdefault("due_on", row.due_on)
    kwargs.setdefault("note", "不属本单位职责")
    return working.transfer(difficulty=row, charge=charge(**kwargs), by=by, today=TODAY, version=row.version)


def begin(row, by):
    return working.begin(difficulty=row, by=by, today=TODAY, version=row.version)


def solve(row, by, **kwargs):
    return working.solve(difficulty=row, solution=solution(**kwargs), by=by, today=TODAY, version=row.version)


def confirm(row, by, **kwargs):
    kwargs.setdefault("confirmation", Confirmation.SIGNED)
    kwargs.setdefault("confirmed_with", "陈建国")
    kwargs.setdefault("confirmed_on", december(30))
    return ending.confirm(difficulty=row, by=by, today=TODAY, version=row.version, **kwargs)


def act(service, row, by, **kwargs):
    kwargs.setdefault("reason", "理由")
    return service(difficulty=row, by=by, today=TODAY, version=row.version, **kwargs)


def refused(work, *args, **kwargs):
    """The codes of the refusal, by field."""
    with pytest.raises(ValidationError) as error:
        work(*args, **kwargs)
    refusal = error.value
    if hasattr(refusal, "error_dict"):
        return {name: [one.code for one in errors] for name, errors in refusal.error_dict.items()}
    return {"": [one.code for one in refusal.error_list]}


def acts(row):
    return list(row.steps.order_by("version").values_list("act", flat=True))


@pytest.fixture
def consumer(monkeypatch):
    """Somebody who sums difficulties up."""
    monkeypatch.setitem(_consumers, "test", frozenset([Fact.DIFFICULTY]))

    def marked():
        return list(DirtyMark.objects.filter(consumer="test").order_by("pk").values_list("household_id", "month"))

    return marked


class TestTheWholeWay:
    def test_raised_assigned_solved_and_confirmed(self, household, helper_user, town_officer, water_bureau, team):
        row = record(household, helper_user)
        assert (row.state, row.what, row.raised_by, row.due_on) == (S.OPEN, "水井干了", helper_user, december(23))
        assert (row.village, row.owner_unit) == (household.village, None)
        row = assign(row, town_officer, responsible=water_bureau, note="请尽快")
        assert (row.state, row.owner_unit.name, row.responsible) == (S.ASSIGNED, "区水务局", water_bureau)
        row = begin(row, water_bureau)
        row = working.report(difficulty=row, note="水管已到", by=water_bureau, today=TODAY, version=row.version)
        row = solve(row, water_bureau, money_fen=20_000, goods="水管", goods_value_fen=30_000)
        assert (row.state, row.solved_by, row.solved_on, row.money_fen) == (
            S.SOLVED,
            water_bureau,
            december(28),
            20_000,
        )
        row = confirm(row, team)
        assert (row.state, row.confirmed_by, row.confirmed_with) == (S.CONFIRMED, team, "陈建国")
        assert acts(row) == ["raise", "assign", "begin", "report", "solve", "confirm"]
        assert list(row.steps.values_list("version", flat=True)) == [1, 2, 3, 4, 5, 6]
        assert row.version == 6

    def test_a_step_tells_what_it_set_and_on_which_day(self, household, town_officer, water_bureau):
        row = assign(record(household, town_officer), town_officer, responsible=water_bureau, note="请尽快")
        solve(row, water_bureau)
        raised, assigned, solved = row.steps.order_by("version")
        assert (raised.from_state, raised.to_state, raised.happened_on) == ("", S.OPEN, december(3))
        assert assigned.details == {"owner_unit": "区水务局", "who": "汪水生", "due_on": "2016-01-15"}
        assert (assigned.note, assigned.by, assigned.happened_on) == ("请尽快", town_officer, TODAY)
        assert (solved.from_state, solved.to_state, solved.happened_on) == (S.ASSIGNED, S.SOLVED, december(28))

    def test_steps_are_never_changed_or_deleted(self, household, town_officer):
        step = record(household, town_officer).steps.get()
        with pytest.raises(AppendOnlyError):
            step.delete()
        with pytest.raises(AppendOnlyError):
            type(step).objects.update(note="x")

    def test_each_act_is_in_the_change_log(self, household, town_officer):
        row = assign(record(household, town_officer), town_officer)
        created, changed = AuditEntry.objects.filter(model="assistance.difficulty").order_by("pk")
        assert (created.action, created.household_id, created.actor_id) == (
            AuditAction.CREATED,
            household.pk,
            town_officer.pk,
        )
        assert (changed.before["state"], changed.after["state"]) == ("open", "assigned")
        assert changed.after["owner_unit_id"] == row.owner_unit_id

    def test_the_household_is_marked_from_the_earliest_month_concerned(self, household, town_officer, consumer):
        row = record(household, town_officer, raised_on=NOVEMBER)
        assert consumer() == [(household.pk, dt.date(2015, 11, 1))]
        row = solve(assign(row, town_officer), town_officer)
        assert consumer()[1:] == [(household.pk, december(1))]
        act(ending.deny, row, town_officer)
        assert consumer()[2:] == [(household.pk, december(1))]

    def test_a_village_difficulty_marks_no_household(self, town_officer, consumer):
        record(by=town_officer)
        assert consumer() == []


class TestWritingDown:
    def test_of_a_village_in_common(self, town_officer):
        group = factories.village().children.create(level="group", name="一社", code="")
        row = record(by=town_officer, kind="roads", group=group)
        assert (row.household, row.village, row.group) == (None, factories.village(), group)

    @pytest.mark.parametrize(
        ("said", "codes"),
        [
            ({"what": " "}, {"what": ["blank"]}),
            ({"what": "长" * 501}, {"what": ["max_length"]}),
            ({"kind": "famine"}, {"kind": ["invalid_choice"]}),
            ({"kind": "employment"}, {"kind": ["not_offered"]}),
            ({"source": "pigeon"}, {"source": ["invalid_choice"]}),
            ({"raised_on": dt.date(2016, 1, 1)}, {"raised_on": ["future"]}),
            ({"raised_on": dt.date(2013, 12, 31)}, {"raised_on": ["not_registered"], "kind": ["not_offered"]}),
        ],
    )
    def test_what_is_refused(self, household, town_officer, said, codes):
        assert refused(record, household, town_officer, **said) == codes
        assert not Difficulty.objects.exists()

    def test_nothing_is_raised_by_who_left(self, household, town_officer):
        household.status, household.status_on = HouseholdStatus.MOVED_OUT, december(1)
        household.save()
        assert refused(record, household, town_officer) == {"raised_on": ["gone"]}
        assert record(household, town_officer, raised_on=NOVEMBER).pk

    def test_a_group_of_another_village_is_refused(self, household, town_officer):
        group = factories.village("宝珠村").children.create(level="group", name="一社", code="")
        assert refused(record, by=town_officer, group=group) == {"group": ["group"]}

    def test_the_kinds_are_dated_data(self, household, town_officer):
        DifficultyStandard.objects.create(
            kind="employment",
            valid_from=december(1),
            due_days=10,
            town_after_days=1,
            district_after_days=2,
            basis="区扶贫办通知",
        )
        assert refused(record, household, town_officer, kind="employment", raised_on=NOVEMBER) == {
            "kind": ["not_offered"]
        }
        assert record(household, town_officer, kind="employment").due_on == december(13)

    def test_sent_twice_it_is_stored_once(self, household, town_officer):
        client_id = uuid.uuid4()
        first = record(household, town_officer, client_id=client_id)
        assert record(household, town_officer, client_id=client_id) == first
        assert refused(record, household, town_officer, client_id=client_id, what="别的") == {"": ["conflict"]}
        assert Difficulty.objects.count() == 1

    def test_a_number_of_somebody_else_is_refused(self, household, town_officer, second_officer):
        client_id = uuid.uuid4()
        record(household, town_officer, client_id=client_id)
        assert refused(record, household, second_officer, client_id=client_id) == {"": ["conflict"]}

    def test_who_may(self, household, town_officer, helper_user, team, water_bureau):
        elsewhere = factories.household(area=factories.village("紫荆村"))
        for by in (town_officer, helper_user, team):
            assert record(household, by).pk
            with pytest.raises(PermissionDenied):
                record(elsewhere, by)
        for by in (helper_user, water_bureau):
            with pytest.raises(PermissionDenied):
                record(by=by)
        with pytest.raises(PermissionDenied):
            record(household, water_bureau)
        with pytest.raises(PermissionDenied):
            record(village=factories.village("紫荆村"), by=team)


class TestAssigning:
    def test_the_day_is_not_past_and_the_people_belong_to_it(self, household, town_officer, water_bureau, helper):
        row = record(household, town_officer)
        stranger = factories.helper("别人")
        wrong = {
            "due_on": december(30),
            "unit": factories.unit("区交通局"),
            "responsible": water_bureau,
            "helper": stranger,
        }
        assert refused(assign, row, town_officer, **wrong) == {
            "due_on": ["past"],
            "responsible": ["responsible"],
            "helper": ["helper"],
        }
        assert assign(row, town_officer, helper=helper).helper == helper

    def test_once_assigned_it_is_passed_on(self, household, town_officer):
        row = assign(record(household, town_officer), town_officer)
        assert refused(assign, row, town_officer) == {"": ["state"]}
        row = transfer(row, town_officer, unit=factories.unit("区交通局"), due_on=dt.date(2016, 2, 1))
        step = row.steps.last()
        assert (row.state, row.owner_unit.name) == (S.ASSIGNED, "区交通局")
        assert (step.details["owner_unit_before"], step.details["due_on_before"]) == ("区水务局", "2016-01-15")

    def test_a_unit_passes_on_its_own_but_keeps_the_day(self, household, town_officer, water_bureau):
        row = assign(record(household, town_officer), town_officer)
        other = factories.unit("区交通局")
        assert refused(transfer, row, water_bureau, unit=other, due_on=dt.date(2016, 3, 1)) == {"due_on": ["due_on"]}
        assert refused(transfer, row, water_bureau) == {"": ["same"]}
        assert refused(transfer, row, water_bureau, unit=other, note=" ") == {"reason": ["reason"]}
        row = transfer(row, water_bureau, unit=other)
        assert row.owner_unit == other
        with pytest.raises(PermissionDenied):
            transfer(row, water_bureau)

    def test_helpers_and_teams_do_not_assign(self, household, helper_user, team, town_officer):
        row = record(household, town_officer)
        for by in (helper_user, team):
            with pytest.raises(PermissionDenied):
                assign(row, by)

    def test_new_time_ends_the_escalation(self, household, town_officer):
        row = difficulty(household, state=S.UNDER_WAY, escalation=1, escalated_on=december(8))
        row = transfer(row, town_officer, due_on=dt.date(2016, 1, 10))
        assert (row.escalation, row.escalated_on) == (0, None)

    def test_many_at_once_each_with_its_outcome(self, town_officer):
        rows = [difficulty(factories.household()) for _number in range(4)]
        rows[1].state, rows[1].owner_unit = S.UNDER_WAY, factories.unit()
        rows[1].save()
        elsewhere = difficulty(factories.household(area=factories.village("紫荆村")))
        chosen = [(row.pk, 1) for row in [*rows[:3], elsewhere]] + [(rows[3].pk, 7)]
        outcomes = working.assign_many(chosen=chosen, charge=charge(), by=town_officer, today=TODAY)
        assert [type(outcome).__name__ for outcome in outcomes] == [
            "Difficulty",
            "ValidationError",
            "Difficulty",
            "PermissionDenied",
            "ValidationError",
        ]
        assert (outcomes[1].code, outcomes[4].code) == ("state", "conflict")
        assert Difficulty.objects.filter(state=S.ASSIGNED).count() == 2

    def test_many_take_as_many_statements_as_few(self, town_officer):
        def statements(count):
            chosen = [(difficulty(factories.household()).pk, 1) for _number in range(count)]
            given = charge()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                working.assign_many(chosen=chosen, charge=given, by=town_officer, today=TODAY)
            return len(queries)

        statements(1)
        assert statements(30) == statements(2)


class TestSolving:
    def test_a_helper_solves_at_once_what_nobody_was_given(self, household, helper, helper_user):
        row = solve(record(household, helper_user), helper_user)
        assert (row.state, row.owner_unit.name, row.helper) == (S.SOLVED, "区农委", helper)

    def test_who_takes_it_in_hand_owns_it(self, household, helper, helper_user, team):
        row = begin(record(household, helper_user), helper_user)
        assert (row.state, row.owner_unit.name, row.responsible) == (S.UNDER_WAY, "区农委", helper_user)
        assert refused(begin, record(household, team), team) == {"": ["unit"]}

    @pytest.mark.parametrize(
        ("said", "codes"),
        [
            ({"solution": " "}, {"solution": ["solution"]}),
            ({"solution": "长" * 501}, {"solution": ["long"]}),
            ({"solved_on": dt.date(2016, 1, 1)}, {"solved_on": ["future"]}),
            ({"solved_on": december(2)}, {"solved_on": ["early"]}),
            ({"money_fen": -1}, {"money_fen": ["negative"]}),
        ],
    )
    def test_what_is_refused(self, household, town_officer, said, codes):
        row = record(household, town_officer)
        assert refused(solve, row, town_officer, **said) == codes

    def test_a_department_solves_what_is_its_own_and_nothing_else(self, household, town_officer, water_bureau):
        own = assign(record(household, town_officer), town_officer)
        others = assign(record(household, town_officer), town_officer, unit=factories.unit("区交通局"))
        unassigned = record(household, town_officer)
        assert solve(own, water_bureau).state == S.SOLVED
        for row in (others, unassigned):
            with pytest.raises(PermissionDenied):
                solve(row, water_bureau)

    def test_what_was_denied_is_not_solved_by_what_was_done_before(self, household, town_officer):
        row = act(ending.deny, solve(record(household, town_officer), town_officer), town_officer)
        assert refused(solve, row, town_officer, solved_on=december(30)) == {"solved_on": ["early"]}
        assert solve(row, town_officer, solved_on=TODAY).state == S.SOLVED


class TestConfirming:
    @pytest.fixture
    def solved(self, household, helper_user):
        return solve(record(household, helper_user), helper_user)

    def test_whoever_solved_it_does_not_confirm(self, solved, helper_user, team):
        assert refused(confirm, solved, helper_user) == {"": ["refused"]}
        assert confirm(solved, team).state == S.CONFIRMED

    def test_unless_a_visit_since_then_says_so(self, solved, household, helper, helper_user):
        before = visit(household, helper, december(20), confirmation=Confirmation.SIGNED)
        spoken = visit(household, helper, december(29), confirmation=Confirmation.SPOKEN)
        assert refused(confirm, solved, helper_user, visit=spoken) == {"": ["refused"]}
        signed = visit(household, helper, december(30), confirmation=Confirmation.FINGERPRINT)
        for wrong in (before, spoken, None):
            assert refused(confirm, solved, helper_user, visit=wrong) == {"visit": ["visit"]}
        row = confirm(solved, helper_user, visit=signed, confirmation="", confirmed_on=december(1))
        assert (row.confirmation, row.confirmed_on, row.confirmation_visit) == ("fingerprint", december(30), signed)

    @pytest.mark.parametrize(
        ("said", "codes"),
        [
            ({"confirmation": "none"}, {"confirmation": ["confirmation"]}),
            ({"confirmation": ""}, {"confirmation": ["confirmation"]}),
            ({"confirmed_with": " "}, {"confirmed_with": ["confirmed_with"]}),
            ({"confirmed_on": december(27)}, {"confirmed_on": ["early"]}),
            ({"confirmed_on": dt.date(2016, 1, 1)}, {"confirmed_on": ["future"]}),
        ],
    )
    def test_what_is_refused(self, solved, team, said, codes):
        assert refused(confirm, solved, team, **said) == codes

    def test_a_denial_takes_the_solution_back_and_gives_a_new_day(self, household, town_officer, team):
        row = solve(assign(record(household, town_officer), town_officer), town_officer)
        row = act(ending.deny, row, team, reason="水还是浑的")
        assert (row.state, row.solved_on, row.solution, row.reopened_count) == (S.UNDER_WAY, None, "", 1)
        assert row.due_on == dt.date(2016, 1, 20)
        step = row.steps.last()
        assert (step.note, step.details["solution_before"]) == ("水还是浑的", "管网已接通")

    def test_what_was_confirmed_may_come_again(self, solved, team):
        row = act(ending.reopen, confirm(solved, team), team)
        assert (row.state, row.confirmation, row.confirmed_with, row.reopened_count) == (S.UNDER_WAY, "none", "", 1)

    def test_a_department_does_not_confirm(self, household, town_officer, water_bureau):
        row = solve(assign(record(household, town_officer), town_officer), water_bureau)
        for work in (confirm, lambda row, by: act(ending.deny, row, by)):
            with pytest.raises(PermissionDenied):
                work(row, water_bureau)


class TestClosing:
    def test_only_town_or_district_close_what_cannot_be_solved(self, household, town_officer, helper_user, team):
        row = record(household, helper_user)
        for by in (helper_user, team):
            with pytest.raises(PermissionDenied):
                act(ending.close, row, by)
        assert refused(act, ending.close, row, town_officer, reason=" ") == {"reason": ["reason"]}
        row = act(ending.close, row, town_officer, reason="方圆五里没有水源")
        assert (row.state, row.closed_on, row.closed_reason) == (S.UNSOLVABLE, TODAY, "方圆五里没有水源")
        assert act(ending.reopen, row, town_officer).state == S.OPEN

    def test_a_slip_is_taken_back_by_whoever_made_it_until_it_is_assigned(self, household, helper_user, town_officer):
        assert act(recording.withdraw, record(household, helper_user), helper_user).state == S.WITHDRAWN
        row = assign(record(household, helper_user), town_officer)
        with pytest.raises(PermissionDenied):
            act(recording.withdraw, row, helper_user)
        assert act(recording.withdraw, row, town_officer).closed_reason == "理由"

    def test_a_solution_that_never_was_is_withdrawn_with_its_difficulty(self, household, town_officer):
        row = act(recording.withdraw, solve(record(household, town_officer), town_officer), town_officer)
        assert (row.state, row.solved_on) == (S.WITHDRAWN, None)
        assert row.steps.last().details["solution_before"] == "管网已接通"
        assert not Difficulty.objects.solved_within(december(1), TODAY).exists()


class TestCorrecting:
    def correct(self, row, by, reason="写错了", **changes):
        return recording.correct(
            difficulty=row, changes=changes, by=by, version=row.version, reason=reason, today=TODAY
        )

    def test_what_stood_there_stays_in_the_step(self, household, town_officer):
        row = self.correct(record(household, town_officer), town_officer, kind="medical", what="看病难")
        assert (row.kind, row.what, row.due_on) == ("medical", "看病难", december(23))
        assert row.steps.last().details == {"kind_before": "water", "what_before": "水井干了"}

    def test_the_day_follows_the_kind_until_somebody_set_it(self, household, town_officer):
        assert self.correct(record(household, town_officer), town_officer, kind="roads").due_on == dt.date(2016, 2, 1)
        row = assign(record(household, town_officer), town_officer)
        assert self.correct(row, town_officer, kind="roads").due_on == dt.date(2016, 1, 15)

    def test_nothing_changed_is_no_step(self, household, town_officer):
        row = self.correct(record(household, town_officer), town_officer, what="水井干了")
        assert (row.version, row.steps.count()) == (1, 1)

    def test_what_is_refused(self, household, town_officer, team):
        row = record(household, town_officer)
        assert refused(self.correct, row, town_officer, reason="", what="x") == {"reason": ["reason"]}
        solved = solve(row, town_officer)
        assert refused(self.correct, solved, town_officer, raised_on=december(29)) == {"raised_on": ["later"]}
        row = confirm(solved, team)
        assert refused(self.correct, row, town_officer, what="x") == {"": ["state"]}


class TestTwoAtOnce:
    def test_whoever_read_an_older_version_is_refused(self, household, town_officer):
        row = record(household, town_officer)
        begin(Difficulty.objects.get(pk=row.pk), town_officer)
        assert row.version == 1
        assert refused(solve, row, town_officer) == {"": ["conflict"]}


class TestOffers:
    def test_the_buttons_are_what_the_services_take(self, household, helper, helper_user, town_officer, water_bureau):
        def offered(row, by):
            return [offer.act.value for offer in Rights(by, [row]).offers(row) if not offer.refusal]

        row = record(household, helper_user)
        assert offered(row, helper_user) == ["begin", "solve", "correct", "withdraw"]
        assert offered(row, town_officer) == ["assign", "begin", "solve", "close", "correct", "withdraw"]
        assert offered(row, water_bureau) == []
        row = assign(row, town_officer)
        assert offered(row, water_bureau) == ["begin", "report", "solve", "transfer"]
        row = solve(row, town_officer)
        assert offered(row, helper_user) == ["confirm", "deny", "correct"]
        refusals = {offer.act: offer.refusal for offer in Rights(town_officer, [row]).offers(row) if offer.refusal}
        assert list(refusals) == [DifficultyAct.CONFIRM]
