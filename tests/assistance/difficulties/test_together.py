"""Several at the same moment: two who solve, a double tap, a bulk assignment beside the daily escalation."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError

from assistance.models import Difficulty, DifficultyStep
from assistance.models import DifficultyState as S
from assistance.services.difficulties import escalating, recording, working
from assistance.services.difficulties.recording import DifficultyDraft
from assistance.services.difficulties.working import Charge, Solution
from tests import factories
from tests.assistance.services.test_together import at_once
from tests.assistance.situations import december, difficulty

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("year_end")]
TODAY = december(31)


def test_two_who_solve_at_once_are_one_and_a_conflict():
    row = difficulty(factories.household(), state=S.UNDER_WAY)

    def solve(text):
        said = Solution(solution=text, solved_on=TODAY)
        return lambda: working.solve(difficulty=row, solution=said, by=None, today=TODAY, version=1)

    outcomes = at_once(solve("甲办的"), solve("乙办的"), solve("丙办的"))
    (stored,) = [outcome for outcome in outcomes if isinstance(outcome, Difficulty)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert {error.code for error in refused} <= {"conflict", "state"}
    assert len(refused) == 2
    assert Difficulty.objects.get().solution == stored.solution
    assert row.steps.count() == 2


def test_a_double_tap_is_one_difficulty():
    household, client_id = factories.household(), uuid.uuid4()
    draft = DifficultyDraft(household=household, kind="water", what="缺水", raised_on=TODAY, source="phone")
    outcomes = at_once(*[lambda: recording.record(draft=draft, by=None, today=TODAY, client_id=client_id)] * 4)
    assert outcomes == [Difficulty.objects.get()] * 4
    assert DifficultyStep.objects.count() == 1


def test_assigning_many_beside_the_escalation_loses_nothing():
    late = {"due_on": december(1), "raised_on": dt.date(2015, 6, 1)}
    rows = [difficulty(factories.household(), **late) for _number in range(8)]
    charge = Charge(unit=factories.unit(), due_on=december(31))
    county = factories.county()

    def assign():
        chosen = [(row.pk, 1) for row in rows]
        return working.assign_many(chosen=chosen, charge=charge, by=None, today=TODAY)

    outcomes = at_once(assign, lambda: escalating.escalate(area=county, as_of=TODAY))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    for row in Difficulty.objects.all():
        assert row.steps.count() == row.version
    states = set(Difficulty.objects.values_list("state", flat=True))
    # Whoever came second found other versions, or nothing late any more.
    assert states in ({S.ASSIGNED}, {S.OPEN})
