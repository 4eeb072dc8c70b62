"""Evaluation as an act: what is written, what is kept, what is not touched."""

import datetime as dt
import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from households.models import Evaluation, EvaluationRun, HouseholdStatus, PovertyLine, Verdict
from households.services import evaluations
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import mark_households
from tests import factories

pytestmark = pytest.mark.django_db
YEAR_END = dt.date(2015, 12, 31)


def evaluate(**kwargs):
    kwargs.setdefault("as_of", YEAR_END)
    kwargs.setdefault("area", factories.county())
    return evaluations.evaluate(**kwargs)


def in_force(household):
    return Evaluation.objects.current(YEAR_END).get(household=household)


def test_a_household_over_the_line_with_every_guarantee_meets():
    household = factories.over_the_line(members=3)
    run = evaluate()
    verdict = in_force(household)
    assert verdict.verdict == Verdict.MET
    assert (verdict.persons, verdict.net_income_fen, verdict.line_fen) == (3, 1_200_000, 285_500)
    assert run.counts["met"] == 1
    assert run.basis["line_fen"] == 285_500


def test_the_same_run_again_writes_nothing():
    factories.over_the_line()
    evaluate()
    again = evaluate()
    assert (again.counts["written"], again.counts["superseded"]) == (0, 0)
    assert again.counts["met"] == 1
    assert not again.counts["everybody"]


def test_a_changed_fact_replaces_the_verdict_and_keeps_the_old_one():
    household, other = factories.over_the_line(), factories.over_the_line()
    first = evaluate()
    household.incomes.update(wages_fen=100)
    mark_households([household.pk])
    second = evaluate()
    assert in_force(household).income_above_line == Verdict.NOT_MET
    assert in_force(other).run == first
    old = Evaluation.objects.get(household=household, run=first)
    assert old.superseded_by == second
    assert second.counts["written"] == second.counts["superseded"] == 1


def test_a_mark_without_a_real_change_writes_nothing():
    household = factories.over_the_line()
    evaluate()
    mark_households([household.pk])
    assert evaluate().counts["written"] == 0
    assert not DirtyMark.objects.filter(consumer="exit_evaluation").exists()


def test_a_mark_reaches_every_day_that_was_evaluated():
    household = factories.over_the_line()
    earlier = dt.date(2015, 12, 25)
    evaluate(as_of=earlier)
    evaluate()
    household.incomes.update(wages_fen=100)
    mark_households([household.pk])
    evaluate()
    evaluate(as_of=earlier)
    for as_of in (earlier, YEAR_END):
        current = Evaluation.objects.current(as_of).get(household=household)
        assert current.verdict == Verdict.NOT_MET


def test_a_town_run_leaves_marks_of_other_towns_waiting():
    here = factories.over_the_line(area=factories.village("复建村"))
    there = factories.over_the_line(area=factories.village("紫荆村"))
    evaluate()
    for household in (here, there):
        household.incomes.update(wages_fen=100)
    mark_households([here.pk, there.pk])
    evaluate(area=factories.town("白沙镇"))
    assert in_force(here).verdict == Verdict.NOT_MET
    assert in_force(there).verdict == Verdict.MET
    evaluate()
    assert in_force(there).verdict == Verdict.NOT_MET


def test_another_line_judges_everybody_again():
    household = factories.over_the_line(members=1)
    evaluate()
    PovertyLine.objects.create(area=factories.county(), year=2015, amount_fen=500_000, basis="test")
    run = evaluate()
    assert run.counts["everybody"]
    assert in_force(household).verdict == Verdict.NOT_MET
    assert in_force(household).line_fen == 500_000


def test_a_removed_household_is_no_longer_in_force():
    household = factories.over_the_line()
    evaluate()
    type(household).objects.filter(pk=household.pk).update(
        status=HouseholdStatus.REMOVED, status_on=dt.date(2015, 12, 1)
    )
    mark_households([household.pk])
    run = evaluate()
    assert not Evaluation.objects.current(YEAR_END).filter(household=household).exists()
    assert run.counts["households"] == 0


def test_a_household_removed_later_is_still_judged_for_the_day():
    household = factories.over_the_line(status=HouseholdStatus.REMOVED, status_on=dt.date(2016, 2, 1))
    evaluate()
    assert in_force(household).verdict == Verdict.MET


def test_facts_that_came_later_are_not_known_on_the_day():
    household = factories.over_the_line()
    household.incomes.update(reported_on=dt.date(2016, 1, 5))
    household.conditions.update(surveyed_on=dt.date(2016, 1, 5))
    evaluate()
    verdict = in_force(household)
    assert verdict.income_above_line == verdict.safe_housing == Verdict.NOT_VERIFIED
    assert verdict.verdict == Verdict.NOT_VERIFIED


def test_a_failure_leaves_nothing_behind(monkeypatch):
    factories.over_the_line()
    monkeypatch.setattr(evaluations, "count_verdicts", lambda **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        evaluate()
    assert not Evaluation.objects.exists()
    assert not EvaluationRun.objects.exists()


def test_the_work_is_done_in_a_fixed_number_of_statements():
    factories.over_the_line()
    with CaptureQueriesContext(
        connection,
    ) as few:
        evaluate()
    Evaluation.objects.all().delete()
    EvaluationRun.objects.all().delete()
    for _ in range(12):
        factories.over_the_line()
    with CaptureQueriesContext(connection) as many:
        evaluate()
    assert Evaluation.objects.count() == 13
    assert len(many) == len(few)


def test_simulation_writes_nothing_and_agrees_with_a_real_run():
    for members in (1, 2, 3):
        factories.over_the_line(members=members)
    from households.models import Household

    everyone = Household.objects.all()
    before = evaluations.simulate_tally(as_of=YEAR_END, households=everyone)
    harder = evaluations.simulate_tally(as_of=YEAR_END, households=everyone, line_fen=500_000)
    assert not Evaluation.objects.exists()
    assert (before.met, harder.met, harder.not_met) == (3, 0, 3)
    assert evaluate().counts["met"] == before.met


def test_the_command_prints_its_counts_as_json_last():
    factories.over_the_line()
    out = StringIO()
    call_command("evaluate_exits", "--as-of", "2015-12-31", stdout=out)
    counts = json.loads(out.getvalue().splitlines()[-1])
    assert (counts["households"], counts["met"]) == (1, 1)
    out = StringIO()
    call_command("evaluate_exits", "--as-of", "2015-12-31", "--line", "5000", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1])["not_met"] == 1
