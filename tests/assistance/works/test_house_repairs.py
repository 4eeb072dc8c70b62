"""The subsidy follows from the grade; nothing is done before the acceptance."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from assistance.models import EnrolmentState, HouseRepair, SubsidyRate
from assistance.services import enrolments, house_repairs
from jiangjin.accounts.scoping import Scope
from jiangjin.common.figures import figures
from tests import factories
from tests.assistance.works.situations import TODAY, repair
from tests.refusals import codes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("year_end")]
ACCEPTED = {"accepted_on": dt.date(2015, 8, 3), "accepted_by": "镇村联合验收组"}


def record(row, **fields):
    values = {"grade": "3", "method": "repair", **fields}
    return house_repairs.record(enrolment=row, values=values, by=None, today=TODAY)


@pytest.mark.parametrize(("grade", "fen"), [("3", 15_000_00), ("4", 35_000_00)])
def test_the_subsidy_is_the_rate_of_the_grade(grade, fen):
    row = repair()
    record(row, grade=grade)
    row.refresh_from_db()
    assert row.amount_fen == fen


def test_another_grade_is_another_subsidy():
    row = repair()
    record(row)
    record(row, grade="4", method="rebuild")
    row.refresh_from_db()
    assert row.amount_fen == 35_000_00


def test_a_grade_without_a_rate_is_refused():
    row = repair()
    SubsidyRate.objects.filter(grade="4").update(valid_to=dt.date(2015, 1, 31))
    with pytest.raises(ValidationError) as refusal:
        record(row, grade="4")
    assert codes_of(refusal.value) == {"rate"}
    assert not HouseRepair.objects.exists()


def test_it_is_done_only_when_it_was_accepted():
    row = repair()
    record(row)
    with pytest.raises(ValidationError) as refusal:
        enrolments.finish(enrolment=row, by=None, today=TODAY)
    assert codes_of(refusal.value) == {"detail_missing"}
    record(row, **ACCEPTED)
    assert enrolments.finish(enrolment=row, by=None, today=TODAY).state == EnrolmentState.DONE


def test_somebody_accepted_it_on_a_day_that_has_been():
    row = repair()
    with pytest.raises(ValidationError):
        record(row, accepted_on=dt.date(2015, 8, 3), accepted_by="")
    with pytest.raises(ValidationError) as refusal:
        record(row, accepted_on=dt.date(2016, 1, 1), accepted_by="某人")
    assert codes_of(refusal.value) == {"future"}


def test_the_report_counts_houses_accepted_and_tells_what_each_got():
    everything = Scope(on=TODAY, paths=(factories.county().path,))
    assert figures["houses_repaired"].compute(2015, everything) is None
    for grade in ("3", "3", "4"):
        record(repair(), grade=grade, **ACCEPTED)
    record(repair())
    assert figures["houses_repaired"].compute(2015, everything) == 3
    assert figures["house_subsidy_c"].compute(2015, everything) == 15_000
    assert figures["house_subsidy_d"].compute(2015, everything) == 35_000
    assert figures["houses_repaired"].compute(2014, everything) == 0


def test_houses_of_a_grade_that_were_not_treated_alike_have_no_one_subsidy():
    everything = Scope(on=TODAY, paths=(factories.county().path,))
    one = repair()
    record(one, **ACCEPTED)
    record(repair(), **ACCEPTED)
    type(one).objects.filter(pk=one.pk).update(amount_fen=12_000_00)
    assert figures["house_subsidy_c"].compute(2015, everything) is None
