"""The invented district is sound: numbers, histories, helpers, verdicts, and facts that do not contradict one another."""

import json
import stat
from importlib import resources

from django.db.models import Count, F, Q
from stdnum.cn import ric

from households.demo.tables import table
from households.models import (
    Evaluation,
    Helper,
    HelperAssignment,
    Household,
    IncomeStatement,
    LivingConditions,
    Member,
    MemberYear,
    Relation,
    Schooling,
    StatusEvent,
    TierDecision,
    Verdict,
)
from households.models.household import FOLLOWED
from households.models.status import STATUS_AFTER
from households.services.statuses import POSSIBLE_FROM
from jiangjin.accounts.demo import logins_file
from jiangjin.accounts.models import User
from jiangjin.areas.loading import rows as shipped_areas
from jiangjin.audit.models import AuditEntry
from jiangjin.common.demo import DEMO_DAY
from jiangjin.jobs.models import JobRun
from tests.small_district import SmallDistrict
from villages.models import PoorVillage, Rectification, VillageSurvey

DATED = [
    (StatusEvent, "occurred_on"),
    (TierDecision, "decided_on"),
    (IncomeStatement, "reported_on"),
    (LivingConditions, "surveyed_on"),
    (HelperAssignment, "starts_on"),
    (Member, "joined_on"),
    (Member, "born_on"),
    (PoorVillage, "delisted_on"),
    (VillageSurvey, "reported_on"),
    (Rectification, "ends_on"),
]
# Faults that leave a question open; the others answer it with no.
UNKNOWN = {
    "survey_missing",
    "income_missing",
    "insurance_unknown",
    "schooling_unknown",
    "house_not_graded",
    "water_unknown",
}


def situations() -> dict[str, dict]:
    """The rows of situations.json by the note that their households carry."""
    return {row["note"]: {**row, "code": code} for code, row in table("situations").items()}


class DistrictTest(SmallDistrict):
    def test_identity_numbers_are_invented_valid_and_used_once(self):
        numbers = [member.identity for member in Member.objects.all()]
        assert len(numbers) > 400
        assert len(set(numbers)) == len(numbers)
        assert {number[:6] for number in numbers} == {"500399"}
        assert all(number[-1] == ric.calc_check_digit(number) for number in numbers)

    def test_identity_numbers_say_birthday_and_sex(self):
        for member in Member.objects.all():
            assert member.identity[6:14] == f"{member.born_on:%Y%m%d}"
            assert (int(member.identity[16]) % 2 == 1) == (member.sex == "1")

    def test_household_numbers_are_the_villages_and_leave_the_sample_its_own(self):
        for household in Household.objects.select_related("village", "group"):
            assert household.number[:12] == household.village.code
            assert 0 < int(household.number[12:]) < 8000
            assert household.group.parent_id == household.village_id

    def test_phones_and_accounts_are_of_nobody(self):
        phones = [household.phone for household in Household.objects.all()] + [
            each.phone for each in Helper.objects.all()
        ]
        assert all(phone.startswith("100") and len(phone) == 11 for phone in phones if phone)
        assert all(household.bank_account.startswith("990000") for household in Household.objects.all())

    def test_every_row_says_that_it_is_invented(self):
        assert not Household.objects.filter(is_demo=False).exists()

    def test_only_villages_with_a_source_are_called_poor(self):
        evidence = {row["code"]: row["poor_village_evidence"] for row in shipped_areas()}
        listed = list(PoorVillage.objects.select_related("village"))
        assert len(listed) == 15
        for each in listed:
            invented = each.village.name.startswith("示例")
            assert invented == (each.evidence == "placeholder") == (each.village.vintage == "demo")
            assert invented or each.evidence == evidence[each.village.code]
            assert each.source
            assert each.delisted_on.year == 2015
        assert sum(each.evidence != "placeholder" for each in listed) == 8

    def test_the_history_leads_to_the_status_step_by_step(self):
        for household in Household.objects.prefetch_related("status_events"):
            events = sorted(household.status_events.all(), key=lambda event: (event.occurred_on, event.pk))
            assert events[0].kind == "registered"
            status = STATUS_AFTER["registered"]
            for event in events[1:]:
                assert status in POSSIBLE_FROM[event.kind], (household, event)
                status = STATUS_AFTER[event.kind]
            assert (household.status, household.status_on) == (status, events[-1].occurred_on)
            assert household.registered_on == events[0].occurred_on

    def test_an_exit_follows_its_survey_its_statement_and_its_preparation(self):
        for event in StatusEvent.objects.exits_in(2015).select_related("household"):
            household = event.household
            assert household.incomes.get(year=2015).reported_on < event.occurred_on
            assert household.conditions.get(year=2015).surveyed_on < event.occurred_on
            prepared = household.status_events.get(kind="exit_prepared")
            assert (event.occurred_on - prepared.occurred_on).days >= 7
            assert event.evidence
            assert event.persons == household.members.present(event.occurred_on).count()

    def test_the_tier_is_the_latest_decision(self):
        for household in Household.objects.all():
            assert household.tier == household.tier_decisions.order_by("-decided_on").first().tier

    def test_nothing_is_later_than_the_demos_day(self):
        for model, field in DATED:
            assert model.objects.exists()
            assert not model.objects.filter(**{f"{field}__gt": DEMO_DAY}).exists(), (model, field)

    def test_every_followed_household_has_a_helper_and_every_helper_had_a_household(self):
        active = HelperAssignment.objects.active(DEMO_DAY)
        followed = Household.objects.filter(status__in=FOLLOWED)
        assert not followed.exclude(pk__in=active.values("household")).exists()
        assert not active.exclude(household__in=followed).exists()
        assert not Helper.objects.filter(assignments=None).exists()
        assert not HelperAssignment.objects.exclude(household__village__parent=F("helper__town")).exists()

    def test_users_who_help_see_the_households_they_answer_for(self):
        helping = Helper.objects.exclude(user=None)
        assert helping.exists()
        for helper in helping.select_related("user"):
            own = helper.assignments.active(DEMO_DAY).values_list("household", flat=True)
            assert own
            assert set(Household.objects.visible_to(helper.user).values_list("pk", flat=True)) == set(own)

    def test_titles_fit_the_unit(self):
        titles = table("phrases")["helper_titles"]
        for helper in Helper.objects.select_related("unit"):
            assert helper.title in (titles.get(helper.unit.name) or titles[helper.unit.kind])

    def test_who_exited_meets_every_condition(self):
        exited = Household.objects.filter(status="exited")
        met = Evaluation.objects.current(DEMO_DAY).filter(verdict=Verdict.MET)
        assert exited.exists()
        assert not exited.exclude(pk__in=met.values("household")).exists()

    def test_each_situation_gets_the_verdict_it_was_made_for(self):
        rows = situations()
        verdicts = dict(Evaluation.objects.current(DEMO_DAY).values_list("household", "verdict"))
        seen = set()
        for household in Household.objects.exclude(note=""):
            row = rows[household.note]
            seen.add(row["code"])
            if row["status"] in {"removed", "dissolved", "moved_out"}:
                assert household.pk not in verdicts
                continue
            faults = set(row["faults"])
            expected = Verdict.MET if not faults else Verdict.NOT_VERIFIED if faults <= UNKNOWN else Verdict.NOT_MET
            assert verdicts[household.pk] == expected, row
        assert seen == {row["code"] for row in rows.values()}

    def test_causes_are_borne_out_by_the_members(self):
        facts = MemberYear.objects.filter(year=2015)
        ill = facts.filter(health__in=["02", "03"]).values("member__household")
        disabled = facts.filter(health="04").values("member__household")
        students = facts.filter(schooling__gte=Schooling.SENIOR_1).values("member__household")
        with_facts = Household.objects.filter(pk__in=facts.values("member__household"))
        for cause, households in (("01", ill), ("02", disabled), ("03", students)):
            named = with_facts.filter(Q(main_cause=cause) | Q(other_cause=cause) | Q(second_other_cause=cause))
            assert named.exists()
            assert not named.exclude(pk__in=households).exists()

    def test_wages_are_earned_by_somebody_with_a_place_and_months(self):
        workers = MemberYear.objects.exclude(work_place="")
        assert not workers.filter(Q(work_months=None) | Q(work_months__lt=1) | Q(work_months__gt=12)).exists()
        assert not workers.exclude(labour__in=["01", "02"]).exists()
        assert not MemberYear.objects.filter(work_place="", work_months__gt=0).exists()
        for year in (2014, 2015):
            paid = IncomeStatement.objects.filter(year=year, wages_fen__gt=0).values_list("household", flat=True)
            at_work = workers.filter(year=year).values_list("member__household", flat=True)
            assert set(paid) == set(at_work)

    def test_farms_and_trades_have_costs(self):
        assert not IncomeStatement.objects.filter(business_fen__gt=0, business_cost_fen=0).exists()

    def test_allowances_go_to_households_on_allowance(self):
        statements = IncomeStatement.objects.filter(year=2015)
        paid = statements.filter(allowance_fen__gt=0)
        assert paid.exists()
        assert not paid.exclude(household__attribute="02").exists()
        assert not statements.filter(household__attribute="02", allowance_fen=0).exists()
        assert not statements.filter(allowance_fen__gt=0, five_guarantees_fen__gt=0).exists()
        assert not statements.filter(five_guarantees_fen__gt=0).exclude(household__attribute="03").exists()
        receiving = MemberYear.objects.filter(year=2015, on_allowance=True).values("member__household")
        assert not paid.exclude(household__in=receiving).exists()

    def test_families_are_possible(self):
        for household in Household.objects.prefetch_related("members"):
            members = list(household.members.all())
            heads = [member for member in members if member.relation == Relation.HEAD]
            assert len(heads) == 1
            for member in members:
                years = (heads[0].born_on - member.born_on).days / 365.25
                if member.relation in {Relation.SON, Relation.DAUGHTER}:
                    assert -50 < years < -16
                elif member.relation in {Relation.FATHER, Relation.MOTHER}:
                    assert 16 < years < 50
                elif member.relation == Relation.SPOUSE:
                    assert member.sex != heads[0].sex

    def test_income_rose_across_the_line_in_the_year_of_the_exit(self):
        exited = StatusEvent.objects.exits_in(2015).values("household")
        before = IncomeStatement.objects.filter(year=2014, household__in=exited)
        counted = MemberYear.objects.filter(year=2014).values("member__household").annotate(persons=Count("pk"))
        persons = dict(counted.values_list("member__household", "persons"))
        assert all(row.net_income_fen < 280_000 * persons[row.household_id] for row in before)

    def test_passwords_stand_in_a_file_that_only_the_owner_reads(self):
        assert stat.S_IMODE(logins_file().stat().st_mode) == 0o600
        lines = [line.split("\t") for line in logins_file().read_text(encoding="utf-8").splitlines()]
        assert {line[0] for line in lines} == set(User.objects.values_list("username", flat=True))
        username, password, _role, _area = lines[0]
        assert User.objects.get(username=username).check_password(password)
        assert len({line[1] for line in lines}) == len(lines)

    def test_no_password_is_shipped(self):
        shipped = resources.files("jiangjin.accounts").joinpath("data/demo.json").read_text(encoding="utf-8")
        assert not any("password" in account for account in json.loads(shipped)["accounts"])

    def test_the_load_is_accounted_for(self):
        entry = AuditEntry.objects.get(action="created")
        assert (entry.model, entry.after["demo"], entry.after["seed"]) == ("areas.area", 0, 1)
        assert entry.after["households"] == Household.objects.count()
        assert JobRun.objects.get(kind="evaluate_exits").counts["met"] > 0

    def test_counts_are_those_of_the_rows(self):
        assert self.loaded.made == [0]
        assert self.loaded.counts["members"] == Member.objects.count()
        assert self.loaded.counts["helpers"] == Helper.objects.count()
        assert self.loaded.counts["exited_households"] == StatusEvent.objects.exits_in(2015).count()
