"""Courses and who took part."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import EnrolmentState
from assistance.services import courses, enrolments
from jiangjin.accounts import roles
from tests import factories
from tests.assistance.works.situations import TODAY, course, family, relocation, training
from tests.refusals import codes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]


def test_a_training_is_done_by_a_course():
    row, held = training(), course()
    with pytest.raises(ValidationError) as refusal:
        enrolments.finish(enrolment=row, by=None, today=TODAY)
    assert codes_of(refusal.value) == {"detail_missing"}
    assert courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=1) == 1
    assert enrolments.finish(enrolment=row, by=None, today=TODAY).state == EnrolmentState.DONE


def test_put_on_the_list_twice_somebody_stands_there_once():
    row, held = training(), course()
    courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=1)
    assert courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=2) == 0
    assert held.enrolments.count() == 1


def test_only_trainings_are_put_on_the_list():
    held = course()
    for row in (relocation(), training(state=EnrolmentState.STOPPED)):
        with pytest.raises(ValidationError) as refusal:
            courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=1)
        assert codes_of(refusal.value) == {"participants"}
    assert not held.enrolments.exists()


def test_candidates_are_of_the_courses_area_and_the_users():
    held = course()
    here = training()
    training(family(area=factories.village("紫荆村")))
    town = factories.user(role=roles.TOWN_OFFICER, area=factories.town("白沙镇"))
    assert list(courses.candidates(course=held, user=town)) == [here]
    elsewhere = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    assert not courses.candidates(course=held, user=elsewhere).exists()


def test_who_was_done_by_the_course_stays_on_its_list():
    row, held = training(), course()
    courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=1)
    enrolments.finish(enrolment=row, by=None, today=TODAY)
    with pytest.raises(ValidationError) as refusal:
        courses.remove_participant(course=held, enrolment=row, by=None, today=TODAY, reason="未到场")
    assert codes_of(refusal.value) == {"done"}


def test_somebody_is_taken_off_with_a_reason():
    row, held = training(), course()
    courses.add_participants(course=held, enrolments=[row.pk], by=None, today=TODAY, version=1)
    with pytest.raises(ValidationError) as refusal:
        courses.remove_participant(course=held, enrolment=row, by=None, today=TODAY, reason=" ")
    assert codes_of(refusal.value) == {"reason"}
    courses.remove_participant(course=held, enrolment=row, by=None, today=TODAY, reason="未到场")
    assert not held.enrolments.exists()


def test_days_and_reasons_are_asked_for():
    held = course()
    with pytest.raises(ValidationError):
        courses.correct(
            course=held,
            changes={"ends_on": dt.date(2015, 5, 1)},
            by=None,
            version=1,
            reason="日期有误",
            today=TODAY,
        )
    with pytest.raises(ValidationError) as refusal:
        courses.correct(course=held, changes={"hours": 8}, by=None, version=1, reason="", today=TODAY)
    assert codes_of(refusal.value) == {"reason"}
    assert courses.correct(course=held, changes={"hours": 8}, by=None, version=1, reason="补填", today=TODAY).hours == 8


def test_nobody_enters_a_course_for_another_town():
    officer = factories.user(role=roles.TOWN_OFFICER, area=factories.town("嘉平镇"))
    with pytest.raises(PermissionDenied):
        courses.enter(
            area=factories.town("白沙镇"),
            values={"name": "x", "starts_on": TODAY, "ends_on": TODAY},
            by=officer,
            today=TODAY,
        )
