"""What the databases promise about village files."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiangjin.accounts import roles
from jiangjin.areas.models import Area, AreaLevel
from tests import factories
from tests.villages import village_files
from villages.models import PoorVillage, Rectification, Village, VillageProfile, VillageStandard, VillageSurvey
from villages.models.survey import WHOLES
from villages.services.survey_parts import SURVEY_FIELDS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def refused(row):
    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(("part", "whole"), WHOLES.items())
def test_no_part_is_greater_than_its_whole(part, whole):
    village = factories.village()
    told = {"village": village, "year": 2015, "reported_on": dt.date(2015, 12, 1)}
    refused(VillageSurvey(**told, **{part: 11, whole: 10}))
    VillageSurvey(**told, **{part: 10, whole: 10}).full_clean()
    VillageSurvey(**told, **{part: 11}).full_clean()


def test_one_survey_a_year():
    village_files.survey(year=2014)
    village_files.survey()
    refused(VillageSurvey(village=factories.village(), year=2015, reported_on=dt.date(2015, 12, 1)))


def test_both_coordinates_or_neither():
    refused(VillageProfile(village=factories.village(), latitude="29.1"))
    VillageProfile(village=factories.village(), latitude="29.1", longitude="106.2").full_clean()


@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": dt.date(2015, 3, 1), "result": "x"},
        {"ends_on": dt.date(2015, 6, 1), "result": ""},
    ],
)
def test_a_rectification_ends_after_it_began_and_with_a_result(values):
    row = Rectification(
        village=factories.village(),
        starts_on=dt.date(2015, 3, 2),
        problem="x",
        measures="x",
        responsible="x",
        **values,
    )
    refused(row)


def test_one_open_rectification_a_village():
    village_files.rectification(ends_on=dt.date(2015, 4, 1))
    village_files.rectification(starts_on=dt.date(2015, 5, 1))
    row = Rectification(
        village=factories.village(), starts_on=dt.date(2015, 6, 1), problem="x", measures="x", responsible="x"
    )
    refused(row)


def test_the_last_day_of_a_standard_does_not_lie_before_its_first():
    row = VillageStandard(
        valid_from=dt.date(2016, 1, 2), valid_to=dt.date(2016, 1, 1), incidence_permille=30, basis="x"
    )
    refused(row)
    assert VillageStandard.objects.in_force(dt.date(2015, 12, 31)).get().incidence_permille == 30


def test_the_questions_are_all_answers_of_the_survey_once():
    told = {"id", "village", "year", "reported_on", "source", "is_demo", "recorded_by", "recorded_at", "version"}
    assert sorted(SURVEY_FIELDS) == sorted({field.name for field in VillageSurvey._meta.fields} - told)
    assert len(set(SURVEY_FIELDS)) == len(SURVEY_FIELDS)
    assert all(VillageSurvey._meta.get_field(name).null for name in SURVEY_FIELDS)


@pytest.mark.parametrize(
    ("on", "listed"),
    [
        (dt.date(2014, 10, 19), False),
        (dt.date(2014, 10, 20), True),
        (dt.date(2015, 12, 27), True),
        (dt.date(2015, 12, 28), False),
    ],
)
def test_a_village_stands_on_the_list_until_the_day_before_it_is_struck_off(on, listed):
    village_files.poor(struck_off=dt.date(2015, 12, 28))
    assert PoorVillage.objects.listed(on).exists() is listed
    assert [PoorVillage.objects.in_year(year).exists() for year in (2013, 2014, 2015, 2016)] == [
        False,
        True,
        True,
        False,
    ]


class TestWhoSees:
    def test_villages_only_and_those_below_the_grant(self):
        town = factories.town("白沙镇")
        seen = Village.objects.visible_to(factories.user(role=roles.TOWN_OFFICER, area=town))
        assert {village.parent for village in seen} == {town}
        assert seen.count() == Area.objects.filter(parent=town).count()

    def test_a_group_opens_no_village_file(self):
        group = factories.village().children.create(name="1组", level=AreaLevel.GROUP)
        assert not Village.objects.visible_to(factories.user(role=roles.VILLAGE_TEAM, area=group)).exists()

    def test_helpers_and_strangers_see_none(self):
        for user in (factories.user(role=roles.HELPER), factories.user(), factories.user(role=roles.ACCOUNT_ADMIN)):
            assert not Village.objects.visible_to(user).exists()
