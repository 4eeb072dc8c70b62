"""A refresh repairs what was marked, exactly that, and builds what waits to be built."""

import datetime as dt
import json
import threading

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, transaction

from assistance.models.visit_check import VisitState
from households.models import Household
from households.services import evaluations
from jiangjin.areas.models import Area, AreaLevel
from jiangjin.changes.models import DirtyMark
from jiangjin.changes.services import Fact, mark_area, mark_households
from jiangjin.common import clock
from jiangjin.jobs.models import JobRun, JobState
from jiangjin.jobs.services import start_due
from supervision.indicators import Indicator, Over, Unit, additive, indicators
from supervision.models import AreaMonth, HouseholdMonth, RollupMonth
from supervision.services import area_months, rollups
from supervision.services.consumers import ROLLUPS
from supervision.services.due import monthly_rebuilds
from tests import factories
from tests.supervision.rollups.histories import (
    YEAR_END,
    checked,
    day,
    happened,
    month,
    refresh,
    registered,
    row,
    stored,
    value,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def rebuild() -> rollups.Work:
    return rollups.rebuild(county=factories.county(), today=YEAR_END)


def keys():
    """The numbers of all rows: one that was written anew has another."""
    return (
        dict(HouseholdMonth.objects.values_list("pk", "household")),
        set(AreaMonth.objects.values_list("pk", flat=True)),
    )


def test_a_first_refresh_builds_the_months_and_takes_every_mark_up():
    registered()
    registered(area=factories.village("紫荆村"))
    work = refresh()
    assert (work.months_built, work.household_months) == (12, 24)
    assert not rollups.waiting_marks().exists()
    assert refresh().counts == rollups.Work().counts


def test_without_households_there_is_nothing():
    assert refresh().counts == rollups.Work().counts
    assert not RollupMonth.objects.exists()


def test_one_change_rewrites_its_household_and_its_village_and_nothing_else():
    changed, neighbour = registered(tier="A"), registered(tier="B")
    registered(area=factories.village("紫荆村"))
    refresh()
    households, areas = keys()
    times = dict(RollupMonth.objects.values_list("month", "refreshed_at"))
    happened(changed, "exited", "12-10")
    work = refresh()
    assert (work.marks, work.household_months, work.months_built) == (1, 1, 0)
    now_households, now_areas = keys()
    assert {households[pk] for pk in set(households) - set(now_households)} == {changed.pk}
    assert set(now_households) - set(households) == {row(changed, "12").pk}
    assert neighbour.pk not in {now_households[pk] for pk in set(now_households) - set(households)}
    fresh = AreaMonth.objects.filter(pk__in=now_areas - areas)
    assert {(one.indicator, one.tier, one.value) for one in fresh} == {
        *(("status_exited", "A", 1), ("exited_households", "A", 1), ("exited_persons", "A", 2)),
    }
    moved = {at for at, when in RollupMonth.objects.values_list("month", "refreshed_at") if when != times[at]}
    assert moved == {month("12")}


def test_a_change_that_changes_no_number_writes_nothing():
    household = registered()
    refresh()
    before = keys()
    times = set(RollupMonth.objects.values_list("month", "refreshed_at"))
    mark_households([household.pk], facts=[Fact.HOUSEHOLD])
    assert refresh().counts == {**rollups.Work().counts, "marks": 1}
    assert keys() == before
    assert set(RollupMonth.objects.values_list("month", "refreshed_at")) == times


def test_a_fact_of_a_month_repairs_from_that_month_to_the_end_of_its_year(monkeypatch):
    household = registered("2014-11-01")
    refresh()
    repaired = []
    really = rollups.repair
    monkeypatch.setattr(rollups, "repair", lambda rows, period: repaired.append(period.month) or really(rows, period))
    checked(household, "2014-12", VisitState.MET, visits=1)
    refresh()
    assert repaired == [month("2014-12")]
    assert value("visits_met", "2014-12") == 1
    repaired.clear()
    evaluations.evaluate(as_of=day("10-31"), area=factories.county())
    DirtyMark.objects.filter(consumer=ROLLUPS).delete()
    mark_households([household.pk], facts=[Fact.VERDICT], month=month("10"))
    refresh()
    assert repaired == [month("10"), month("11"), month("12")]
    assert [value("households_judged", at) for at in ("09", "10", "12")] == [0, 1, 1]


def test_a_marked_area_is_built_anew_from_its_month_on():
    registered()
    refresh()
    DirtyMark.objects.all().delete()
    evaluations.evaluate(as_of=day("11-30"), area=factories.county())
    (mark,) = DirtyMark.objects.filter(consumer=ROLLUPS)
    assert (mark.area_id, mark.month) == (factories.county().pk, month("11"))
    work = refresh()
    assert (work.months_built, work.household_months) == (2, 2)
    assert value("households_judged", "12") == 1
    assert not rollups.waiting_marks().exists()


def test_a_marked_village_is_found_in_its_county():
    household = registered()
    refresh()
    household.tier_decisions.create(tier="C", decided_on=day("12-01"), reason="r")
    mark_area(household.village_id, facts=[Fact.TIER])
    refresh()
    assert value("households_on_roll", "12", tier="C") == 1


def test_many_marks_are_taken_up_in_parts(monkeypatch):
    monkeypatch.setattr(rollups, "HOUSEHOLDS_A_CHUNK", 2)
    households = [registered() for _number in range(5)]
    refresh()
    for household in households:
        household.tier_decisions.create(tier="C", decided_on=day("12-01"), reason="r")
        mark_households([household.pk], facts=[Fact.TIER])
        mark_households([household.pk], facts=[Fact.TIER], month=month("12"))
    taken = []
    really = rollups._repair_some
    monkeypatch.setattr(
        rollups, "_repair_some", lambda *args, **kwargs: taken.append(really(*args, **kwargs)) or taken[-1]
    )
    work = refresh()
    assert [part.marks for part in taken if part is not None] == [4, 4, 2]
    assert work.household_months == 5
    assert value("households_on_roll", "12", tier="C") == 5


def test_a_registration_before_all_others_opens_earlier_months():
    registered("06-01")
    refresh()
    assert RollupMonth.objects.count() == 12
    registered("2014-03-01")
    refresh()
    assert RollupMonth.objects.count() == 24
    assert [value("households_on_roll", at) for at in ("2014-02", "2014-03", "05", "06")] == [0, 1, 1, 2]


def test_no_more_than_three_years_are_opened():
    registered("2009-06-01")
    refresh()
    months = RollupMonth.objects.order_by("month").values_list("month", flat=True)
    assert (months.first(), months.count()) == (month("2013-01"), 36)


def test_changed_definitions_build_every_month_anew(monkeypatch):
    registered()
    refresh()
    monkeypatch.setattr(indicators, "_entries", dict(indicators._entries))
    whole = indicators["households_on_roll"]
    indicators.register(
        Indicator(
            code="all_households",
            label="x",
            definition="x",
            unit=Unit.HOUSEHOLD,
            over=Over.LAST,
            rows=whole.rows,
            order=99,
        )
    )
    area_months._digest.cache_clear()
    try:
        work = refresh()
        assert (work.months_built, work.household_months, work.area_months) == (12, 0, 12)
        assert value("all_households", "05") == 1
    finally:
        area_months._digest.cache_clear()


def test_a_full_rebuild_mends_what_is_wrong_and_leaves_what_is_right():
    household, other = registered(), registered()
    refresh()
    good, before = stored(), keys()
    HouseholdMonth.objects.filter(household=household, month=month("05")).update(persons=9)
    HouseholdMonth.objects.filter(household=household, month=month("06")).delete()
    stray = HouseholdMonth.objects.get(household=other, month=month("07"))
    stray.pk, stray.household_id = None, other.pk + 1000
    stray.save()
    AreaMonth.objects.filter(month=month("08")).update(value=7)
    work = rebuild()
    assert stored() == good
    assert (work.months_built, work.household_months) == (12, 3)
    assert len(set(keys()[0]) & set(before[0])) == 23


def test_a_rebuild_covers_the_marks_that_were_there():
    household = registered()
    refresh()
    happened(household, "exited", "05-05")
    work = rebuild()
    assert work.marks == 0
    assert not rollups.waiting_marks().exists()
    assert value("exited_households", "05") == 1


def test_the_command_repairs_and_builds(capsys):
    registered()
    call_command("refresh_rollups")
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "full": False,
        "marks": 1,
        "months_built": 12,
        "household_months": 12,
        "area_months": 12 * 5 + 1,
    }
    call_command("refresh_rollups", "--full", "--area", "500116")
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["months_built"] == 12
    run = JobRun.objects.get(kind="refresh_rollups")
    assert (run.state, run.percent) == (JobState.DONE, 100)
    assert "2015-01" in run.stage


def test_every_county_with_households_is_built_anew_each_month(monkeypatch):
    assert list(monthly_rebuilds(YEAR_END)) == []
    registered()
    (due,) = monthly_rebuilds(YEAR_END)
    assert (due.key, due.area) == ("2015-12", factories.county())
    monkeypatch.setattr("jiangjin.jobs.tasks.run_job.delay", lambda *, run_id: None)
    start_due(today=YEAR_END)
    start_due(today=YEAR_END)
    assert JobRun.objects.filter(kind="refresh_rollups").count() == 1


def test_another_county_is_left_alone():
    here = registered()
    elsewhere = Area.objects.create(level=AreaLevel.COUNTY, name="他县", code="500399")
    town = Area.objects.create(level=AreaLevel.TOWN, name="他镇", code="500399100", parent=elsewhere)
    village = Area.objects.create(level=AreaLevel.VILLAGE, name="他村", code="500399100200", parent=town)
    there = registered("03-01", area=village)
    rollups.refresh(today=YEAR_END, county=elsewhere)
    assert set(HouseholdMonth.objects.values_list("household", flat=True)) == {there.pk}
    assert set(DirtyMark.objects.filter(consumer=ROLLUPS).values_list("household_id", flat=True)) == {here.pk}
    refresh()
    assert value("households_on_roll", "03") == 2
    there.village = here.village
    there.save()
    mark_households([there.pk], facts=[Fact.HOUSEHOLD])
    refresh()
    assert not AreaMonth.objects.filter(village=village).exists()
    assert value("households_on_roll", "03", village=here.village) == 2
    rollups.rebuild(county=elsewhere, today=YEAR_END)
    assert value("households_on_roll", "03") == 2


def test_every_stored_indicator_is_declared():
    registered(tier="A")
    refresh()
    assert set(AreaMonth.objects.values_list("indicator", flat=True)) <= {indicator.code for indicator in additive()}
    assert all(indicator.code.isidentifier() and len(indicator.code) <= 40 for indicator in additive())


@pytest.mark.django_db(transaction=True)
def test_while_a_month_is_built_others_read_it_as_it_was_and_a_repair_waits():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer: the second waits for the first to commit")
    household = registered()
    refresh()
    seen, failed = [], []

    def meanwhile():
        try:
            with clock.pin(YEAR_END):
                seen.append(value("persons_on_roll", "06"))
                happened(household, "exited", "06-06")
                try:
                    rollups.refresh(today=YEAR_END, wait=False)
                except OperationalError as error:
                    failed.append(error.__cause__.pgcode)
        finally:
            connection.close()

    county = factories.county()
    rollups._void(county)
    with transaction.atomic():
        (june,) = RollupMonth.objects.filter(month=month("06"))
        HouseholdMonth.objects.update(persons=9)
        rollups._build(county, june, today=YEAR_END, context=None, wait=True)
        AreaMonth.objects.filter(indicator="persons_on_roll").update(value=9)
        thread = threading.Thread(target=meanwhile)
        thread.start()
        thread.join()
        transaction.set_rollback(True)
    assert (seen, failed) == ([2], ["55P03"])
    refresh()
    assert value("exited_households", "06") == 1


@pytest.mark.django_db(transaction=True)
def test_a_refresh_that_dies_leaves_the_old_numbers_and_the_mark(monkeypatch):
    household = registered()
    refresh()
    before = stored()
    happened(household, "exited", "06-06")
    really = area_months.write
    calls = []

    def dies(at, villages):
        calls.append(at)
        if at == month("09"):
            raise KeyboardInterrupt
        return really(at, villages)

    monkeypatch.setattr(area_months, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        refresh()
    assert len(calls) == 4
    assert stored() == before
    monkeypatch.undo()
    with clock.pin(YEAR_END):
        assert refresh().marks == 1
    assert value("status_exited", "12") == 1


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_that_dies_leaves_whole_months_and_is_finished_by_the_next_refresh(monkeypatch):
    for _number in range(2):
        registered()
    refresh()
    Household.objects.filter(tier_decisions=None).update(tier="B")
    really = area_months.write

    def dies(at, villages):
        if at == month("09"):
            raise KeyboardInterrupt
        return really(at, villages)

    monkeypatch.setattr(area_months, "write", dies)
    with pytest.raises(KeyboardInterrupt):
        rebuild()
    tiers = {f"{at:%m}": tier for at, tier in HouseholdMonth.objects.values_list("month", "tier")}
    assert {at for at, tier in tiers.items() if tier == "B"} == {"10", "11", "12"}
    for at in tiers:
        assert value("households_on_roll", at, tier=tiers[at]) == 2
    monkeypatch.undo()
    work = rollups.refresh(today=YEAR_END)
    assert work.months_built == 9
    assert set(HouseholdMonth.objects.values_list("tier", flat=True)) == {"B"}
    assert value("households_on_roll", "03", tier="B") == 2


def test_dates_beyond_today_are_not_counted():
    household = registered()
    with transaction.atomic():
        household.status_events.create(kind="exited", occurred_on=dt.date(2016, 2, 1), persons=2, reason="r")
        mark_households([household.pk], facts=[Fact.HOUSEHOLD])
    refresh()
    assert value("households_on_roll", "12") == 1
    refresh(dt.date(2016, 2, 1))
    assert (value("households_on_roll", "2016-02"), value("exited_households", "2016-02")) == (0, 1)
