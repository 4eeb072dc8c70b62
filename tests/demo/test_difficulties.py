"""The demo's year of difficulties is sound: each row with its steps, in step with the visits, escalated as the job would have done it."""

import re

from django.db.models import Count, F, Q

from assistance.demo.tables import table
from assistance.models import (
    Difficulty,
    DifficultyAct,
    DifficultyKind,
    DifficultySource,
    DifficultyState,
    DifficultyStep,
    FollowUp,
    Visit,
)
from assistance.models.difficulty import SOLVED, UNSOLVED
from assistance.rules.visit_facts import GONE
from assistance.services.difficulties.escalating import escalate, late_enough
from assistance.services.difficulties.rights import ON_PAPER
from jiangjin.accounts.models import User
from jiangjin.common.demo import DEMO_DAY
from tests import factories
from tests.small_district import SmallDistrict

LONG_NUMBER = re.compile(r"\d{6}")


class DifficultiesTest(SmallDistrict):
    def test_every_difficulty_of_a_visit_has_its_row_that_says_the_same(self):
        raised = Visit.objects.exclude(difficulty_kind="")
        rows = Difficulty.objects.exclude(visit=None)
        assert rows.count() == raised.count() > 50
        same = {
            "kind": F("visit__difficulty_kind"),
            "what": F("visit__difficulty"),
            "raised_on": F("visit__visited_on"),
        }
        assert not rows.exclude(**same, household=F("visit__household"), raised_by=F("visit__recorded_by")).filter(
            raised_by__isnull=False
        )
        assert not rows.exclude(**same)
        assert not rows.filter(visit__withdrawn_at__isnull=False).exclude(state=DifficultyState.WITHDRAWN)
        assert not rows.filter(visit__withdrawn_at=None, state=DifficultyState.WITHDRAWN)

    def test_others_come_by_every_way(self):
        sources = dict(Difficulty.objects.order_by().values_list("source").annotate(count=Count("pk")))
        assert set(sources) == set(DifficultySource.values)
        assert Difficulty.objects.filter(household=None).exists()
        assert not Difficulty.objects.filter(household=None, source=DifficultySource.VISIT).exists()

    def test_kinds_are_those_offered_and_none_stands_for_all(self):
        kinds = dict(Difficulty.objects.order_by().values_list("kind").annotate(count=Count("pk")))
        assert set(kinds) == set(DifficultyKind.values) - {DifficultyKind.EMPLOYMENT}
        assert max(kinds.values()) < sum(kinds.values()) * 0.45

    def test_most_are_solved_and_some_of_everything_else(self):
        states = dict(Difficulty.objects.order_by().values_list("state").annotate(count=Count("pk")))
        total = sum(states.values())
        # Two states are too rare to be in every small district (tests/demo/test_full.py).
        rare = {DifficultyState.UNSOLVABLE, DifficultyState.WITHDRAWN}
        assert set(states) >= set(DifficultyState.values) - rare
        assert 0.82 < sum(states[state] for state in SOLVED) / total < 0.97
        assert 0.003 < Difficulty.objects.late(DEMO_DAY).count() / total < 0.05
        assert Difficulty.objects.filter(state__in=SOLVED, escalation__gt=0).exists()
        assert Difficulty.objects.filter(state__in=SOLVED, reopened_count__gt=0).exists()

    def test_each_version_was_made_by_one_step(self):
        counted = Difficulty.objects.annotate(taken=Count("steps"))
        assert not counted.exclude(taken=F("version")).exists()
        last = DifficultyStep.objects.filter(version=F("difficulty__version"))
        assert last.count() == Difficulty.objects.count()
        assert not last.exclude(to_state=F("difficulty__state")).exists()

    def test_steps_follow_one_another(self):
        before: dict[int, DifficultyStep] = {}
        for step in DifficultyStep.objects.order_by("difficulty", "version"):
            former = before.get(step.difficulty_id)
            if former is None:
                assert (step.version, step.act, step.from_state) == (1, DifficultyAct.RAISE, "")
            else:
                assert step.version == former.version + 1
                assert step.from_state == former.to_state
                assert step.happened_on >= former.happened_on
            before[step.difficulty_id] = step
            assert step.happened_on <= DEMO_DAY

    def test_nothing_is_left_for_the_job_of_the_day(self):
        assert not late_enough(DEMO_DAY).exists()
        assert escalate(area=factories.county(), as_of=DEMO_DAY) == {"town": 0, "district": 0}
        steps = DifficultyStep.objects.filter(act=DifficultyAct.ESCALATE)
        assert steps.exists()
        assert not steps.exclude(by=None).exists()

    def test_whoever_solves_does_not_confirm_without_paper(self):
        own = Difficulty.objects.filter(confirmed_by__isnull=False, confirmed_by=F("solved_by"))
        assert not own.filter(confirmation_visit=None).exists()
        signed = Difficulty.objects.exclude(confirmation_visit=None)
        assert signed.exists()
        assert not signed.exclude(confirmation_visit__confirmation__in=ON_PAPER).exists()
        assert not signed.exclude(
            confirmation_visit__household=F("household"),
            confirmation_visit__visited_on=F("confirmed_on"),
            confirmation_visit__withdrawn_at=None,
        ).exists()

    def test_what_was_promised_for_later_is_not_solved_yet(self):
        promised = FollowUp.objects.open().filter(due_on__gt=DEMO_DAY).exclude(visit__difficulty_kind="")
        assert promised.exists()
        assert not Difficulty.objects.filter(visit__in=promised.values("visit")).exclude(state__in=UNSOLVED).exists()
        kept = FollowUp.objects.exclude(done_on=None).exclude(visit__difficulty_kind="").values("visit")
        assert not Difficulty.objects.filter(visit__in=kept, state=DifficultyState.OPEN).exists()

    def test_nothing_is_open_of_who_is_not_followed_any_more(self):
        gone = Difficulty.objects.filter(household__status__in=GONE)
        assert gone.exists()
        assert not gone.filter(state__in=UNSOLVED).exists()
        assert not gone.filter(raised_on__gte=F("household__status_on")).exists()
        assert not Difficulty.objects.filter(raised_on__lt=F("household__registered_on")).exists()

    def test_units_are_those_of_the_kind_or_the_place(self):
        roads = Difficulty.objects.filter(kind="roads", owner_unit__name="区交通局")
        assert roads.exists()
        assert not Difficulty.objects.filter(kind="schooling", owner_unit__name="区交通局").exists()
        towns = Difficulty.objects.filter(owner_unit__kind="town")
        assert towns.exists()
        assert not towns.filter(~Q(owner_unit__area=F("village__parent")), helper=None).exists()

    def test_the_department_has_work(self):
        water = User.objects.get(username="water")
        mine = Difficulty.objects.visible_to(water)
        assert mine.exists()
        assert set(mine.values_list("owner_unit__name", flat=True)) == {"区水务局"}

    def test_words_are_whole_and_hold_no_numbers_of_persons(self):
        rows = Difficulty.objects.values_list("what", "solution", "closed_reason", "confirmed_with", "goods")
        texts = [text for row in rows for text in row if text]
        texts += DifficultyStep.objects.exclude(note="").values_list("note", flat=True)
        assert not [text for text in texts if set("{}") & set(text) or LONG_NUMBER.search(text)]

    def test_counts_are_those_of_the_rows(self):
        counts = self.loaded.counts
        assert counts["difficulties"] == Difficulty.objects.count()
        assert counts["difficulties_solved"] == Difficulty.objects.filter(state__in=SOLVED).count()
        assert counts["difficulties_open"] == Difficulty.objects.unsolved().count()
        assert counts["difficulties_late"] == Difficulty.objects.late(DEMO_DAY).count()
        assert counts["difficulties_escalated"] == Difficulty.objects.unsolved().filter(escalation__gt=0).count()

    def test_every_kind_has_its_words(self):
        words = table("reports")
        assert set(words["households"]) == set(table("handling")["months"])
        told = {row["text"] for rows in table("difficulties")["kinds"].values() for row in rows}
        assert set(words["visits"]) == told
