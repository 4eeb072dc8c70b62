"""Writing visits: what is refused, what is stored once, what is kept of a correction, who may."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assistance.models import Confirmation, DifficultyKind, FollowUp, Visit, VisitMethod, VisitRevision, VisitState
from assistance.services import visits
from households.models import Household, HouseholdStatus
from jiangjin.accounts import roles
from jiangjin.accounts.models import ApiToken
from jiangjin.audit.models import AuditAction, AuditEntry
from jiangjin.changes.models import DirtyMark
from jiangjin.common import clock
from jiangjin.common.append_only import AppendOnlyError
from tests import factories
from tests.assistance.situations import MONTH, check, checked, december, draft, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)
NOVEMBER = dt.date(2015, 11, 1)


@pytest.fixture
def officer():
    return factories.user("town", role=roles.TOWN_OFFICER, area=factories.town())


@pytest.fixture
def helper_user():
    return factories.user("helper", role=roles.HELPER)


def record(household, helper, by=None, *, today=TODAY, client_id=None, **kwargs):
    return visits.record(draft=draft(household, helper, **kwargs), by=by, today=today, client_id=client_id)


def refused(household, helper, by=None, **kwargs):
    """{field: [codes]} of what is wrong with a visit; nothing is stored."""
    with pytest.raises(ValidationError) as error:
        record(household, helper, by, **kwargs)
    assert not Visit.objects.exists()
    return codes(error.value)


def codes(error):
    if not hasattr(error, "error_dict"):
        return {"": [one.code for one in error.error_list]}
    return {name: [one.code for one in errors] for name, errors in error.error_dict.items()}


def marks(household, consumer="visit_check"):
    rows = DirtyMark.objects.filter(consumer=consumer, household_id=household.pk)
    return list(rows.order_by("month").values_list("month", flat=True))


class TestRecord:
    """A visit is written down."""

    def test_all_that_was_said_is_stored(self, officer):
        household, helper = held()
        visit = record(
            household,
            helper,
            officer,
            method=VisitMethod.FIELD,
            people_met=" 户主 ",
            income_trend="better",
            condition="花椒长势好",
            money_fen=20_000,
            goods="大米",
            goods_value_fen=8_000,
            difficulty_kind=DifficultyKind.WATER,
            difficulty="水管坏了",
            confirmation=Confirmation.SIGNED,
            follow_up="修水管",
            follow_up_due_on=december(20),
        )
        visit.refresh_from_db()
        assert (visit.household, visit.helper, visit.recorded_by) == (household, helper, officer)
        assert (visit.visited_on, visit.recorded_on, visit.people_met) == (december(10), TODAY, "户主")
        assert (visit.money_fen, visit.goods_value_fen, visit.difficulty) == (20_000, 8_000, "水管坏了")
        promise = visit.follow_ups.get()
        assert (promise.text, promise.due_on, promise.done_on) == ("修水管", december(20), None)

    def test_the_change_log_names_visit_and_promise(self, officer):
        household, helper = held()
        visit = record(household, helper, officer, follow_up="修水管", follow_up_due_on=december(20))
        entry = AuditEntry.objects.get(model="assistance.visit", object_id=visit.pk)
        assert (entry.action, entry.actor_id, entry.household_id) == (AuditAction.CREATED, officer.pk, household.pk)
        assert entry.after["visited_on"] == "2015-12-10"
        assert entry.area_path == household.village.path
        assert AuditEntry.objects.filter(model="assistance.followup", household_id=household.pk).count() == 1

    def test_the_month_of_the_visit_is_marked(self):
        household, helper = held()
        record(household, helper, visited_on=dt.date(2015, 11, 20))
        assert marks(household) == [NOVEMBER]
        assert marks(household, "exit_evaluation") == []

    def test_a_month_that_was_checked_is_in_step_at_once(self):
        household, helper = held()
        check()
        assert checked(household).state == VisitState.MISSED
        record(household, helper)
        assert checked(household).state == VisitState.MET

    @pytest.mark.parametrize(("visited", "late"), [(28, False), (27, True), (31, False)])
    def test_entered_late_is_what_the_standard_calls_late(self, visited, late):
        household, helper = held()
        assert record(household, helper, visited_on=december(visited)).is_backdated == late

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"visited_on": dt.date(2016, 1, 1)}, {"visited_on": ["future"]}),
            ({"visited_on": dt.date(2013, 12, 31)}, {"visited_on": ["not_registered"]}),
            ({"method": "pigeon"}, {"method": ["invalid_choice"]}),
            ({"people_met": "人" * 121}, {"people_met": ["max_length"]}),
            ({"money_fen": -1}, {"money_fen": ["negative"]}),
            ({"goods_value_fen": -1}, {"goods_value_fen": ["negative"]}),
            ({"difficulty_kind": "water"}, {"difficulty": ["difficulty"]}),
            ({"difficulty_kind": "water", "difficulty": "  "}, {"difficulty": ["difficulty"]}),
            ({"difficulty": "没有水"}, {"difficulty_kind": ["difficulty_kind"]}),
            ({"follow_up": "修水管"}, {"follow_up_due_on": ["follow_up_due_on"]}),
            ({"follow_up_due_on": december(20)}, {"follow_up": ["follow_up"]}),
            ({"follow_up": "修", "follow_up_due_on": december(9)}, {"follow_up_due_on": ["follow_up_due_on"]}),
            ({"follow_up": "修" * 301, "follow_up_due_on": december(20)}, {"follow_up": ["max_length"]}),
            (
                {"money_fen": -1, "difficulty": "难"},
                {"money_fen": ["negative"], "difficulty_kind": ["difficulty_kind"]},
            ),
        ],
    )
    def test_what_cannot_be(self, changes, expected):
        assert refused(*held(), **changes) == expected

    @pytest.mark.parametrize("status", [HouseholdStatus.REMOVED, HouseholdStatus.DISSOLVED, HouseholdStatus.MOVED_OUT])
    def test_a_household_that_is_gone_is_not_visited(self, status):
        household, helper = held(status=status, status_on=december(10))
        assert refused(household, helper) == {"visited_on": ["gone"]}
        assert record(household, helper, visited_on=december(9)).pk

    def test_an_exited_household_is_visited_on(self):
        household, helper = held(status=HouseholdStatus.EXITED, status_on=december(1))
        assert record(household, helper).pk

    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [(december(11), None), (dt.date(2014, 1, 1), december(9)), (None, None)]
    )
    def test_the_helper_must_answer_for_the_household_on_that_day(self, starts_on, ends_on):
        household, helper = factories.household(), factories.helper()
        if starts_on:
            factories.assignment(household, helper, starts_on=starts_on, ends_on=ends_on)
        assert refused(household, helper) == {"helper": ["not_assigned"]}

    @pytest.mark.parametrize(("starts_on", "ends_on"), [(december(10), None), (dt.date(2014, 1, 1), december(10))])
    def test_first_and_last_day_of_an_assignment_count(self, starts_on, ends_on):
        household, helper = factories.household(), factories.helper()
        factories.assignment(household, helper, starts_on=starts_on, ends_on=ends_on)
        assert record(household, helper).pk


class TestSentTwice:
    """The same entry arrives again: a phone that got no answer."""

    def test_the_stored_visit_comes_back(self):
        household, helper = held()
        client_id = uuid.uuid4()
        said = {"condition": "好", "follow_up": "修水管", "follow_up_due_on": december(20)}
        first = record(household, helper, client_id=client_id, **said)
        again = record(household, helper, client_id=client_id, **{**said, "condition": " 好 "})
        assert again == first
        assert (Visit.objects.count(), FollowUp.objects.count()) == (1, 1)
        assert AuditEntry.objects.filter(model="assistance.visit").count() == 1

    @pytest.mark.parametrize(
        "other",
        [
            {"condition": "不好"},
            {"visited_on": december(11)},
            {"follow_up": "修路", "follow_up_due_on": december(20)},
            {"money_fen": 1},
        ],
    )
    def test_another_content_is_a_conflict(self, other):
        household, helper = held()
        client_id = uuid.uuid4()
        record(household, helper, client_id=client_id)
        with pytest.raises(ValidationError) as error:
            record(household, helper, client_id=client_id, **other)
        assert codes(error.value) == {"": ["conflict"]}
        assert Visit.objects.count() == 1

    def test_another_writer_is_a_conflict(self, officer):
        household, helper = held()
        client_id = uuid.uuid4()
        record(household, helper, officer, client_id=client_id)
        with pytest.raises(ValidationError) as error:
            record(household, helper, client_id=client_id)
        assert codes(error.value) == {"": ["conflict"]}

    def test_after_a_correction_the_first_version_is_still_the_same_entry(self):
        household, helper = held()
        client_id = uuid.uuid4()
        visit = record(household, helper, client_id=client_id, condition="好")
        visit = visits.correct(
            visit=visit, changes={"condition": "很好"}, by=None, version=1, reason="补充", today=TODAY
        )
        visits.correct(
            visit=visit,
            changes={"condition": "非常好", "visited_on": december(12)},
            by=None,
            version=2,
            reason="更正",
            today=TODAY,
        )
        assert record(household, helper, client_id=client_id, condition="好").condition == "非常好"

    def test_a_withdrawn_visit_is_not_written_down_again(self):
        household, helper = held()
        client_id = uuid.uuid4()
        visit = record(household, helper, client_id=client_id)
        visits.withdraw(visit=visit, by=None, version=1, reason="记错户", today=TODAY)
        assert record(household, helper, client_id=client_id).withdrawn_reason == "记错户"
        assert Visit.objects.count() == 1

    def test_two_at_the_same_moment_are_stored_once(self, monkeypatch):
        """The other one commits after we have looked for it."""
        household, helper = held()
        client_id = uuid.uuid4()
        first = record(household, helper, client_id=client_id)
        looked, known = [], visits._known

        def blind_once(client_ids):
            looked.append(client_ids)
            return {} if len(looked) == 1 else known(client_ids)

        monkeypatch.setattr(visits, "_known", blind_once)
        assert record(household, helper, client_id=client_id) == first
        assert len(looked) == 2
        assert Visit.objects.count() == 1


class TestManyAtOnce:
    """A device sends what it has kept."""

    def test_each_entry_has_its_own_outcome(self, officer):
        household, helper = held()
        foreign = factories.household(area=factories.village("紫荆村"))
        factories.assignment(foreign, helper)
        twice = uuid.uuid4()
        entries = [
            (twice, draft(household, helper)),
            (uuid.uuid4(), draft(household, helper, money_fen=-1)),
            (uuid.uuid4(), draft(foreign, helper)),
            (twice, draft(household, helper)),
            (twice, draft(household, helper, condition="变")),
            (uuid.uuid4(), draft(household, helper, visited_on=december(12))),
        ]
        outcomes = visits.record_many(entries=entries, by=officer, today=TODAY)
        kinds = [type(outcome) for outcome in outcomes]
        assert kinds == [Visit, ValidationError, PermissionDenied, Visit, ValidationError, Visit]
        assert outcomes[0].pk == outcomes[3].pk
        assert Visit.objects.count() == 2

    def test_a_hundred_take_as_many_statements_as_two(self, officer):
        pairs = [held() for _number in range(12)]
        check()
        officer.active_grants()  # asked once a request

        def statements(some):
            entries = [(uuid.uuid4(), draft(*pair, follow_up="修水管", follow_up_due_on=december(20))) for pair in some]
            with CaptureQueriesContext(connection) as queries:
                outcomes = visits.record_many(entries=entries, by=officer, today=TODAY)
            assert all(isinstance(outcome, Visit) for outcome in outcomes)
            return len(queries)

        assert statements(pairs[:2]) == statements(pairs[2:])
        assert {checked(household).state for household, _helper in pairs} == {VisitState.MET}


class TestCorrect:
    """What was written down was not quite right."""

    def test_what_was_said_before_is_kept(self, officer):
        household, helper = held()
        visit = record(household, helper, officer, condition="好", money_fen=100)
        corrected = visits.correct(
            visit=visit,
            changes={"condition": "不好", "visited_on": december(12), "money_fen": 100},
            by=officer,
            version=1,
            reason="看错了日子",
            today=TODAY,
        )
        assert (corrected.version, corrected.condition, corrected.visited_on) == (2, "不好", december(12))
        revision = VisitRevision.objects.get()
        assert (revision.version, revision.changed_by, revision.reason) == (1, officer, "看错了日子")
        assert revision.values == {"condition": "好", "visited_on": "2015-12-10"}
        entry = AuditEntry.objects.get(model="assistance.visit", action=AuditAction.CHANGED)
        assert (entry.before["condition"], entry.after["condition"]) == ("好", "不好")
        assert entry.reason == "看错了日子"

    def test_a_revision_is_never_changed(self):
        visit = record(*held())
        visits.correct(visit=visit, changes={"condition": "好"}, by=None, version=1, reason="补充", today=TODAY)
        revision = VisitRevision.objects.get()
        with pytest.raises(AppendOnlyError):
            revision.save()
        with pytest.raises(AppendOnlyError):
            VisitRevision.objects.all().delete()
        if connection.vendor == "postgresql":
            with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("UPDATE assistance_visitrevision SET reason = 'x'")

    def test_nothing_changed_is_no_new_version(self):
        visit = record(*held(), condition="好")
        same = visits.correct(visit=visit, changes={"condition": " 好"}, by=None, version=1, reason="x", today=TODAY)
        assert same.version == 1
        assert not VisitRevision.objects.exists()

    def test_who_comes_second_is_told(self):
        visit = record(*held())
        visits.correct(visit=visit, changes={"condition": "甲"}, by=None, version=1, reason="x", today=TODAY)
        with pytest.raises(ValidationError) as error:
            visits.correct(visit=visit, changes={"condition": "乙"}, by=None, version=1, reason="x", today=TODAY)
        assert codes(error.value) == {"": ["conflict"]}
        with pytest.raises(ValidationError) as error:
            visits.withdraw(visit=visit, by=None, version=1, reason="x", today=TODAY)
        assert codes(error.value) == {"": ["conflict"]}
        visit.refresh_from_db()
        assert (visit.condition, visit.version) == ("甲", 2)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"visited_on": dt.date(2016, 1, 1)}, {"visited_on": ["future"]}),
            ({"visited_on": december(29)}, {"visited_on": ["later"]}),
            ({"visited_on": december(25)}, {"visited_on": ["promise"]}),
            ({"money_fen": -5}, {"money_fen": ["negative"]}),
            ({"difficulty_kind": "water"}, {"difficulty": ["difficulty"]}),
        ],
    )
    def test_a_correction_is_checked_like_the_visit(self, changes, expected):
        household, helper = held()
        said = {"follow_up": "修水管", "follow_up_due_on": december(20)}
        visit = record(household, helper, today=december(28), **said)
        with pytest.raises(ValidationError) as error:
            visits.correct(visit=visit, changes=changes, by=None, version=1, reason="x", today=TODAY)
        assert codes(error.value) == expected
        visit.refresh_from_db()
        assert visit.version == 1

    def test_another_helper_must_have_answered_too(self):
        visit = record(*held())
        with pytest.raises(ValidationError) as error:
            visits.correct(
                visit=visit,
                changes={"helper": factories.helper("徐兴")},
                by=None,
                version=1,
                reason="x",
                today=TODAY,
            )
        assert codes(error.value) == {"helper": ["not_assigned"]}

    def test_a_reason_is_needed(self):
        visit = record(*held())
        with pytest.raises(ValidationError) as error:
            visits.correct(visit=visit, changes={"condition": "好"}, by=None, version=1, reason=" ", today=TODAY)
        assert codes(error.value) == {"reason": ["reason"]}

    def test_another_household_is_another_visit(self):
        visit = record(*held())
        with pytest.raises(ValueError, match="household"):
            visits.correct(visit=visit, changes={"household": 1}, by=None, version=1, reason="x", today=TODAY)

    def test_moved_to_another_month_both_are_marked_and_in_step(self):
        household, helper = held()
        check()
        check(month=NOVEMBER)
        visit = record(household, helper)
        DirtyMark.objects.all().delete()
        corrected = visits.correct(
            visit=visit,
            changes={"visited_on": dt.date(2015, 11, 10)},
            by=None,
            version=1,
            reason="记错月份",
            today=TODAY,
        )
        assert corrected.is_backdated
        assert marks(household) == [NOVEMBER, MONTH]
        assert checked(household).state == VisitState.MISSED
        assert checked(household, NOVEMBER).state == VisitState.MET

    def test_the_same_number_of_statements_whoever_corrects(self, officer):
        visit = record(*held())
        with CaptureQueriesContext(connection) as queries:
            visits.correct(visit=visit, changes={"condition": "好"}, by=officer, version=1, reason="x", today=TODAY)
        assert len(queries) <= 20


class TestWithdraw:
    """The visit never was."""

    def test_it_stays_on_file_and_counts_no_more(self, officer):
        household, helper = held()
        check()
        visit = record(household, helper, officer, follow_up="修水管", follow_up_due_on=december(20))
        DirtyMark.objects.all().delete()
        withdrawn = visits.withdraw(visit=visit, by=officer, version=1, reason="记错户", today=TODAY)
        assert (withdrawn.version, withdrawn.withdrawn_by, withdrawn.withdrawn_reason) == (2, officer, "记错户")
        assert not Visit.objects.standing().exists()
        assert not FollowUp.objects.open().exists()
        assert checked(household).state == VisitState.MISSED
        assert marks(household) == [MONTH]
        entry = AuditEntry.objects.get(model="assistance.visit", action=AuditAction.CHANGED)
        assert entry.after["withdrawn_reason"] == "记错户"

    def test_a_withdrawn_visit_is_left_alone(self):
        visit = record(*held())
        visit = visits.withdraw(visit=visit, by=None, version=1, reason="记错户", today=TODAY)
        with pytest.raises(ValidationError) as error:
            visits.correct(visit=visit, changes={"condition": "好"}, by=None, version=2, reason="x", today=TODAY)
        assert codes(error.value) == {"": ["withdrawn"]}

    def test_the_database_wants_a_reason_too(self):
        visit = record(*held())
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(withdrawn_at="2015-12-31T00:00:00Z")


class TestWho:
    """Who may write, and in whose name."""

    def test_a_helper_writes_their_own_visits(self, helper_user):
        household, helper = held(who=factories.helper(user=helper_user))
        visit = record(household, helper, helper_user)
        assert visit.recorded_by == helper_user
        visits.correct(visit=visit, changes={"condition": "好"}, by=helper_user, version=1, reason="x", today=TODAY)

    def test_a_helper_does_not_write_for_a_colleague(self, helper_user, officer):
        household, _mine = held(who=factories.helper(user=helper_user))
        colleague = factories.helper("徐兴")
        factories.assignment(household, colleague)
        with pytest.raises(PermissionDenied):
            record(household, colleague, helper_user)
        visit = record(household, colleague, officer)
        with pytest.raises(PermissionDenied):
            visits.correct(visit=visit, changes={"condition": "好"}, by=helper_user, version=1, reason="x", today=TODAY)
        with pytest.raises(PermissionDenied):
            visits.withdraw(visit=visit, by=helper_user, version=1, reason="x", today=TODAY)

    def test_a_helper_does_not_put_a_visit_in_a_colleagues_name(self, helper_user):
        household, mine = held(who=factories.helper(user=helper_user))
        colleague = factories.helper("徐兴")
        factories.assignment(household, colleague)
        visit = record(household, mine, helper_user)
        with pytest.raises(PermissionDenied):
            visits.correct(
                visit=visit, changes={"helper": colleague}, by=helper_user, version=1, reason="x", today=TODAY
            )

    def test_a_helper_does_not_write_about_other_households(self, helper_user):
        _household, mine = held(who=factories.helper(user=helper_user))
        other, _helper = held()
        with pytest.raises(PermissionDenied):
            record(other, mine, helper_user)

    def test_after_a_hand_over_yesterdays_visit_can_still_be_sent(self, helper_user):
        household = factories.household()
        mine = factories.helper(user=helper_user)
        factories.assignment(household, mine, ends_on=december(30))
        assert record(household, mine, helper_user, visited_on=december(30)).pk
        with pytest.raises(PermissionDenied):
            record(household, mine, helper_user, visited_on=december(31))

    def test_the_villages_team_writes_for_any_helper(self):
        household, helper = held()
        team = factories.user("team", role=roles.VILLAGE_TEAM, area=factories.village())
        assert record(household, helper, team).recorded_by == team
        other, helper = held(area=factories.village("宝珠村"))
        with pytest.raises(PermissionDenied):
            record(other, helper, team)

    @pytest.mark.parametrize("role", [roles.DISTRICT_OFFICER, roles.AUDITOR, roles.INSPECTOR, roles.API_CLIENT])
    def test_who_only_looks_on_writes_nothing(self, role):
        household, helper = held()
        with pytest.raises(PermissionDenied):
            record(household, helper, factories.user(role=role))

    def test_nobody_writes_after_their_grant_has_ended(self, helper_user):
        household, helper = held(who=factories.helper(user=helper_user))
        helper_user.grants.update(valid_to=december(30))
        with clock.pin(december(31)), pytest.raises(PermissionDenied):
            record(household, helper, helper_user)

    def test_a_token_narrows_what_its_user_may_write(self, helper_user):
        household, helper = held(who=factories.helper(user=helper_user))
        helper_user.token = ApiToken(area=factories.village("宝珠村"), permissions=["visits.write"])
        with pytest.raises(PermissionDenied):
            record(household, helper, helper_user)
        helper_user.token = ApiToken(area=factories.village(), permissions=[])
        with pytest.raises(PermissionDenied):
            record(household, helper, helper_user)
        helper_user.token = ApiToken(area=factories.village(), permissions=["visits.write"])
        assert record(household, helper, helper_user).pk

    def test_the_household_is_not_touched_by_a_visit(self, officer):
        household, helper = held()
        record(household, helper, officer)
        assert Household.objects.get(pk=household.pk).version == household.version
