"""A village's year: written once, corrected in place, what stood there before in the change log."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from tests import factories
from tests.villages import village_files
from tests.villages.village_files import december
from villages.models import VillageSurvey
from villages.services import surveys

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


@pytest.fixture
def team():
    return factories.user(name="张驻村", role=roles.VILLAGE_TEAM, area=factories.village())


def record(by, **kwargs):
    kwargs.setdefault("answers", {"population": 100})
    kwargs.setdefault("reported_on", december(10))
    kwargs.setdefault("village", factories.village())
    return surveys.record(year=kwargs.pop("year", 2015), by=by, today=december(31), **kwargs)


def codes(refusal):
    return {name: [error.code for error in errors] for name, errors in refusal.value.error_dict.items()}


def test_what_nobody_answered_is_not_verified(team):
    row = record(team, answers={"population": 0, "main_road_hardened": False}, source="统计")
    row.refresh_from_db()
    assert (row.population, row.main_road_hardened, row.version, row.recorded_by) == (0, False, 1, team)
    assert row.household_count is None
    assert row.clinic_standardised is None
    entry = AuditEntry.objects.get(model="villages.villagesurvey")
    assert (entry.actor_name, entry.action, entry.area_path) == ("张驻村", "created", factories.village().path)
    assert entry.after["population"] == 0


def test_a_correction_keeps_what_it_does_not_name_and_logs_what_stood_there(team):
    record(team, answers={"population": 100, "women_population": 40}, source="统计")
    row = record(team, answers={"population": 120, "main_road_hardened": True}, source="核查", reason="漏报")
    assert (row.population, row.women_population, row.main_road_hardened, row.version) == (120, 40, True, 2)
    assert VillageSurvey.objects.count() == 1
    entry = AuditEntry.objects.get(model="villages.villagesurvey", action="changed")
    assert entry.before == {"population": 100, "main_road_hardened": None, "source": "统计"}
    assert entry.after == {"population": 120, "main_road_hardened": True, "source": "核查"}
    assert entry.reason == "漏报"


def test_the_day_and_the_source_are_no_change_by_themselves(team):
    record(team, source="统计")
    row = record(team, source="核查", reported_on=december(20))
    row.refresh_from_db()
    assert (row.source, row.reported_on, row.version) == ("统计", december(10), 1)
    assert AuditEntry.objects.count() == 1


def test_an_answer_can_be_taken_back_to_not_verified(team):
    record(team, answers={"culture_room": True})
    row = record(team, answers={"culture_room": None})
    assert row.culture_room is None


@pytest.mark.parametrize("version", [0, 1, 3])
def test_who_comes_second_is_told(team, version):
    record(team)
    record(team, answers={"population": 110})
    with pytest.raises(ValidationError) as refusal:
        record(team, answers={"population": 120}, version=version)
    assert refusal.value.code == "conflict"
    assert VillageSurvey.objects.get().population == 110


def test_the_first_one_is_written_over_version_0(team):
    record(team, version=0)
    with pytest.raises(ValidationError) as refusal:
        record(team, year=2014, reported_on=dt.date(2014, 12, 1), version=1)
    assert refusal.value.code == "conflict"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"population": 10, "women_population": 11}, "women_population"),
        ({"household_count": 10, "tv_households": 11}, "tv_households"),
        ({"waste_produced_t": 10, "waste_treated_t": 11}, "waste_treated_t"),
    ],
)
def test_a_part_greater_than_its_whole_is_refused_at_its_field(team, answers, field):
    with pytest.raises(ValidationError) as refusal:
        record(team, answers=answers)
    assert codes(refusal) == {field: ["part"]}
    whole, part = answers
    record(team, answers={whole: 11})
    with pytest.raises(ValidationError) as refusal:
        record(team, answers={part: 12})
    assert codes(refusal) == {field: ["part"]}


@pytest.mark.parametrize(
    ("answers", "field"), [({"collective_income_fen": -1}, "collective_income_fen"), ({"population": -1}, "population")]
)
def test_nothing_is_negative(team, answers, field):
    with pytest.raises(ValidationError) as refusal:
        record(team, answers=answers)
    assert field in refusal.value.error_dict


@pytest.mark.parametrize(("reported_on", "code"), [(dt.date(2016, 1, 1), "future"), (dt.date(2014, 12, 31), "early")])
def test_the_day_lies_in_the_year_or_after_it_and_not_in_the_future(team, reported_on, code):
    with pytest.raises(ValidationError) as refusal:
        record(team, reported_on=reported_on)
    assert codes(refusal) == {"reported_on": [code]}


def test_last_years_survey_may_be_reported_this_year(team):
    assert record(team, year=2014, reported_on=dt.date(2015, 2, 1)).year == 2014


def test_a_field_that_is_no_answer_is_a_slip(team):
    with pytest.raises(ValueError, match="incidence"):
        record(team, answers={"incidence": 1})


@pytest.mark.parametrize(
    ("role", "area"),
    [
        (roles.VILLAGE_TEAM, "紫荆村"),
        (roles.TOWN_OFFICER, "嘉平镇"),
        (roles.DISTRICT_OFFICER, None),
        (roles.INSPECTOR, None),
        (roles.HELPER, None),
    ],
)
def test_who_may_not_write_here_writes_nothing(role, area):
    place = None if area is None else (factories.town(area) if area.endswith("镇") else factories.village(area))
    with pytest.raises(PermissionDenied):
        record(factories.user(role=role, area=place))
    assert not VillageSurvey.objects.exists()


def test_the_town_writes_for_its_villages():
    assert record(factories.user(role=roles.TOWN_OFFICER, area=factories.town())).version == 1


def test_which_survey_is_due():
    assert surveys.due_year(dt.date(2015, 9, 30)) == 2014
    assert surveys.due_year(dt.date(2015, 10, 1)) == 2015
    assert village_files.survey().year == 2015
