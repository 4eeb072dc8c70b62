"""Households that are away: since when, until when, and what that does to their months."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assistance.models import Absence, VisitState
from assistance.services import absences
from jiangjin.accounts import roles
from jiangjin.audit.models import AuditEntry
from jiangjin.changes.models import DirtyMark
from tests import factories
from tests.assistance.situations import MONTH, check, checked, december, held, visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
TODAY = december(31)


def record(household, first, last=None, *, by=None, reason="外出务工"):
    return absences.record(household=household, starts_on=first, ends_on=last, reason=reason, by=by, today=TODAY)


def marked_months(household):
    marks = DirtyMark.objects.filter(consumer="visit_check", household_id=household.pk)
    return list(marks.order_by("month").values_list("month", flat=True))


def test_an_open_absence_marks_its_months_until_today():
    household, _helper = held()
    absence = record(household, dt.date(2015, 10, 20))
    assert absence.ends_on is None
    assert marked_months(household) == [dt.date(2015, 10, 1), dt.date(2015, 11, 1), MONTH]
    entry = AuditEntry.objects.get(model="assistance.absence")
    assert (entry.after["starts_on"], entry.household_id) == ("2015-10-20", household.pk)


def test_a_closed_absence_marks_its_own_months():
    household, _helper = held()
    record(household, dt.date(2015, 9, 30), dt.date(2015, 10, 1))
    assert marked_months(household) == [dt.date(2015, 9, 1), dt.date(2015, 10, 1)]


def test_the_check_of_the_month_is_in_step_at_once():
    household, helper = held()
    visit(household, helper, december(10), method="phone")
    check()
    absence = record(household, december(1))
    assert (checked(household).is_away, checked(household).state) == (True, VisitState.MET)
    absences.end(absence=absence, ends_on=december(5), by=None, today=TODAY)
    assert (checked(household).is_away, checked(household).state) == (False, VisitState.MISSED)


def test_the_end_marks_the_months_after_it():
    household, _helper = held()
    absence = record(household, dt.date(2015, 9, 1))
    DirtyMark.objects.all().delete()
    ended = absences.end(absence=absence, ends_on=dt.date(2015, 11, 10), by=None, today=TODAY)
    assert ended.ends_on == dt.date(2015, 11, 10)
    assert marked_months(household) == [dt.date(2015, 11, 1), MONTH]
    assert AuditEntry.objects.get(model="assistance.absence", action="changed").after == {"ends_on": "2015-11-10"}


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (dt.date(2016, 1, 1), None, "starts_on"),
        (dt.date(2013, 12, 1), None, "starts_on"),
        (december(10), december(9), "ends_on"),
    ],
)
def test_days_that_cannot_be(first, last, field):
    household, _helper = held()
    with pytest.raises(ValidationError) as error:
        record(household, first, last)
    assert list(error.value.error_dict) == [field]
    assert not Absence.objects.exists()


def test_a_reason_is_needed():
    household, _helper = held()
    with pytest.raises(ValidationError) as error:
        record(household, december(1), reason=" ")
    assert list(error.value.error_dict) == ["reason"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (december(1), None),
        (december(20), None),
        (december(15), december(25)),
        (december(1), december(10)),
        (december(12), december(13)),
        (december(1), december(30)),
    ],
)
def test_absences_do_not_overlap(first, last):
    household, _helper = held()
    record(household, december(10), december(20))
    with pytest.raises(ValidationError) as error:
        record(household, first, last)
    assert error.value.code == "overlap"


def test_one_after_the_other_is_no_overlap():
    household, _helper = held()
    record(household, december(10), december(20))
    record(household, december(21))
    record(household, december(1), december(9))
    with pytest.raises(ValidationError) as error:
        record(household, december(25))
    assert error.value.code == "overlap"
    assert Absence.objects.count() == 3


def test_an_end_is_said_once_and_not_in_advance():
    household, _helper = held()
    absence = record(household, december(10))
    for wrong in (december(9), dt.date(2016, 1, 1)):
        with pytest.raises(ValidationError) as error:
            absences.end(absence=absence, ends_on=wrong, by=None, today=TODAY)
        assert list(error.value.error_dict) == ["ends_on"]
    absences.end(absence=absence, ends_on=december(10), by=None, today=TODAY)
    with pytest.raises(ValidationError) as error:
        absences.end(absence=absence, ends_on=december(20), by=None, today=TODAY)
    assert error.value.code == "ended"


def test_who_may():
    household, _helper = held()
    user = factories.user("helper", role=roles.HELPER)
    with pytest.raises(PermissionDenied):
        record(household, december(1), by=user)
    factories.assignment(household, factories.helper("徐兴", user=user))
    absence = record(household, december(1), by=user)
    with pytest.raises(PermissionDenied):
        absences.end(absence=absence, ends_on=december(5), by=factories.user(role=roles.DISTRICT_OFFICER), today=TODAY)
