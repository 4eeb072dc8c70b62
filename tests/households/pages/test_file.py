"""The household file: what stands beside a verdict and an income."""

import pytest

from households.models import PovertyLine
from households.services import evaluations, facts
from jiangjin.changes.models import DirtyMark
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("officer")]
CHANGED = "changed since"


def verdict_pages(client, household):
    """The file and its tab, as text."""
    paths = ["", "verdict/"]
    return [client.get(f"/households/{household.number}/{path}").content.decode() for path in paths]


def evaluate(as_of):
    evaluations.evaluate(as_of=as_of, area=factories.county())


def test_a_verdict_says_when_facts_have_changed_since(client, year_end):
    household, other = factories.over_the_line(), factories.over_the_line()
    evaluate(year_end)
    assert not any(CHANGED in page for page in verdict_pages(client, household))
    facts.record_income(
        household=household,
        year=2015,
        items={"wages_fen": 1},
        by=None,
        reported_on=year_end,
        source="走访",
        reason="核实",
    )
    assert all(CHANGED in page for page in verdict_pages(client, household))
    assert not any(CHANGED in page for page in verdict_pages(client, other))
    evaluate(year_end)
    assert not any(CHANGED in page for page in verdict_pages(client, household))


def test_a_mark_of_another_day_does_not_concern_the_verdict(client, year_end):
    household = factories.over_the_line()
    evaluate(year_end.replace(month=11, day=30))
    evaluate(year_end)
    DirtyMark.objects.create(
        consumer="exit_evaluation", household_id=household.pk, month=year_end.replace(month=11, day=30)
    )
    assert not any(CHANGED in page for page in verdict_pages(client, household))


def test_the_income_tab_compares_with_the_line_of_the_district(client, year_end):
    household = factories.over_the_line(members=1)
    tab = f"/households/{household.number}/incomes/"
    assert client.get(tab).context["columns"][0]["over"] is True
    net = household.incomes.get().net_income_fen
    PovertyLine.objects.create(area=factories.county(), year=2015, amount_fen=net + 1, measure="net")
    column = client.get(tab).context["columns"][0]
    assert (column["line_fen"], column["over"]) == (net + 1, False)
