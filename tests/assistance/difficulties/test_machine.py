"""Any sequence of acts by anybody: each is taken or refused as a table written by hand says, and what must always hold holds."""

import itertools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from assistance.figures.difficulties import problems_solved
from assistance.models import Difficulty, DifficultyStep
from assistance.services.difficulties import ending, months, recording, working
from assistance.services.difficulties.recording import DifficultyDraft
from assistance.services.difficulties.rights import STATES, Rights
from assistance.services.difficulties.working import Charge, Solution
from jiangjin.accounts import roles
from jiangjin.accounts.scoping import Scope
from tests import factories
from tests.assistance.situations import december, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)
UNSOLVED = {"open", "assigned", "under_way"}
# act → states in which it is possible, who may.
TABLE = {
    "assign": ({"open"}, {"town", "district"}),
    "begin": ({"open", "assigned"}, {"helper", "team", "town", "district", "water"}),
    "report": ({"assigned", "under_way"}, {"helper", "team", "town", "district", "water"}),
    "solve": (UNSOLVED, {"helper", "team", "town", "district", "water"}),
    "transfer": ({"assigned", "under_way"}, {"town", "district"}),
    "confirm": ({"solved"}, {"helper", "team", "town", "district"}),
    "deny": ({"solved"}, {"helper", "team", "town", "district"}),
    "reopen": ({"confirmed", "unsolvable"}, {"helper", "team", "town", "district"}),
    "close": (UNSOLVED, {"town", "district"}),
    "withdraw": (UNSOLVED | {"solved", "confirmed", "unsolvable"}, {"town", "district"}),
}
PEOPLE = ["helper", "team", "town", "district", "water", "stranger"]
WATER, ROADS = "区水务局", "区交通局"
UNITS = {"helper": "区农委", "team": "区农委", "town": "白沙镇政府", "district": "区扶贫办", "water": WATER}


class Acts(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        units = {who: factories.unit(name) for who, name in UNITS.items()}
        helper_user = factories.user(role=roles.HELPER, unit=units["helper"])
        self.household, _helper = held(who=factories.helper(user=helper_user))
        self.people = {
            "helper": helper_user,
            "team": factories.user(role=roles.VILLAGE_TEAM, area=factories.village(), unit=units["team"]),
            "town": factories.user(role=roles.TOWN_OFFICER, area=factories.town(), unit=units["town"]),
            "district": factories.user(role=roles.DISTRICT_OFFICER, unit=units["district"]),
            "water": factories.user(role=roles.DEPARTMENT_OFFICER, unit=units["water"]),
            "stranger": factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇")),
        }
        said = {"kind": "water", "what": "缺水", "raised_on": december(1), "source": "office"}
        draft = DifficultyDraft(household=self.household, **said)
        self.row = recording.record(draft=draft, by=self.people["team"], today=TODAY)
        self.solved_by = ""
        self.owner = ""

    def teardown(self):
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def calls(self, act, who, unit):
        common = {"difficulty": self.row, "by": self.people[who], "today": TODAY, "version": self.row.version}
        sets_days = who in ("town", "district")
        due_on = max(self.row.due_on, TODAY) if sets_days else self.row.due_on
        charge = Charge(unit=factories.unit(unit), due_on=due_on, note="转办")
        day = {"confirmation": "signed", "confirmed_with": "陈建国", "confirmed_on": TODAY}
        return {
            "assign": lambda: working.assign(charge=charge, **common),
            "transfer": lambda: working.transfer(charge=charge, **common),
            "begin": lambda: working.begin(**common),
            "report": lambda: working.report(note="在办", **common),
            "solve": lambda: working.solve(solution=Solution(solution="通水了", solved_on=TODAY), **common),
            "confirm": lambda: ending.confirm(**day, **common),
            "deny": lambda: ending.deny(reason="没有", **common),
            "reopen": lambda: ending.reopen(reason="又来了", **common),
            "close": lambda: ending.close(reason="没办法", **common),
            "withdraw": lambda: recording.withdraw(reason="重复", **common),
        }[act]

    def is_allowed(self, act, who, unit):
        states, people = TABLE[act]
        own = act == "withdraw" and who == "team" and self.row.state == "open"
        # Whoever works for the unit in charge passes on what is not its work.
        own = own or (act == "transfer" and UNITS.get(who) == self.owner)
        if who not in people and not own:
            return False
        if who == "water" and self.owner != WATER:
            return False
        is_same = unit == self.owner and self.row.responsible is None and self.row.helper is None
        if act == "transfer" and is_same and (self.row.due_on >= TODAY or who not in ("town", "district")):
            return False
        if act == "confirm" and who == self.solved_by:
            return False
        return self.row.state in states

    @rule(act=st.sampled_from(sorted(TABLE)), who=st.sampled_from(PEOPLE), unit=st.sampled_from([WATER, ROADS]))
    def somebody_does_something(self, act, who, unit):
        before = (self.row.state, self.row.version)
        allowed = self.is_allowed(act, who, unit)
        try:
            self.row = self.calls(act, who, unit)()
        except (PermissionDenied, ValidationError):
            self.row = Difficulty.objects.get(pk=self.row.pk)
            assert not allowed, (act, who, before)
            assert (self.row.state, self.row.version) == before
        else:
            assert allowed, (act, who, before)
            assert self.row.version == before[1] + 1
            self.owner = self.row.owner_unit.name if self.row.owner_unit is not None else ""
            if act == "solve":
                self.solved_by = who

    @rule(who=st.sampled_from(PEOPLE), act=st.sampled_from(sorted(TABLE)))
    def with_an_old_page(self, who, act):
        """Nothing is written over a version that was not read."""
        fresh, version = self.row, self.row.version
        self.row = Difficulty.objects.get(pk=fresh.pk)
        self.row.version = version + 1
        with pytest.raises((PermissionDenied, ValidationError)):
            self.calls(act, who, ROADS)()
        self.row = Difficulty.objects.get(pk=fresh.pk)
        assert self.row.version == version

    @invariant()
    def each_version_has_its_step(self):
        steps = list(DifficultyStep.objects.filter(difficulty=self.row).order_by("version"))
        assert [step.version for step in steps] == list(range(1, self.row.version + 1))
        assert steps[-1].to_state == self.row.state
        assert all(one.to_state == other.from_state for one, other in itertools.pairwise(steps))
        assert self.row.reopened_count == sum(step.act in ("deny", "reopen") for step in steps)

    @invariant()
    def what_is_solved_counts_and_nothing_else(self):
        is_solved = self.row.state in ("solved", "confirmed")
        assert problems_solved(2015, Scope(on=TODAY, paths=(self.household.village.path,))) == is_solved
        counts = list(months.by_household(month=december(1), as_of=TODAY))
        expected = {"raised": 1, "solved": is_solved, "open": self.row.state in UNSOLVED}
        is_void = self.row.state == "withdrawn"
        assert counts == ([] if is_void else [{"household_id": self.household.pk, **expected}])

    @invariant()
    def buttons_are_what_the_services_take(self):
        for who, user in self.people.items():
            offered = {offer.act.value for offer in Rights(user, [self.row]).offers(self.row) if not offer.refusal}
            allowed = {act for act in TABLE if self.is_allowed(act, who, "")}
            assert offered - {"correct"} == allowed, who


def test_any_sequence_of_acts():
    limits = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    run_state_machine_as_test(Acts, settings=limits)


def test_the_table_names_every_act_with_a_state():
    assert {
        act.value: {state.value for state in states} for act, states in STATES.items() if act.value != "correct"
    } == {act: states for act, (states, _people) in TABLE.items()}
