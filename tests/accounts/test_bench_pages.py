"""`bench pages`: every page that a user may open is measured, what is not is said, and the database stays as it was."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from jiangjin.accounts import roles
from jiangjin.accounts.bench import pages
from jiangjin.audit.models import AuditEntry
from jiangjin.common.bench import PageMeasure, Skipped, percentile
from tests import factories
from tests.assistance.situations import december, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def town():
    """The town office of 白沙镇, with a household, its head and a visit."""
    household = factories.over_the_line()
    who = factories.helper()
    factories.assignment(household, who)
    visit(household, who, december(3))
    return factories.user("town", role=roles.TOWN_OFFICER, area=factories.town())


def bench(capsys, *options):
    call_command("bench", "pages", *options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_every_page_is_measured_or_said_why_not(town, capsys):
    outcome = bench(capsys, "--users", "town", "--requests", "1")
    results = {result["what"]: result for result in outcome["results"]}
    assert set(results) == {view for view, _pattern in pages.views()}
    for name in (
        "home",
        "households:list",
        "households:member",
        "assistance:visits",
        "assistance:visit",
        "assistance:write",
    ):
        measured = results[name]
        assert measured["p95_ms"] >= measured["p50_ms"] > 0, name
        assert measured["queries"] > 3, name
        assert measured["limit"] == "empty page"
        assert isinstance(measured["within"], bool)
    assert results["households:evaluations_simulate"]["skipped"] == "answers 403"
    assert results["assistance:absence_end"]["skipped"] == "there is nothing to ask about"
    assert results["households:export"]["skipped"].startswith("answers application/")


def test_nothing_is_left_behind(town, capsys):
    before = AuditEntry.objects.count(), Session.objects.count()
    results = bench(capsys, "--users", "town", "--requests", "1", "--pages", "households:export,assistance:export")
    assert [result["what"] for result in results["results"]] == ["households:export", "assistance:export"]
    assert (AuditEntry.objects.count(), Session.objects.count()) == before


@pytest.mark.parametrize("options", [[], ["--users", "nobody"], ["--users", "town", "--requests", "0"]])
def test_what_cannot_be_measured_is_refused(town, options):
    with pytest.raises(CommandError):
        call_command("bench", "pages", *options)


def test_a_page_that_crashes_is_no_result(town, monkeypatch):
    def crash(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("assistance.views.list.VisitList.get", crash)
    with pytest.raises(AssertionError, match="/visits/ answered 500"):
        call_command("bench", "pages", "--users", "town", "--pages", "assistance:visits")


def test_a_result_is_over_its_budget_where_one_in_twenty_is():
    seconds = [0.01] * 18 + [0.3, 0.4]
    measure = PageMeasure(
        "home",
        "town",
        "/",
        percentile(seconds, 50),
        percentile(seconds, 95),
        9,
        limit_seconds=0.002,
        budget_seconds=0.1,
    )
    assert (measure.p50, measure.p95, measure.within) == (0.01, 0.3, False)
    assert measure.as_json()["ratio"] == 5.0
    assert Skipped("home", "town", "answers 403").within is None
