"""The demo's year of visits is sound: counted as the rule says, said of people who were there, written by those who may."""

import re

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from assistance.demo.tables import table
from assistance.models import (
    Absence,
    FollowUp,
    Visit,
    VisitCheck,
    VisitMethod,
    VisitRevision,
    VisitStandard,
    VisitState,
)
from assistance.rules.visit_facts import GONE
from assistance.services.consumers import VISIT_CHECK
from households.models import Helper, HelperAssignment, Household, Member, MemberYear, Schooling
from jiangjin.changes.models import DirtyMark
from jiangjin.common.demo import DEMO_DAY
from jiangjin.evidence.models import EvidenceFile, EvidenceKind
from jiangjin.jobs.models import JobRun, JobState
from supervision.models import HouseholdMonth, RollupMonth
from supervision.services import rollups
from tests.small_district import SmallDistrict

TEXTS = ["people_met", "condition", "policy_explained", "goods", "difficulty", "withdrawn_reason"]
# An identity number has 18 characters, a phone 11, an account more; no text needs so many digits in a row.
LONG_NUMBER = re.compile(r"\d{6}")


def due():
    return VisitCheck.objects.due()


class VisitsTest(SmallDistrict):
    def test_there_is_at_least_one_visit_a_household_and_month(self):
        totals = due().aggregate(months=Count("pk"), visits=Sum("visits"), counted=Sum("counted_visits"))
        assert totals["months"] > 1000
        assert 1.05 < totals["visits"] / totals["months"] < 1.2
        assert 1 <= totals["counted"] / totals["months"] < 1.15

    def test_some_months_were_missed_even_so(self):
        missed = due().filter(state=VisitState.MISSED)
        assert 0.02 < missed.count() / due().count() < 0.08
        assert missed.filter(visits__gt=0, counted_visits=0).exists(), "a call does not count"
        assert not due().filter(state=VisitState.PENDING).exists(), "the last month has ended"

    def test_who_visited_answered_for_the_household_on_the_day(self):
        answered = HelperAssignment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=OuterRef("visited_on")),
            household=OuterRef("household"),
            helper=OuterRef("helper"),
            starts_on__lte=OuterRef("visited_on"),
        )
        assert Visit.objects.exists()
        assert not Visit.objects.filter(~Exists(answered)).exists()

    def test_some_of_what_was_kept_is_proved_by_a_photo(self):
        proved = FollowUp.objects.exclude(evidence=None)
        photos = EvidenceFile.objects.filter(pk__in=FollowUp.evidence.through.objects.values("evidencefile"))
        assert proved.count() == photos.count() == self.loaded.counts["follow_up_photos"] > 0
        assert not proved.filter(done_on=None).exists()
        assert not EvidenceFile.objects.exclude(kind=EvidenceKind.PHOTO).exists()
        assert not EvidenceFile.objects.filter(taken_on__gt=DEMO_DAY).exists()
        photo = photos.filter(uploaded_by__isnull=False).first()
        assert list(EvidenceFile.objects.visible_to(photo.uploaded_by).filter(pk=photo.pk)) == [photo]

    def test_no_visit_before_the_registration_after_the_end_or_in_the_future(self):
        visits = Visit.objects.all()
        assert not visits.filter(visited_on__lt=F("household__registered_on")).exists()
        assert not visits.filter(household__status__in=GONE, visited_on__gte=F("household__status_on")).exists()
        assert visits.filter(household__status__in=GONE).exists()
        assert not visits.filter(recorded_on__gt=DEMO_DAY).exists()
        assert not visits.filter(recorded_on__lt=F("visited_on")).exists()
        assert {day.year for day in visits.values_list("visited_on", flat=True)} == {2015}

    def test_late_entries_are_those_of_the_standard(self):
        days = VisitStandard.objects.get().late_after_days
        rows = list(Visit.objects.values_list("visited_on", "recorded_on", "is_backdated"))
        assert all(late == ((recorded - visited).days > days) for visited, recorded, late in rows)
        late = [(visited, recorded) for visited, recorded, is_late in rows if is_late]
        assert 0.01 < len(late) / len(rows) < 0.04
        assert any(visited.month != recorded.month for visited, recorded in late), "a month was repaired later"

    def test_hand_overs_are_visited_by_either(self):
        handed_over = Household.objects.annotate(helpers=Count("assignments__helper", distinct=True)).filter(helpers=2)
        visited = handed_over.annotate(came=Count("visits__helper", distinct=True, filter=Q(visits__method="home")))
        assert visited.filter(came=2).exists()

    def test_who_is_away_is_called_and_not_visited(self):
        assert Absence.objects.exists()
        away = Absence.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=OuterRef("visited_on")),
            household=OuterRef("household"),
            starts_on__lte=OuterRef("visited_on"),
        )
        visits = Visit.objects.filter(Exists(away))
        assert set(visits.values_list("method", flat=True)) == {VisitMethod.PHONE}
        assert due().filter(is_away=True, state=VisitState.MET).exists()

    def test_texts_hold_no_identity_number_and_no_phone(self):
        texts = [text for row in Visit.objects.values_list(*TEXTS) for text in row]
        texts += [text for row in FollowUp.objects.values_list("text", "outcome") for text in row]
        texts += list(Absence.objects.values_list("reason", flat=True))
        texts += list(VisitRevision.objects.values_list("reason", flat=True))
        before = VisitRevision.objects.values_list("values", flat=True)
        texts += [value for values in before for name, value in values.items() if name in TEXTS]
        written = [text for text in texts if text]
        assert len(written) > 3000
        assert not [text for text in written if LONG_NUMBER.search(text)]

    def test_no_blank_is_left_in_a_text(self):
        told = Visit.objects.values_list("condition", "difficulty")
        promised = FollowUp.objects.values_list("text", "outcome")
        written = [text for row in [*told, *promised] for text in row]
        written += list(Absence.objects.values_list("reason", flat=True))
        assert not [text for text in written if set("{}") & set(text) or text.startswith("；") or "；；" in text]

    def test_people_met_are_members_on_the_day(self):
        members: dict[int, list[Member]] = {}
        for member in Member.objects.all():
            members.setdefault(member.household_id, []).append(member)
        for household, day, met in Visit.objects.values_list("household_id", "visited_on", "people_met"):
            there = [
                member.name
                for member in members[household]
                if member.joined_on <= day and (member.left_on is None or member.left_on > day)
            ]
            assert met
            assert set(met.split("、")) <= set(there)

    def test_what_was_seen_varies(self):
        told = list(Visit.objects.exclude(method="phone").values_list("condition", flat=True))
        assert all(told)
        assert len(set(told)) > len(told) / 2

    def test_children_are_spoken_of_where_there_are_some(self):
        pupils = MemberYear.objects.filter(year=2015, schooling__gte=Schooling.PRIMARY)
        without = Household.objects.exclude(pk__in=pupils.values("member__household"))
        visits = Visit.objects.filter(household__in=without)
        assert visits.exists()
        assert not visits.exclude(schooling_trend="").exists()
        assert not visits.filter(difficulty_kind="schooling").exists()
        assert Visit.objects.filter(difficulty_kind="schooling").exists()

    def test_policies_are_those_of_the_set(self):
        words = table("phrases")
        known = {*words["policies"].values(), words["all_policies"], words["exit_policy"]}
        texts = Visit.objects.exclude(policy_explained="").values_list("policy_explained", flat=True)
        named = {text if text in known else name for text in texts for name in text.split("、")}
        assert len(named) > 6
        assert named <= known | set(words["exit_policy"].split("、"))

    def test_difficulties_are_raised_now_and_then_and_said_in_words(self):
        raised = Visit.objects.exclude(difficulty_kind="")
        assert 0.07 < raised.count() / Visit.objects.count() < 0.12
        assert not raised.filter(difficulty="").exists()
        assert not Visit.objects.filter(difficulty_kind="").exclude(difficulty="").exists()

    def test_gifts_come_before_festivals(self):
        given = Visit.objects.filter(Q(money_fen__gt=0) | Q(goods_value_fen__gt=0))
        share = {
            name: given.filter(visited_on__range=days).count() / Visit.objects.filter(visited_on__range=days).count()
            for name, days in {"before": ("2015-02-01", "2015-02-17"), "spring": ("2015-05-01", "2015-05-31")}.items()
        }
        assert share["before"] > 0.25 > 0.05 > share["spring"]
        assert not Visit.objects.filter(goods="", goods_value_fen__gt=0).exists()

    def test_promises_are_kept_open_or_late(self):
        promises = FollowUp.objects.all()
        assert not promises.filter(due_on__lt=F("visit__visited_on")).exists()
        assert not promises.filter(Q(done_on__lt=F("visit__visited_on")) | Q(done_on__gt=DEMO_DAY)).exists()
        late, open_ = FollowUp.objects.late(DEMO_DAY).count(), FollowUp.objects.open().count()
        assert 0 < late < open_ < promises.count() / 4
        assert promises.filter(done_on__gt=F("due_on")).exists()
        assert not FollowUp.objects.open().filter(visit__household__status__in=GONE).exists()

    def test_withdrawn_visits_say_why_and_count_no_more(self):
        withdrawn = Visit.objects.exclude(withdrawn_at=None)
        assert 0 < withdrawn.count() < Visit.objects.count() / 50
        assert not withdrawn.filter(withdrawn_reason="").exists()
        assert not FollowUp.objects.filter(visit__in=withdrawn).exists()

    def test_corrected_visits_said_something_else_before(self):
        revisions = VisitRevision.objects.select_related("visit")
        assert revisions.exists()
        for revision in revisions:
            assert (revision.version, revision.visit.version) == (1, 2)
            assert all(getattr(revision.visit, name) != value for name, value in revision.values.items())

    def test_helpers_with_a_login_write_their_own(self):
        own = Helper.objects.exclude(user=None)
        assert own.exists()
        for helper in own:
            assert set(helper.visits.values_list("recorded_by", flat=True)) == {helper.user_id}
        others = Visit.objects.filter(recorded_by__in=own.values("user")).exclude(helper__in=own)
        assert not others.exists()

    def test_every_month_was_checked_by_a_job(self):
        months = VisitCheck.objects.order_by("month").values_list("month").annotate(count=Count("pk"))
        assert [(month.month, count) for month, count in months] == [
            (number, Household.objects.count()) for number in range(1, 13)
        ]
        assert JobRun.objects.filter(kind="check_visits", state=JobState.DONE).count() == 12
        assert not DirtyMark.objects.filter(consumer=VISIT_CHECK).exists()

    def test_roll_ups_are_built_and_nothing_waits(self):
        assert RollupMonth.objects.exclude(basis_digest="").filter(month="2015-12-01", as_of=DEMO_DAY).exists()
        assert not rollups.waiting_marks().exists()
        december = VisitCheck.objects.filter(month="2015-12-01", state=VisitState.MET)
        rolled_up = HouseholdMonth.objects.filter(month="2015-12-01", visit_state=VisitState.MET)
        assert rolled_up.count() == december.count() > 0
        assert rollups.refresh(today=DEMO_DAY).household_months == 0

    def test_counts_are_those_of_the_rows(self):
        counts = self.loaded.counts
        assert counts["visits"] == Visit.objects.count()
        assert counts["follow_ups"] == FollowUp.objects.count()
        assert counts["follow_ups_open"] == FollowUp.objects.open().count()
        assert counts["visits_late"] == Visit.objects.filter(is_backdated=True).count()
        assert counts["absences"] == Absence.objects.count()
        assert counts["months_missed"] == due().filter(state=VisitState.MISSED).count()
        assert counts["rollup_household_months"] == HouseholdMonth.objects.count()
