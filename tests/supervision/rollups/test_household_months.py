"""One household's history, month by month, checked by hand."""

import datetime as dt

import pytest

from assistance.models.visit_check import VisitState
from households.models import Evaluation, Verdict
from households.services import evaluations
from jiangjin.changes.services import Fact, mark_households
from supervision.models import HouseholdMonth, RollupMonth
from tests import factories
from tests.supervision.rollups.histories import (
    checked,
    day,
    happened,
    month,
    refresh,
    registered,
    row,
    value,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def months_of(household, column):
    """The months of 2015 that have a row, with one of its columns."""
    rows = HouseholdMonth.objects.filter(household=household, month__year=2015).order_by("month")
    return {f"{at:%m}": found for at, found in rows.values_list("month", column)}


def test_a_household_has_rows_from_its_registration_on():
    household = registered("03-10")
    refresh()
    assert list(months_of(household, "status")) == [f"{number:02d}" for number in range(3, 13)]
    assert (row(household, "03").registered, row(household, "04").registered) == (1, 0)
    assert RollupMonth.objects.order_by("month").first().month == month("01")
    assert value("registered_households", "03") == 1
    assert value("households_on_roll", "02") == 0


def test_status_is_that_of_the_months_end():
    household = registered()
    happened(household, "exit_prepared", "05-31")
    happened(household, "exited", "07-01")
    happened(household, "relapsed", "10-15")
    refresh()
    states = months_of(household, "status")
    assert [states[at] for at in ("04", "05", "06", "07", "09", "10", "12")] == [
        *("on_roll", "pre_exit", "pre_exit", "exited", "exited", "relapsed", "relapsed")
    ]
    assert [at for at, found in months_of(household, "exited").items() if found] == ["07"]
    assert [at for at, found in months_of(household, "relapsed").items() if found] == ["10"]
    assert [value("households_on_roll", at) for at in ("06", "07", "09", "10")] == [1, 0, 0, 1]
    assert value("households_followed", "08") == 1
    assert value("status_exited", "08") == 1


def test_of_two_events_on_one_day_the_later_written_stands():
    household = registered()
    happened(household, "exit_prepared", "05-20")
    happened(household, "exited", "05-20")
    refresh()
    assert row(household, "05").status == "exited"


def test_exit_and_return_within_a_month_count_both_each_once():
    household = registered(members=3)
    happened(household, "exited", "06-02")
    household.members.order_by("-pk").first().delete()
    happened(household, "relapsed", "06-10")
    happened(household, "exited", "06-20")
    refresh()
    june = row(household, "06")
    assert (june.exited, june.relapsed, june.exited_persons, june.status) == (1, 1, 2, "exited")
    assert value("exited_households", "06") == value("relapsed_households", "06") == 1
    assert value("exited_persons", "06") == 2


def test_who_is_removed_has_a_last_row_in_that_month():
    household = registered()
    happened(household, "removed", "04-01")
    refresh()
    assert list(months_of(household, "status").values()) == ["on_roll"] * 3 + ["removed"]
    assert (value("removed_households", "04"), value("removed_households", "05")) == (1, 0)
    assert (value("households_on_roll", "03"), value("households_on_roll", "04")) == (1, 0)


def test_who_is_registered_again_has_rows_again():
    household = registered()
    happened(household, "moved_out", "04-10")
    happened(household, "registered", "08-05")
    refresh()
    assert list(months_of(household, "status")) == ["01", "02", "03", "04", "08", "09", "10", "11", "12"]
    assert row(household, "08").registered == 1


def test_out_and_in_again_within_a_month():
    household = registered()
    happened(household, "removed", "04-10")
    happened(household, "registered", "04-20")
    refresh()
    assert (row(household, "04").status, row(household, "04").registered) == ("on_roll", 1)
    assert value("removed_households", "04") == 0


def test_without_events_the_file_itself_tells_the_status():
    factories.household(status="exited", status_on=day("06-15"), registered_on=day("01-01"))
    gone = factories.household(status="dissolved", status_on=day("06-15"), registered_on=day("01-01"))
    refresh()
    assert [value("households_on_roll", at) for at in ("05", "06")] == [2, 0]
    assert [value("status_exited", at) for at in ("05", "06", "07")] == [0, 1, 1]
    assert list(months_of(gone, "status")) == ["01", "02", "03", "04", "05", "06"]


def test_tier_is_that_of_the_latest_decision():
    household = registered(tier="A")
    household.tier_decisions.create(tier="B", decided_on=day("06-30"), reason="r")
    household.tier_decisions.create(tier="C", decided_on=day("09-01"), reason="r")
    undecided = factories.household(tier="C", registered_on=day("01-01"))
    later = factories.household(tier="B", registered_on=day("01-01"))
    later.tier_decisions.create(tier="B", decided_on=day("08-01"), reason="r")
    refresh()
    tiers = months_of(household, "tier")
    assert [tiers[at] for at in ("05", "06", "08", "09")] == ["A", "B", "B", "C"]
    assert set(months_of(undecided, "tier").values()) == {"C"}
    assert [months_of(later, "tier")[at] for at in ("07", "08")] == ["", "B"]
    assert value("households_on_roll", "06", tier="B") == 1


def test_persons_are_those_present_on_the_last_day():
    household = registered(members=3)
    first, second, _third = household.members.order_by("pk")
    first.left_on, first.left_by = day("04-30"), "01"
    first.save()
    second.left_on, second.left_by = day("06-01"), "02"
    second.save()
    factories.member(household, relation="99", joined_on=day("09-30"), joined_by="06")
    refresh()
    persons = months_of(household, "persons")
    assert [persons[at] for at in ("03", "04", "05", "06", "08", "09")] == [3, 2, 2, 1, 1, 2]
    assert value("persons_on_roll", "09") == 2


def test_a_hand_over_and_a_gap():
    household = registered()
    factories.assignment(household, factories.helper("甲"), starts_on=day("02-10"), ends_on=day("05-30"))
    factories.assignment(household, factories.helper("乙"), starts_on=day("07-15"))
    factories.assignment(household, factories.helper("丙"), starts_on=day("09-30"))
    refresh()
    helpers = months_of(household, "helpers")
    assert [helpers[at] for at in ("01", "02", "04", "05", "06", "07", "09")] == [0, 1, 1, 0, 0, 1, 2]
    assert [value("households_without_helper", at) for at in ("04", "05", "07")] == [0, 1, 0]


def test_visits_are_what_the_check_found():
    household = registered()
    checked(household, "10", VisitState.MISSED)
    checked(household, "11", VisitState.MET, visits=3)
    checked(household, "12", VisitState.NOT_DUE, visits=1)
    refresh()
    assert months_of(household, "visit_state")["09"] is None
    assert [value("visits_due", at) for at in ("09", "10", "11", "12")] == [0, 1, 1, 0]
    assert [value("visits_made", at) for at in ("10", "11", "12")] == [0, 3, 1]
    assert (value("visits_missed", "10"), value("visits_met", "11")) == (1, 1)


def test_a_verdict_holds_until_the_next_and_not_into_the_next_year():
    household = registered("2014-12-01")
    judged = {
        "persons": 2,
        "school_age": 0,
        "out_of_school": 0,
        "school_unknown": 0,
        "uninsured": 0,
        "insurance_unknown": 0,
    }
    run = evaluations.evaluate(as_of=day("2014-12-31"), area=factories.county())
    Evaluation.objects.all().delete()
    for on, verdict in (("2014-12-31", 1), ("05-31", 2), ("09-30", 1)):
        Evaluation.objects.create(household=household, run=run, as_of=day(on), verdict=verdict, **judged)
    Evaluation.objects.create(household=household, run=run, superseded_by=run, as_of=day("11-30"), verdict=3, **judged)
    refresh()
    verdicts = months_of(household, "verdict")
    assert row(household, "2014-12").verdict == Verdict.MET
    assert [verdicts[at] for at in ("01", "04", "05", "08", "09", "12")] == [None, None, 2, 2, 1, 1]
    assert [value("verdict_met", at) for at in ("08", "09")] == [0, 1]
    assert [value("households_judged", at) for at in ("04", "05")] == [0, 1]


def test_the_running_month_shows_today_and_moves_on_by_itself():
    household = registered()
    factories.assignment(household, factories.helper(), starts_on=day("02-10"), ends_on=day("12-10"))
    factories.member(household, relation="99", joined_on=day("12-20"))
    refresh(day("12-05"))
    assert (row(household, "12").helpers, row(household, "12").persons) == (1, 2)
    assert RollupMonth.objects.get(month=month("12")).as_of == day("12-05")
    refresh(day("12-21"))
    assert (row(household, "12").helpers, row(household, "12").persons) == (0, 3)
    refresh(dt.date(2016, 1, 2))
    assert RollupMonth.objects.get(month=month("12")).as_of == day("12-31")
    assert row(household, "2016-01").helpers == 0


def test_a_household_that_moves_to_another_village_moves_with_all_its_months():
    household = registered()
    refresh()
    there = factories.village("紫荆村")
    household.village = there
    household.save()
    mark_households([household.pk], facts=[Fact.HOUSEHOLD])
    refresh()
    assert set(months_of(household, "village").values()) == {there.pk}
    assert value("households_on_roll", "06") == value("households_on_roll", "06", village=there) == 1
