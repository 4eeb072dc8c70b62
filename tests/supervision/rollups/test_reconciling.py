"""Reconcile finds whatever does not agree, and nothing where all agrees."""

import json

import pytest
from django.core.management import CommandError, call_command

from assistance.models.visit_check import VisitState
from households.models import Evaluation, Member
from households.services import evaluations
from jiangjin.accounts import roles
from supervision.indicators import additive
from supervision.models import AreaMonth, HouseholdMonth
from supervision.services import reading
from supervision.services.household_months import Period
from supervision.services.reconciling import reconcile
from supervision.services.recounting import recount
from tests import factories
from tests.supervision.rollups.histories import YEAR_END, checked, day, happened, month, refresh, registered, value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def district():
    """Eight households in two villages, with a year in which something of everything happened."""
    here, there = factories.village("复建村"), factories.village("紫荆村")
    households = [
        registered("10-03", area=(here, there)[number % 2], tier="ABC"[number % 3], members=number % 4 + 1)
        for number in range(8)
    ]
    happened(households[0], "exited", "10-20")
    happened(households[0], "relapsed", "11-20")
    happened(households[1], "exited", "11-02")
    happened(households[2], "removed", "11-15")
    happened(households[3], "dissolved", "12-01")
    happened(households[4], "moved_out", "10-30")
    happened(households[4], "registered", "12-05")
    happened(households[5], "exit_prepared", "12-05")
    for number, household in enumerate(households[:6]):
        factories.assignment(household, factories.helper(f"h{number}"), starts_on=day("10-05"))
        checked(household, "11", list(VisitState)[number % 4], visits=number % 3)
    member = households[6].members.order_by("pk").last()
    member.left_on, member.left_by = day("11-30"), "01"
    member.save()
    evaluations.evaluate(as_of=day("10-31"), area=factories.county())
    evaluations.evaluate(as_of=day("11-30"), area=there.parent)
    Evaluation.objects.filter(household=households[5], as_of=day("11-30")).update(verdict=1)
    refresh()
    return households


def differences(**kwargs):
    return {
        (one.check, f"{one.month:%m}", one.what, one.stored, one.counted)
        for one in reconcile(county=factories.county(), **kwargs).differences
    }


def test_where_all_agrees_nothing_is_found(district, capsys):
    assert differences() == set()
    call_command("reconcile")
    counts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert counts == {"months": 12, "indicators": 12 * len(additive()), "differences": 0, "waiting": 0}


def test_every_indicator_is_recounted_and_is_something_in_this_district(district):
    codes = {indicator.code for indicator in additive()}
    found = set()
    for at in ("10", "11", "12"):
        counts = recount(factories.county(), Period.of(month(at), today=YEAR_END))
        assert set(counts) == codes
        found |= {code for code, count in counts.items() if count}
        assert counts == {code: value(code, at) for code in codes}
    assert found == codes - {"verdict_not_met"}


def test_a_household_month_that_is_wrong(district):
    HouseholdMonth.objects.filter(household=district[7], month=month("11")).update(persons=99)
    assert differences(month=month("11")) == {
        ("households", "11", "persons", 99, 4),
        ("villages", "11", "persons_on_roll", 4, 99),
    }
    assert differences(month=month("10")) == set()


def test_a_household_month_that_is_missing_and_one_too_many(district):
    stray = HouseholdMonth.objects.get(household=district[2], month=month("11"))
    stray.pk, stray.month = None, month("12")
    stray.save()
    HouseholdMonth.objects.filter(household=district[7], month=month("12")).delete()
    found = differences(month=month("12"))
    assert ("households", "12", "row", "there", "none") in found
    assert ("households", "12", "row", "none", "there") in found


def test_a_village_number_that_is_wrong(district):
    AreaMonth.objects.filter(indicator="exited_persons", month=month("11")).update(value=40)
    assert differences() == {
        ("villages", "11", "exited_persons", 40, 2),
        ("facts", "11", "exited_persons", 40, 2),
    }


def test_a_fact_that_changed_without_a_mark(district, capsys):
    Member.objects.filter(household=district[7]).update(left_on=day("12-30"), left_by="01")
    found = differences()
    assert found == {
        ("households", "12", "persons", 4, 0),
        ("facts", "12", "persons_on_roll", value("persons_on_roll", "12"), value("persons_on_roll", "12") - 4),
    }
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", "--month", "2015-12", "--area", "500116")
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert json.loads(lines[-1])["differences"] == 2
    assert any("persons_on_roll" in line and "2015-12" in line for line in lines[:-1])


def test_a_level_that_is_not_the_sum_of_those_below(district, monkeypatch):
    really = reading._sums

    def wrong(scope, **asked):
        sums = dict(really(scope, **asked))
        if asked["level"] == "town":
            key = next(iter(sums))
            sums[key] += 1
        return sums

    monkeypatch.setattr(reading, "_sums", wrong)
    assert {check for check, *_rest in differences(month=month("12"))} == {"levels"}


def test_changes_that_wait_are_told(district, capsys):
    happened(district[7], "exited", "12-20")
    with pytest.raises(SystemExit):
        call_command("reconcile", "--month", "2015-12")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["waiting"] == 1


def test_the_list_behind_a_number_adds_up_to_it(district):
    user = factories.user(role=roles.DISTRICT_OFFICER)
    scope = user.scope("households.view")
    county = factories.county()
    for indicator in additive():
        for at in ("10", "11", "12"):
            rows = reading.rows_behind(scope=scope, code=indicator.code, area=county, month=month(at))
            total = sum(rows.values_list(indicator.measure, flat=True)) if indicator.measure else rows.count()
            assert total == value(indicator.code, at), indicator.code


def test_an_unknown_county_is_refused():
    with pytest.raises(CommandError, match="no county"):
        call_command("reconcile", "--area", "1")
