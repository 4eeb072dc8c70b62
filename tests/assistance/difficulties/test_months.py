"""Counts by household and month, and the report's figure: as a plain loop over the rows finds them."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.figures.difficulties import problems_solved
from assistance.models import Difficulty
from assistance.models import DifficultyState as S
from assistance.services.difficulties.months import by_household
from jiangjin.accounts.scoping import Scope
from jiangjin.common.clock import month_end
from jiangjin.common.figures import figures
from tests import factories
from tests.assistance.situations import difficulty

DAY = dt.timedelta(days=1)
MONTHS = [dt.date(2015, month, 1) for month in (9, 10, 11, 12)]
TODAY = dt.date(2015, 12, 20)


def made(household, state, raised_after, lasted):
    """A difficulty of the autumn."""
    raised_on = dt.date(2015, 9, 5) + raised_after * DAY
    ended_on = raised_on + lasted * DAY
    kwargs = {}
    if state in (S.SOLVED, S.CONFIRMED):
        kwargs = {"solved_on": ended_on}
    if state == S.CONFIRMED:
        kwargs["confirmed_on"] = ended_on
    if state in (S.UNSOLVABLE, S.WITHDRAWN):
        kwargs = {"closed_on": ended_on}
    return difficulty(household, state=state, raised_on=raised_on, **kwargs)


@pytest.mark.django_db
@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(S.values), st.integers(0, 95), st.integers(0, 40), st.booleans()), max_size=7)
)
def test_a_plain_loop_counts_the_same(drawn):
    Difficulty.objects.update(household=None)  # of the example before
    households = factories.household(), factories.household()
    rows = [made(households[second], *said) for *said, second in drawn]
    for month in MONTHS:
        last = min(month_end(month), TODAY)
        expected = {}
        for row in rows:
            if row.state == S.WITHDRAWN or row.raised_on > last:
                continue
            counts = expected.setdefault(row.household_id, {"raised": 0, "solved": 0, "open": 0})
            ended_on = row.solved_on or row.closed_on
            counts["raised"] += row.raised_on >= month
            counts["solved"] += row.solved_on is not None and month <= row.solved_on <= last
            counts["open"] += ended_on is None or ended_on > last
        found = {row.pop("household_id"): row for row in by_household(month=month, as_of=TODAY)}
        assert found == expected


@pytest.mark.django_db
class TestTheFigure:
    def scope(self, area=None):
        return Scope(on=TODAY, paths=((area or factories.county()).path,))

    def test_nothing_on_file_is_not_zero(self):
        assert problems_solved(2015, self.scope()) is None
        difficulty(factories.household())
        assert problems_solved(2015, self.scope()) == 0

    def test_solved_in_the_year_of_households_and_villages(self):
        difficulty(factories.household(), state=S.SOLVED)
        difficulty(state=S.CONFIRMED)
        difficulty(factories.household(), state=S.SOLVED, raised_on=dt.date(2014, 5, 1), solved_on=dt.date(2014, 6, 1))
        for state in (S.OPEN, S.UNDER_WAY, S.UNSOLVABLE, S.WITHDRAWN):
            difficulty(factories.household(), state=state)
        assert problems_solved(2015, self.scope()) == 2
        assert problems_solved(2014, self.scope()) == 1
        assert problems_solved(2015, self.scope(factories.town("嘉平镇"))) is None

    def test_its_address_lists_the_rows_that_add_up_to_it(self, client, year_end):
        from jiangjin.accounts import roles

        difficulty(factories.household(), state=S.SOLVED)
        difficulty(state=S.CONFIRMED)
        difficulty(factories.household())
        client.force_login(factories.user(role=roles.DISTRICT_OFFICER))
        answer = client.get(f"/api/v1/{figures['problems_solved'].query.format(year=2015)}").json()
        assert answer["count"] == problems_solved(2015, self.scope()) == 2
